/// When an earning rule holds, by the days of its programme's zone.
///
///     EarningSeason(weekdays: [.saturday, .sunday])
public struct EarningSeason: Hashable, Sendable {
  /// The first day; `nil` for from the beginning.
  public var from: CalendarDate?

  /// The last day; `nil` for to the end.
  public var through: CalendarDate?

  /// The days of the week; empty for all of them.
  public var weekdays: [Weekday]

  /// Whether it holds about a member's birthday alone.
  public var birthday: Birthday

  /// A day of the week.
  public enum Weekday: Int, Sendable, Codable, CaseIterable {
    /// The first day of the week (ISO 8601).
    case monday = 1
    /// The second one.
    case tuesday
    /// The third one.
    case wednesday
    /// The fourth one.
    case thursday
    /// The fifth one.
    case friday
    /// The sixth one.
    case saturday
    /// The seventh one.
    case sunday
  }

  /// How close to a member's birthday a day is.
  public enum Birthday: String, Sendable, Codable, CaseIterable, FieldValue {
    /// Any day.
    case any
    /// The birthday itself; 28 February for those born on 29 February, in a year without one.
    case day
    /// The month of the birthday.
    case month
  }

  /// Some days.
  public init(
    from: CalendarDate? = nil, through: CalendarDate? = nil, weekdays: [Weekday] = [],
    birthday: Birthday = .any
  ) {
    self.from = from
    self.through = through
    self.weekdays = weekdays
    self.birthday = birthday
  }

  /// Every day.
  public static let always = EarningSeason()
}

extension EarningSeason: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.from, into: &from)
    try stored.read(.through, into: &through)
    try stored.read(.weekdays, into: &weekdays)
    try stored.read(.birthday, into: &birthday)
  }
}
