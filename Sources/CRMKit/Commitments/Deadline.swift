/// By when something is due: an instant, or the end of a day somewhere.
public enum Deadline: Hashable, Sendable, Codable {
  /// An instant.
  case at(Instant)

  /// A day in a time zone, to its end.
  case by(CalendarDate, in: Zone)

  /// The last instant at which one is in time; of a day, the millisecond before the next.
  public var instant: Instant {
    switch self {
    case .at(let instant): instant
    case .by(let date, let zone): zone.endOfDay(date)
    }
  }
}
