import Foundation

/// Where a member stands in a group of tiers; it follows from the ledger and from what was granted.
public struct TierStanding: Record {
  /// What names it for good.
  public let id: Identifier<TierStanding>

  /// Whose it is.
  public internal(set) var member: LoyaltyMember.ID

  /// The name of the programme.
  public internal(set) var programme: String

  /// The group of tiers.
  public internal(set) var group: String

  /// The tier that the member had when this was written;
  /// ``LoyaltyOperations/tier(of:in:at:knownAt:)`` says which it is.
  public internal(set) var tier: String

  /// The tier by what counts, which is a lower one where one was granted.
  public internal(set) var reached: String

  /// Since when the member has it by what counts.
  public internal(set) var enteredAt: Instant

  /// The entry of the ledger that brought it.
  public internal(set) var cause: LedgerEntry.ID?

  /// The last day of its term; `nil` where it has no end.
  public internal(set) var lastDay: CalendarDate?

  /// When the days of grace are over, once they have begun.
  public internal(set) var graceEndsAt: Instant?

  /// How many points count at present.
  public internal(set) var points: Int64

  /// How much spend counts at present, in minor units of the programme's money.
  public internal(set) var spend: Int64

  /// How many events count at present.
  public internal(set) var count: Int64

  /// When time does something next, at the earliest; the end of time where it does nothing.
  public internal(set) var nextReviewAt: Instant

  var windowStart: Instant

  var windowEnd: Instant?

  var pointsBefore: Int64

  var spendBefore: Int64

  var countBefore: Int64

  var asOf: Instant

  var countedAt: Instant

  var countedSequence: Int64

  var mostPoints: Int64

  var mostSpend: Int64

  var mostCount: Int64

  var takenBackAt: Instant

  /// Since when what it follows from is known, time aside.
  var knownSince: Instant

  /// How many moves were noted.
  var changes: Int

  /// How many of those that hold are later than where the member stands here.
  var ahead: Int

  /// When the last of what was granted ends.
  var grantedUntil: Instant?

  /// Where the member stood when another membership was joined with it, as JSON.
  var start: String?

