/// What a programme owes for points of a kind at an instant: in points, in money, by month.
///
/// The points are tied to the ledger: what members have is what all accounts of the programme lack
/// (``accounts`` come to zero), and what came and went explains it (``PointsFlow/addsUp``).
///
///     let report = try tx.loyalty.liability(of: "club")
///     report.outstanding   // 1100 points
///     report.deferred      // 6.74 EUR of prices not earned yet
///     report.provision     // 0.80 EUR for goodwill
public struct LiabilityReport: Hashable, Sendable {
  /// The name of the programme.
  public let programme: String

  /// The name of the points.
  public let currency: String

  /// What happened up to then counts.
  public let asOf: Instant

  /// What was not recorded by then is left out; `nil` for nothing.
  public let knownAt: Instant?

  /// The version of the programme by which points are put into money.
  public let programmeVersion: Int

  /// Which part of points is expected to be redeemed.
  public let expectedRedemption: Rate

  /// What came and went since the programme began.
  public let flow: PointsFlow

  /// What the accounts come to, those of members together; all of them come to zero.
  public let accounts: [AccountTotal]

  /// What members can spend, deficits not taken off.
  public let available: Int64

  /// What is not confirmed.
  public let pending: Int64

  /// What is held.
  public let held: Int64

  /// What was taken back beyond what members had, and is owed by them.
  public let deficits: Int64

  /// What was earned in each month, the earliest first.
  public let cohorts: [LiabilityCohort]

  /// Which part of prices was put off, what was refunded left out.
  public let allocated: Money

  /// How much of that is earned.
  public let recognised: Money

  /// How much of that is not: the contract liability.
  public let deferred: Money

  /// What points without a sale are expected to cost.
  public let provision: Money

  /// How many points are expected to be redeemed yet.
  public let expectedRedemptions: Int64

  /// What that will cost.
  public let expectedCost: Money

  /// Which part of prices was put off before anything was refunded.
  let priced: Money

  /// What an account, or one of members, comes to.
  public struct AccountTotal: Hashable, Sendable {
    /// The account.
    public let account: LedgerAccount
    /// What it comes to.
    public let points: Int64
  }
}

extension LiabilityReport {
  /// What can be redeemed, now or later.
  public var outstanding: Int64 { available &+ pending &+ held }

  /// What can be redeemed, less what members owe.
  public var net: Int64 { outstanding &- deficits }

  /// Whether the points are those of the postings: all accounts come to zero, and what came and
  /// went explains what members have.
  public var isTiedOut: Bool {
    let sum = accounts.reduce(into: Int64(0)) { $0 &+= $1.points }
    let byMonth = cohorts.reduce(into: Int64(0)) { $0 &+= $1.outstanding }
    return sum == 0 && flow.addsUp && flow.closing == net && byMonth == outstanding
  }

  /// What everything that was counted by an instant comes to.
  init(
    of programme: ProgrammeVersion, _ fold: LiabilityFold, _ sum: LiabilityFold.Span,
    asOf: Instant, knownAt: Instant?
  ) throws {
    let model = programme.programme
    let terms = LiabilityCohort.Terms(
      expected: model.accounting.expectedRedemption, worth: model.terms(of: fold.currency)?.worth,
      money: model.money)
    let (cohorts, priced) = try Self.cohorts(
      of: fold, sum, programme.days, asOf: asOf, by: terms)
    func total(_ amount: (LiabilityCohort) -> Money) throws -> Money {
      try cohorts.reduce(.zero(model.money)) { try $0 + amount($1) }
    }
    self.programme = model.name
    currency = fold.currency
    self.asOf = asOf
    self.knownAt = knownAt
    programmeVersion = model.version
    expectedRedemption = terms.expected
    flow = sum.flow
    accounts = LedgerAccount.allCases.map {
      AccountTotal(account: $0, points: sum.accounts[$0] ?? 0)
    }
    available = try (sum.accounts[.available] ?? 0).adding(sum.deficits)
    pending = sum.accounts[.pending] ?? 0
    held = sum.accounts[.held] ?? 0
    deficits = sum.deficits
    self.cohorts = cohorts
    self.priced = priced
    allocated = try total(\.allocated)
    recognised = try total(\.recognised)
    deferred = try allocated - recognised
    provision = try total(\.provision)
    expectedRedemptions = try cohorts.reduce(0) { try $0.adding($1.expectedRedemptions) }
    expectedCost = try total(\.expectedCost)
  }

  private static func cohorts(
    of fold: LiabilityFold, _ sum: LiabilityFold.Span, _ days: LocalDays, asOf: Instant,
    by terms: LiabilityCohort.Terms
  ) throws -> (cohorts: [LiabilityCohort], priced: Money) {
    var months: [CalendarDate: LiabilityCohort.Sums] = [:]
    for (place, tally) in sum.tallies.sorted(by: { $0.key < $1.key }) {
      let origin = fold.origins[place]
      let month = CalendarUnit.month.start(of: days.date(of: origin.earnedAt))
      try months[month, default: .init(in: terms.money)].add(tally, of: origin)
    }
    var priced = Money.zero(terms.money)
    let cohorts = try months.sorted { $0.key < $1.key }.map { month, sums in
      priced = try priced + sums.price
      // What happens at the instant itself is counted, so a month is over with its last one.
      let isOver = days.start(of: CalendarUnit.month.end(of: month)).before <= asOf
      return try LiabilityCohort(month, sums, isOver: isOver, by: terms)
    }
    return (cohorts, priced)
  }
}
