/// How much of a cap a member, or all members together, have used up in a time.
///
/// It follows from the awards of the ledger.
public struct CapUse: Record {
  /// What names it for good; it follows from what it is of.
  public let id: Identifier<CapUse>

  /// The name of the programme.
  public internal(set) var programme: String

  /// The name of the rule whose cap it is; empty for one of the programme.
  public internal(set) var rule: String

  /// The name of the cap.
  public internal(set) var cap: String

  /// Who has used it; `nil` for all members together.
  public internal(set) var member: LoyaltyMember.ID?

  /// What it was used for, of a cap that counts each subject for itself.
  public internal(set) var subject: String?

  /// The first day of the time; `nil` for all time.
  public internal(set) var from: CalendarDate?

  /// How many points, or how many times.
  public internal(set) var used: Int64

  /// The described fields.
  public struct Fields: Sendable {
    /// ``CapUse/programme``, for filters and sorting.
    public let programme = Field<CapUse, String>(
      "programme", { $0.programme }, { $0.programme = $1 })

    /// ``CapUse/rule``, for filters and sorting.
    public let rule = Field<CapUse, String>("rule", { $0.rule }, { $0.rule = $1 })

    /// ``CapUse/cap``, for filters and sorting.
    public let cap = Field<CapUse, String>("cap", { $0.cap }, { $0.cap = $1 })

    /// ``CapUse/member``, for filters and sorting.
    public let member = Field<CapUse, LoyaltyMember.ID?>(
      "member", { $0.member }, { $0.member = $1 }
    ).owned(by: LoyaltyMember.self)

    /// ``CapUse/subject``, for filters and sorting.
    public let subject = Field<CapUse, String?>("subject", { $0.subject }, { $0.subject = $1 })

    /// ``CapUse/from``, for filters and sorting.
    public let from = Field<CapUse, CalendarDate?>("from", { $0.from }, { $0.from = $1 })

    /// ``CapUse/used``, for filters and sorting.
    public let used = Field<CapUse, Int64>("used", { $0.used }, { $0.used = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<CapUse>("loyalty_cap_uses", fields, derived: true) {
    CapUse(id: $0, programme: "", rule: "", cap: "", used: 0)
  }
}

extension CapUse {
  /// Nothing used of a cap yet.
  ///
  /// - Parameters:
  ///   - cap: The cap.
  ///   - programme: The name of the programme.
  ///   - member: Who earns.
  ///   - request: What for.
  ///   - day: On which day.
  init(
    of cap: PreparedProgramme.Cap, in programme: String, by member: LoyaltyMember.ID,
    for request: EarnRequest, on day: CalendarDate
  ) {
    let holder = cap.cap.holder == .member ? member : nil
    let subject = cap.cap.perSubject ? request.subject ?? "" : nil
    let from = cap.cap.period.unit?.start(of: day)
    var name = NameHash()
    name.add(programme)
    name.add(cap.rule)
    name.add(cap.cap.name)
    if let subject { name.add(subject) }
    let high = name.value ^ (holder?.high ?? 0)
    name.add(UInt64(bitPattern: Int64(from?.daysSinceEpoch ?? .min)))
    self.init(
      id: CapUse.ID(high: high, low: name.value ^ (holder?.low ?? 0)), programme: programme,
      rule: cap.rule, cap: cap.cap.name, member: holder, subject: subject, from: from, used: 0)
  }

  /// Whether two are of the same cap, member, subject and time.
  func isAlike(_ other: CapUse) -> Bool {
    var same = other
    same.used = used
    return self == same
  }
}

extension EarningCap.Period {
  /// The part of the calendar it is; `nil` for each event and for all time.
  var unit: CalendarUnit? {
    switch self {
    case .day: .day
    case .week: .week
    case .month: .month
    case .year: .year
    case .event, .ever: nil
    }
  }
}