  /// The described fields.
  public struct Fields: Sendable {
    /// ``TierStanding/member``, for filters and sorting.
    public let member = Field<TierStanding, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 }
    ).owned(by: LoyaltyMember.self)

    /// ``TierStanding/programme``, for filters and sorting.
    public let programme = Field<TierStanding, String>(
      "programme", { $0.programme }, { $0.programme = $1 })

    /// ``TierStanding/group``, for filters and sorting.
    public let group = Field<TierStanding, String>("group", { $0.group }, { $0.group = $1 })

    /// ``TierStanding/tier``, for filters and sorting.
    public let tier = Field<TierStanding, String>("tier", { $0.tier }, { $0.tier = $1 })

    /// ``TierStanding/reached``, for filters and sorting.
    public let reached = Field<TierStanding, String>("reached", { $0.reached }, { $0.reached = $1 })

    /// ``TierStanding/enteredAt``, for filters and sorting.
    public let enteredAt = Field<TierStanding, Instant>(
      "entered_at", { $0.enteredAt }, { $0.enteredAt = $1 })

    /// ``TierStanding/cause``, for filters and sorting.
    public let cause = Field<TierStanding, LedgerEntry.ID?>(
      "cause", { $0.cause }, { $0.cause = $1 })

    /// ``TierStanding/lastDay``, for filters and sorting.
    public let lastDay = Field<TierStanding, CalendarDate?>(
      "last_day", { $0.lastDay }, { $0.lastDay = $1 })

    /// ``TierStanding/graceEndsAt``, for filters and sorting.
    public let graceEndsAt = Field<TierStanding, Instant?>(
      "grace_ends_at", { $0.graceEndsAt }, { $0.graceEndsAt = $1 })

    /// ``TierStanding/points``, for filters and sorting.
    public let points = Field<TierStanding, Int64>("points", { $0.points }, { $0.points = $1 })

    /// ``TierStanding/spend``, for filters and sorting.
    public let spend = Field<TierStanding, Int64>("spend", { $0.spend }, { $0.spend = $1 })

    /// ``TierStanding/count``, for filters and sorting.
    public let count = Field<TierStanding, Int64>("count", { $0.count }, { $0.count = $1 })

    /// ``TierStanding/nextReviewAt``, for filters and sorting.
    public let nextReviewAt = Field<TierStanding, Instant>(
      "next_review_at", { $0.nextReviewAt }, { $0.nextReviewAt = $1 })

    let windowStart = Field<TierStanding, Instant>(
      "window_start", { $0.windowStart }, { $0.windowStart = $1 })

    let windowEnd = Field<TierStanding, Instant?>(
      "window_end", { $0.windowEnd }, { $0.windowEnd = $1 })

    let pointsBefore = Field<TierStanding, Int64>(
      "points_before", { $0.pointsBefore }, { $0.pointsBefore = $1 })

    let spendBefore = Field<TierStanding, Int64>(
      "spend_before", { $0.spendBefore }, { $0.spendBefore = $1 })

    let countBefore = Field<TierStanding, Int64>(
      "count_before", { $0.countBefore }, { $0.countBefore = $1 })

    let asOf = Field<TierStanding, Instant>("as_of", { $0.asOf }, { $0.asOf = $1 })

    let countedAt = Field<TierStanding, Instant>(
      "counted_at", { $0.countedAt }, { $0.countedAt = $1 })

    let countedSequence = Field<TierStanding, Int64>(
      "counted_sequence", { $0.countedSequence }, { $0.countedSequence = $1 })

    let mostPoints = Field<TierStanding, Int64>(
      "most_points", { $0.mostPoints }, { $0.mostPoints = $1 })

    let mostSpend = Field<TierStanding, Int64>(
      "most_spend", { $0.mostSpend }, { $0.mostSpend = $1 })

    let mostCount = Field<TierStanding, Int64>(
      "most_count", { $0.mostCount }, { $0.mostCount = $1 })

    let takenBackAt = Field<TierStanding, Instant>(
      "taken_back_at", { $0.takenBackAt }, { $0.takenBackAt = $1 })

    let knownSince = Field<TierStanding, Instant>(
      "known_since", { $0.knownSince }, { $0.knownSince = $1 })

    let changes = Field<TierStanding, Int>("changes", { $0.changes }, { $0.changes = $1 })

    let ahead = Field<TierStanding, Int>("ahead", { $0.ahead }, { $0.ahead = $1 })

    let grantedUntil = Field<TierStanding, Instant?>(
      "granted_until", { $0.grantedUntil }, { $0.grantedUntil = $1 })

    let start = Field<TierStanding, String?>(
      "start", { $0.start }, { $0.start = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<TierStanding>(
    "tier_standings", fields, derived: true,
    indexes: [
      .ordered(fields.member), .ordered(fields.programme, fields.nextReviewAt),
      .ordered(fields.programme, fields.group, fields.tier),
    ]
  ) {
    TierStanding($0, of: .zero, in: "", "", TierState.blank)
  }
}

extension TierStanding {
  /// Where a member stands in a group, found without a search.
  static func identifier(of member: LoyaltyMember.ID, in group: String) -> TierStanding.ID {
    TierStanding.ID(high: member.high, low: member.low ^ nameHash(group))
  }

  /// A standing in which nothing was noted yet.
  init(
    _ id: TierStanding.ID, of member: LoyaltyMember.ID, in programme: String, _ group: String,
    _ state: TierState
  ) {
    self.init(
      id: id, member: member, programme: programme, group: group, tier: "", reached: "",
      enteredAt: .earliest, points: 0, spend: 0, count: 0, nextReviewAt: .latest,
      windowStart: .earliest, pointsBefore: 0, spendBefore: 0, countBefore: 0, asOf: .earliest,
      countedAt: .earliest, countedSequence: 0, mostPoints: 0, mostSpend: 0, mostCount: 0,
      takenBackAt: .earliest, knownSince: .earliest, changes: 0, ahead: 0)
    self.state = state
  }

  /// What rules go on from.
  var state: TierState {
    get {
      TierState(
        tier: reached, shown: tier, enteredAt: enteredAt, cause: cause, lastDay: lastDay,
        graceEndsAt: graceEndsAt,
        window: TierWindow(
          start: windowStart, end: windowEnd,
          totals: TierTotals(points: points, spend: spend, count: count),
          before: TierTotals(points: pointsBefore, spend: spendBefore, count: countBefore)),
        asOf: asOf, countedAt: countedAt, countedSequence: countedSequence,
        peak: TierTotals(points: mostPoints, spend: mostSpend, count: mostCount),
        takenBackAt: takenBackAt)
    }
    set {
      (reached, tier) = (newValue.tier, newValue.shown)
      (enteredAt, cause) = (newValue.enteredAt, newValue.cause)
      (lastDay, graceEndsAt) = (newValue.lastDay, newValue.graceEndsAt)
      let (window, totals, before) = (
        newValue.window, newValue.window.totals, newValue.window.before
      )
      (windowStart, windowEnd) = (window.start, window.end)
      (points, spend, count) = (totals.points, totals.spend, totals.count)
      (pointsBefore, spendBefore, countBefore) = (before.points, before.spend, before.count)
      asOf = newValue.asOf
      (countedAt, countedSequence) = (newValue.countedAt, newValue.countedSequence)
      let peak = newValue.peak
      (mostPoints, mostSpend, mostCount) = (peak.points, peak.spend, peak.count)
      takenBackAt = newValue.takenBackAt
    }
  }

  /// Where the member stood when another membership was joined with it.
  var joined: TierState? {
    get { start.flatMap { try? JSONDecoder().decode(TierState.self, from: Data($0.utf8)) } }
    set {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      start = newValue.flatMap { try? encoder.encode($0) }.map {
        String(decoding: $0, as: UTF8.self)
      }
    }
  }
}
