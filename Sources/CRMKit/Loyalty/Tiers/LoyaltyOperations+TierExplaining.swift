extension LoyaltyOperations {
  /// Why a member has the tier they have at an instant, whether anything ran or not.
  ///
  /// - Parameters:
  ///   - member: The member.
  ///   - group: The group of tiers, if not the programme's first.
  ///   - instant: When, if not now; by what is known now.
  /// - Returns: `nil` before the member was enrolled, and before there was such a group.
  /// - Throws: ``LoyaltyError/Code/unknownReference`` for an unknown member or group.
  /// - Complexity: O(*n* log *n*) in what counted for the member.
  public func explanation(
    ofTierOf member: LoyaltyMember.ID, in group: String? = nil, at instant: Instant? = nil
  ) throws -> TierExplanation? {
    let at = instant ?? transaction.now
    guard let tier = try tier(of: member, in: group, at: at) else { return nil }
    let telling = try TierTelling(self, members.get(tier.member), tier.group, tier.tier, at: at)
    let noted = try changesThatHold(of: tier.member, in: tier.group).last { $0.at <= at }
    var move = noted.map(TierMove.init)
    if let last = telling.walk?.course.moves.last, last.at > move?.at ?? .earliest {
      // Time moved the member, and nothing has put that down yet.
      move = last
    } else if telling.walk == nil, tier.since > move?.at ?? .earliest, move?.to != tier.tier {
      let unwritten = try tierReckoning(of: members.get(tier.member), tier.group).unwrittenChanges()
      move =
        unwritten.last { $0.at <= at }.map(TierMove.init)
        ?? TierMove(
          at: tier.since, from: move?.to ?? "", to: tier.tier, reason: .termEnded, cause: nil)
    }
    return try telling.explanation(move, else: tier)
  }

  /// Why a member came from one tier to another.
  ///
  /// - Parameter change: The move.
  /// - Throws: ``LoyaltyError/Code/unknownReference``.
  /// - Complexity: As ``explanation(ofTierOf:in:at:)``.
  public func explanation(of change: TierChange.ID) throws -> TierExplanation {
    guard let change = try tierChanges.find(change) else {
      throw LoyaltyError(.unknownReference, "move \(change)")
    }
    let member = try members.get(change.member)
    // What was granted is regarded after what had happened at the same instant.
    let isByHand = change.reason == .granted || change.reason == .grantEnded
    let telling = try TierTelling(
      self, member, change.group, change.to, at: change.at,
      through: isByHand ? nil : TierMove(change))
    var notes: [String] = []
    if change.knownAt > change.at { notes.append("It is known since \(change.knownAt).") }
    let holding = try changesThatHold(of: change.member, in: change.group)
    if !holding.contains(where: { $0.id == change.id }) {
      notes.append("It does not hold any more, by what became known later.")
    }
    return try telling.explanation(
      TierMove(change), else: MemberTier(member.id, change.group, change), from: change.from,
      notes)
  }
}

/// What is known of why a member has a tier.
private struct TierTelling {
  let loyalty: LoyaltyOperations
  let member: LoyaltyMember
  let group: String
  let tier: String
  let at: Instant
  let terms: TierCourse.Terms?

  /// The member's way; `nil` where it does not lead to the tier: of a time before memberships were
  /// joined, and for tiers by balance.
  let walk: TierWalk?

  init(
    _ loyalty: LoyaltyOperations, _ member: LoyaltyMember, _ group: String, _ tier: String,
    at instant: Instant, through move: TierMove? = nil
  ) throws {
    self.loyalty = loyalty
    self.member = member
    self.group = group
    self.tier = tier
    at = instant
    terms = try loyalty.tierReckoning(of: member, group).course()?.terms
    guard let terms, terms.group(instant)?.period != .balance,
      let walk = try TierWalk(terms, until: instant, through: move),
      walk.course.state.shown == tier || walk.course.state.tier == tier
    else {
      walk = nil
      return
    }
    self.walk = walk
  }

  /// The explanation of a move, or of the tier that followed from it.
  ///
  /// - Parameters:
  ///   - move: What led to the tier; `nil` where the member began with it.
  ///   - known: The tier as far as it is known without the way.
  ///   - from: The tier left, where the move itself is explained.
  func explanation(
    _ move: TierMove?, else known: MemberTier, from: String? = nil, _ notes: [String] = []
  ) throws -> TierExplanation {
    let version = try loyalty.version(of: member.programme, at: at)
    let state = walk?.course.state
    let entry = walk?.entries.last
    let reached = state?.tier ?? known.reached ?? (isByBalance ? tier : nil)
    let grant = try grant()
    let since = move?.at ?? known.since
    let decided = try figures(of: reached, entry?.decided, at: entry?.at ?? since)
    let counted = try figures(of: reached, state?.window, at: at)
    let cause = move?.cause ?? (move == nil ? known.cause : nil)
    let (lastDay, graceEndsAt) = (
      state?.lastDay ?? known.lastDay, state?.graceEndsAt ?? known.graceEndsAt
    )
    var told = TierText(version.programme.tierGroups.first { $0.name == group }, version.days)
    told.tell(reached: reached, shown: tier, decided, counted, at: at)
    let isSoft = entry?.isSoftLanding ?? false
    if isSoft { told.tellSoftLanding() }
    if let grant { told.tell(grant) }
    told.tell(lastDay: lastDay, graceEndsAt, reached)
    told.tell(notes)
    return TierExplanation(
      member: member.id, group: group, tier: tier, at: at, since: since, reason: move?.reason,
      cause: cause, reached: reached, reachedBy: decided, counted: counted,
      isSoftLanding: isSoft, grant: grant, lastDay: lastDay, graceEndsAt: graceEndsAt,
      text: told.headline(
        tier, of: group, from: from, since: since, move?.reason,
        try cause.flatMap { try loyalty.entries.find($0) }?.words(version.days)),
      notes: told.notes)
  }

  private var isByBalance: Bool { terms?.group(at)?.period == .balance }

  /// What counted for a tier, by the version in force at an instant.
  private func figures(of tier: String?, _ window: TierWindow?, at instant: Instant) throws
    -> TierFigures?
  {
    let version = try loyalty.version(of: member.programme, at: instant)
    guard let window = try window ?? balance(at: instant),
      let found = version.programme.tierGroups.first(where: { $0.name == group })?.tier(tier ?? "")
    else { return nil }
    return TierFigures(found, window, version)
  }

  /// The points that the member could spend, for tiers by them.
  private func balance(at instant: Instant) throws -> TierWindow? {
    guard isByBalance else { return nil }
    let balance = try loyalty.balance(of: member.id, asOf: instant)
    return TierWindow(start: .earliest, totals: TierTotals(points: balance.available))
  }

  /// What was granted and holds at the instant, where it is no lower than the tier.
  private func grant() throws -> TierGrant? {
    try loyalty.grants(of: member.id, in: group).last {
      $0.tier == tier && $0.floor?.span.contains(at) == true
    }
  }
}
