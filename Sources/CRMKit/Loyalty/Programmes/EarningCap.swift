/// How much can be earned in a time.
///
///     EarningCap.points(500, per: .day)
///     EarningCap.times(1, per: .ever, perSubject: true)   // once for each product
public struct EarningCap: Hashable, Sendable {
  /// What it is called where an award tells of it, one of its kind among the caps it stands with.
  public var name: String

  /// How many points or how many times.
  public var limit: Int64

  /// What is counted.
  public var measure: Measure

  /// In what time.
  public var period: Period

  /// By whom together.
  public var holder: Holder

  /// Whether each subject is counted for itself: the product of a review, the shop of a visit.
  public var perSubject: Bool

  /// The kind of points, of a cap of the programme; `nil` for the programme's first, and for that
  /// of the rule in a cap of a rule.
  public var points: String?

  /// What is counted.
  public enum Measure: String, Sendable, Codable, CaseIterable {
    /// The points that were given.
    case points
    /// How many times any were given.
    case times
  }

  /// In what time it is counted; days, weeks (from Monday), months and years of the calendar.
  public enum Period: String, Sendable, Codable, CaseIterable {
    /// Each time by itself.
    case event
    /// A day.
    case day
    /// A week.
    case week
    /// A month.
    case month
    /// A year.
    case year
    /// All time.
    case ever
  }

  /// By whom together it is counted.
  public enum Holder: String, Sendable, Codable, CaseIterable {
    /// Each member.
    case member
    /// All members: a budget.
    case programme
  }

  /// A cap.
  public init(
    _ name: String, _ limit: Int64, _ measure: Measure, per period: Period,
    of holder: Holder = .member, perSubject: Bool = false, points: String? = nil
  ) {
    self.name = name
    self.limit = limit
    self.measure = measure
    self.period = period
    self.holder = holder
    self.perSubject = perSubject
    self.points = points
  }

  /// So many points in a time.
  public static func points(
    _ limit: Int64, per period: Period, of holder: Holder = .member, perSubject: Bool = false,
    named name: String? = nil
  ) -> EarningCap {
    EarningCap(
      name ?? period.name(holder, perSubject), limit, .points, per: period, of: holder,
      perSubject: perSubject)
  }

  /// So many times in a time.
  public static func times(
    _ limit: Int64, per period: Period, of holder: Holder = .member, perSubject: Bool = false,
    named name: String? = nil
  ) -> EarningCap {
    EarningCap(
      name ?? period.name(holder, perSubject), limit, .times, per: period, of: holder,
      perSubject: perSubject)
  }
}

extension EarningCap.Period {
  /// What a cap is called by default.
  fileprivate func name(_ holder: EarningCap.Holder, _ perSubject: Bool) -> String {
    let word =
      switch self {
      case .event: "once"
      case .day: "daily"
      case .week: "weekly"
      case .month: "monthly"
      case .year: "yearly"
      case .ever: "ever"
      }
    let budget = holder == .programme ? " budget" : ""
    return word + budget + (perSubject ? " per subject" : "")
  }
}

extension EarningCap: Codable {
  public init(from decoder: any Decoder) throws {
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try stored.decode(String.self, forKey: .name), try stored.decode(Int64.self, forKey: .limit),
      try stored.decode(Measure.self, forKey: .measure),
      per: try stored.decode(Period.self, forKey: .period))
    try stored.read(.holder, into: &holder)
    try stored.read(.perSubject, into: &perSubject)
    try stored.read(.points, into: &points)
  }
}
