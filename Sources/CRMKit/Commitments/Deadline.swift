/// By when something is due: an instant, or the end of a day somewhere.
public enum Deadline: Hashable, Sendable, Codable {
  /// An instant.
  case at(Instant)

  /// A day in a time zone, to its end.
  case by(CalendarDate, in: Zone)

  /// The first instant at which it has passed; of a day, the start of the next.
  public var instant: Instant {
    switch self {
    case .at(let instant): instant
    case .by(let date, let zone):
      zone.startOfDay(CalendarDate(daysSinceEpoch: date.daysSinceEpoch + 1))
    }
  }
}
