/// How far a member has come towards a badge or a challenge.
///
/// It follows from the ledger: what counted in the time of it, added up.
public struct AchievementProgress: Record {
  /// What names it for good; it follows from the member and the name.
  public let id: Identifier<AchievementProgress>

  /// The member.
  public internal(set) var member: LoyaltyMember.ID

  /// The name of the badge or challenge.
  public internal(set) var name: String

  /// From when on what happened counts.
  public internal(set) var start: Instant

  /// Until before when it counts.
  public internal(set) var end: Instant

  /// How many points counted.
  public internal(set) var points: Int64

  /// How much spend counted, in minor units of the programme's money.
  public internal(set) var spend: Int64

  /// How many events counted.
  public internal(set) var count: Int64

  /// The described fields.
  public struct Fields: Sendable {
    /// ``AchievementProgress/member``, for filters and sorting.
    public let member = Field<AchievementProgress, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 }
    ).owned(by: LoyaltyMember.self)

    /// ``AchievementProgress/name``, for filters and sorting.
    public let name = Field<AchievementProgress, String>("name", { $0.name }, { $0.name = $1 })

    /// ``AchievementProgress/start``, for filters and sorting.
    public let start = Field<AchievementProgress, Instant>("start", { $0.start }, { $0.start = $1 })

    /// ``AchievementProgress/end``, for filters and sorting.
    public let end = Field<AchievementProgress, Instant>("end", { $0.end }, { $0.end = $1 })

    /// ``AchievementProgress/points``, for filters and sorting.
    public let points = Field<AchievementProgress, Int64>(
      "points", { $0.points }, { $0.points = $1 })

    /// ``AchievementProgress/spend``, for filters and sorting.
    public let spend = Field<AchievementProgress, Int64>("spend", { $0.spend }, { $0.spend = $1 })

    /// ``AchievementProgress/count``, for filters and sorting.
    public let count = Field<AchievementProgress, Int64>("count", { $0.count }, { $0.count = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<AchievementProgress>(
    "loyalty_progress", fields, derived: true, indexes: [.ordered(fields.member)]
  ) {
    AchievementProgress(
      id: $0, member: .zero, name: "", start: .earliest, end: .latest, points: 0, spend: 0,
      count: 0)
  }
}

extension AchievementProgress {
  static func identifier(of member: LoyaltyMember.ID, _ name: String) -> AchievementProgress.ID {
    AchievementProgress.ID(high: member.high, low: member.low ^ nameHash(name))
  }

  /// The instants that count.
  var span: Range<Instant> { start..<max(start, end) }

  /// What counted.
  var totals: TierTotals {
    get { TierTotals(points: points, spend: spend, count: count) }
    set { (points, spend, count) = (newValue.points, newValue.spend, newValue.count) }
  }
}

extension LoyaltyOperations {
  var progress: Records<AchievementProgress> { records() }

  /// What has counted towards a badge or a challenge, an entry that was just written included.
  ///
  /// - Complexity: O(1), and O(*n*) in what counted the first time and where the time of it is
  ///   another one than before.
  func totals(
    towards terms: AchievementTerms, in span: Range<Instant>, of member: LoyaltyMember.ID,
    with entry: LedgerEntry
  ) throws -> TierTotals {
    let id = AchievementProgress.identifier(of: member, terms.name)
    let known = try progress.find(id)
    var new: AchievementProgress
    if let known, known.span == span {
      new = known
      new.totals = known.totals + (TierEvent(entry)?.totals ?? .zero)
    } else {
      new = AchievementProgress(
        id: id, member: member, name: terms.name, start: span.lowerBound, end: span.upperBound,
        points: 0, spend: 0, count: 0)
      new.totals = try total(of: member, in: span)
    }
    if new != known { try progress.put(new, instead: known) }
    return new.totals
  }

  /// Lets what counted for members be added up anew, as where memberships were joined or parted.
  func forgetProgress(of members: [LoyaltyMember.ID]) throws {
    for member in members {
      for known in try progress.all(where: { $0.member == member }) {
        try progress.remove(known.id)
      }
    }
  }

  /// Lets be added up anew what an instant counts towards by other versions of a programme than one.
  func forgetProgress(
    of member: LoyaltyMember.ID, at instant: Instant, besides programme: LoyaltyProgramme
  ) throws {
    for known in try progress.all(where: { $0.member == member })
    where known.span.contains(instant)
      && !programme.achievements.contains(where: {
        $0.name == known.name && $0.span(in: programme.zone) == known.span
      })
    {
      try progress.remove(known.id)
    }
  }

  private func total(of member: LoyaltyMember.ID, in span: Range<Instant>) throws -> TierTotals {
    try counted(by: family(of: member), in: span, limit: nil).reduce(.zero) { $0 + $1.totals }
  }

  /// Notes what is not what the ledger adds up to.
  func verifyProgress(_ report: inout VerificationReport) throws {
    try progress.scan { held in
      let known = held.row
      if try total(of: known.member, in: known.span) != known.totals {
        report.noteDamage(
          of: AchievementProgress.schema.name, id: known.id.description,
          "what counts is not what the ledger says")
      }
      return true
    }
  }
}
