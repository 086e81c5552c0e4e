/// How long points last.
///
/// The last day on which points are valid is computed in the programme's zone when they are
/// earned and stays as it is from then on, whatever later versions say
/// (``LoyaltyOperations/lengthenPoints(in:because:)`` apart); they expire at the first instant of
/// the day after it.
///
///     var policy = ExpiryPolicy(.months(12))
///     policy.rounding = .monthEnd
public struct ExpiryPolicy: Hashable, Sendable {
  /// How long.
  public var unit: Unit

  /// To which day or instant that is drawn out.
  public var rounding: Rounding

  /// From when on it is counted.
  public var clockStart: ClockStart

  /// What makes points last longer where they expire by inactivity.
  public var activities: [Activity]

  /// How long points last.
  public enum Unit: Hashable, Sendable, Codable {
    /// Months of the calendar, a month that is too short up to its last day.
    case months(Int)
    /// Days of the calendar.
    case days(Int)
    /// For ever.
    case never
    /// So many months from the last activity on, and no longer than so many months in all.
    case inactivity(Int, hardCap: Int? = nil)
  }

  /// To which day or instant it is drawn out.
  public enum Rounding: Hashable, Sendable, Codable {
    /// The end of the day.
    case dayEnd
    /// None: to the millisecond of the time of day at which they were earned.
    case instant
    /// The end of the month.
    case monthEnd
    /// The end of the quarter.
    case quarterEnd
    /// The end of June or of December.
    case halfYearEnd
    /// The end of the year.
    case yearEnd
    /// The end of the next such day of a year: 31 March.
    case fixedDay(month: Int, day: Int)
  }

  /// From when on it is counted.
  public enum ClockStart: String, Sendable, Codable, CaseIterable {
    /// The day on which they were earned. Points that wait beyond their end can never be spent, but
    /// end only once they would be.
    case earn
    /// The day from which they could be spent.
    case activation
  }

  /// What a member does.
  public enum Activity: String, Sendable, Codable, CaseIterable {
    /// Earns points.
    case earn
    /// Spends points.
    case redeem
    /// Gives or gets points.
    case transfer
  }

  /// Points that last so long.
  public init(
    _ unit: Unit = .months(12), rounding: Rounding = .dayEnd, clockStart: ClockStart = .earn
  ) {
    self.unit = unit
    self.rounding = rounding
    self.clockStart = clockStart
    activities = [.earn, .redeem]
  }
}

extension ExpiryPolicy: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.unit, into: &unit)
    try stored.read(.rounding, into: &rounding)
    try stored.read(.clockStart, into: &clockStart)
    try stored.read(.activities, into: &activities)
  }
}

/// Which points are spent first.
public enum DrawOrder: String, Sendable, Codable, CaseIterable {
  /// Those that expire first; those that never do come last.
  case soonestExpiry
  /// Those that were earned first.
  case oldestEarned
}

/// How long points wait before they can be spent.
///
/// Points do not end while they wait: without a most they wait for ever, and are owed as pending.
public struct PendingTerms: Hashable, Sendable {
  /// What they wait for.
  public var wait = Wait.nothing

  /// What points wait for.
  public enum Wait: Hashable, Sendable, Codable {
    /// Nothing: they can be spent at once.
    case nothing
    /// So many days, and then for the first instant of the day.
    case days(Int)
    /// Something that happens to the order, such as “delivered”; where it has not for so many
    /// days they are cancelled.
    case onAction(String, pendingMaxDays: Int? = nil)
  }

  /// They do not wait.
  public init() {}
}

extension PendingTerms: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.wait, into: &wait)
  }
}
