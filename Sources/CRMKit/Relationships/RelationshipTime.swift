/// Which relationships are asked for, by when they hold.
///
/// It is worked out from the dates when asked, in the firm's zone: nothing has to run for a
/// relationship to begin or to end.
public enum RelationshipTime: Hashable, Sendable {
  /// Those that hold today.
  case today
  /// Those that hold on a day.
  case on(CalendarDate)
  /// Those whose last day has passed.
  case ended
  /// Those whose first day is to come.
  case ahead
  /// All there are.
  case ever

  /// The condition on the dates.
  func filter(_ fields: Relationship.Fields, today: CalendarDate) -> Filter<Relationship> {
    switch self {
    case .today: RelationshipTime.on(today).filter(fields, today: today)
    case .on(let date):
      (fields.start.isMissing || fields.start <= date)
        && (fields.end.isMissing || fields.end >= date)
    case .ended: fields.end < today
    case .ahead: fields.start > today
    case .ever: .all
    }
  }
}
