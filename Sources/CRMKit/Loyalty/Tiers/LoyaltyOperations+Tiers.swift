extension LoyaltyOperations {
  var standings: Records<TierStanding> { records() }
  var tierChanges: Records<TierChange> { records() }
  var tierGrants: Records<TierGrant> { records() }

  // MARK: Reading

  /// The tier of a member at an instant, whether anything ran or not; of who has become an alias
  /// since their own until then.
  ///
  /// - Parameters:
  ///   - member: The member.
  ///   - group: The group of tiers, if not the programme's first.
  ///   - instant: When, if not now; of a time to come it is the tier if nothing happens before.
  ///   - knownAt: As of when it was known, if not as of now: what became known later is left out.
  /// - Returns: `nil` before the member was enrolled, and before there was such a group.
  /// - Throws: ``LoyaltyError/Code/unknownReference`` for an unknown member or group.
  /// - Complexity: O(log *n*) for the present, and then in what time has done since it was written.
  public func tier(
    of member: LoyaltyMember.ID, in group: String? = nil, at instant: Instant? = nil,
    knownAt: Instant? = nil
  ) throws -> MemberTier? {
    let at = instant ?? transaction.now
    let member = try resolve(member, asOf: at, knownAt: knownAt)
    let name = try groupName(group, of: member)
    let reckoning = try tierReckoning(of: member, name)
    guard let course = reckoning.course() else { return nil }
    let known = max(course.state.asOf, reckoning.stored?.row.knownSince ?? .earliest)
    if at >= course.state.asOf, knownAt.map({ $0 >= known }) ?? true {
      return MemberTier(member.id, name, try reckoning.advanced(course, to: at).state)
    }
    return try pastTier(of: member, name, at: at, knownAt: knownAt ?? .latest)
  }

  /// The tiers of a member in all groups of the programme, in their order, at an instant and as of
  /// when it was known (``tier(of:in:at:knownAt:)``).
  ///
  /// - Throws: ``LoyaltyError/Code/unknownReference``.
  public func tiers(
    of member: LoyaltyMember.ID, at instant: Instant? = nil, knownAt: Instant? = nil
  ) throws -> [MemberTier] {
    let groups = try programme(resolve(member).programme, at: instant).tierGroups
    return try groups.compactMap {
      try tier(of: member, in: $0.name, at: instant, knownAt: knownAt)
    }
  }

  /// What a member's tier depends on from now on.
  ///
  /// - Throws: ``LoyaltyError/Code/unknownReference``.
  /// - Complexity: O(log *n*), and then in the instants at which time changes what counts.
  public func tierProjection(
    of member: LoyaltyMember.ID, in group: String? = nil
  ) throws -> TierProjection? {
    let member = try resolve(member)
    let name = try groupName(group, of: member)
    guard var course = try tierReckoning(of: member, name).course() else { return nil }
    try course.regard(at: max(transaction.now, course.state.asOf), because: .reviewed)
    return try course.projection()
  }

  /// The moves of a member in a group that hold by what is known now, the earliest first, whether
  /// anything ran or not; what time has done and nothing has put down yet has the identifier zero
  /// (``explanation(ofTierOf:in:at:)`` explains it).
  ///
  /// - Throws: ``LoyaltyError/Code/unknownReference``.
  /// - Complexity: O(log *n*), and in the moves.
  public func tierHistory(of member: LoyaltyMember.ID, in group: String? = nil) throws
    -> [TierChange]
  {
    let member = try resolve(member)
    let name = try groupName(group, of: member)
    return try changesThatHold(
      of: member.id, in: name, tierReckoning(of: member, name).unwrittenChanges())
  }

  /// Those who are at a tier now, whether anything ran or not.
  ///
  /// Members for whom nothing has counted yet are at the lowest tier and are not among them.
  ///
  /// - Complexity: O(log *n*) and then in the members of the page; with a tier by balance, and until
  ///   time's work is put down, in all members of the group from the cursor on.
  public func members(
    at tier: String, of group: String, in programme: String,
    after cursor: Cursor<TierStanding>? = nil,
    limit: Int = 50
  ) throws -> Page<TierStanding, Cursor<TierStanding>> {
    let now = transaction.now
    let groups = try versions()[programme]?.last?.prepared.programme.tierGroups
    let isByBalance = groups?.first { $0.name == group }?.period == .balance
    let fields = TierStanding.fields
    var mayBe = fields.programme == programme && fields.group == group
    if !isByBalance {
      let due = try standings.first(
        where: { $0.programme == programme && $0.nextReviewAt <= now },
        sortedBy: { [.ascending($0.nextReviewAt)] })
      let isThere = fields.tier == tier
      mayBe = mayBe && (due == nil ? isThere : isThere || fields.nextReviewAt <= now)
    }
    guard limit != 0 else { return Page(items: [], next: cursor) }
    let most = limit < 0 ? Int.max : limit
    var found: [TierStanding] = []
    var isMore = false
    try standings.scan(Query(where: { _ in mayBe }, after: cursor)) { held in
      guard let standing = try present(held.row, isByBalance), standing.tier == tier else {
        return true
      }
      isMore = found.count == most
      if !isMore { found.append(standing) }
      return !isMore
    }
    let order = try PreparedQuery(Query<TierStanding>(), in: transaction.reader.catalog)
    return Page(
      items: found, next: isMore ? found.last.map { order.cursor(after: $0.id) } : nil)
  }

  /// A standing with what time has done by now; `nil` for an alias's and of who was forgotten.
  private func present(_ standing: TierStanding, _ isByBalance: Bool) throws -> TierStanding? {
    let member = try members.get(standing.member)
    guard member.status == .active || member.status == .blocked else { return nil }
    guard isByBalance || standing.nextReviewAt <= transaction.now,
      let course = try tierReckoning(of: member, standing.group).course(
        until: transaction.now)
    else { return standing }
    var standing = standing
    standing.state = course.state
    standing.nextReviewAt = course.nextReviewAt ?? .latest
    return standing
  }

  // MARK: Looking up

  func tierReckoning(of member: LoyaltyMember, _ group: String) throws -> TierReckoning {
    let version = try version(of: member.programme)
    return try TierReckoning(self, member, group, version.prepared.programme.zone)
  }

  /// The group meant: the first one where none is named.
  private func groupName(_ group: String?, of member: LoyaltyMember) throws -> String {
    let first = try version(of: member.programme).prepared.programme.tierGroups.first?.name
    if group == nil, let first { return first }
    let versions = try versions()[member.programme] ?? []
    let names = versions.flatMap { $0.prepared.programme.tierGroups.map(\.name) }
    guard let name = group ?? names.first, names.contains(name) else {
      throw LoyaltyError(.unknownReference, "group of tiers “\(group ?? "")”")
    }
    return name
  }

  private func pastTier(
    of member: LoyaltyMember, _ group: String, at instant: Instant, knownAt: Instant
  ) throws -> MemberTier? {
    guard let beginning = try tierReckoning(of: member, group).beginning()?.state,
      instant >= beginning.asOf
    else { return nil }
    var found: TierChange?
    var first: TierChange?
    let (id, known) = (member.id, knownAt)
    try tierChanges.scan(
      Query(
        where: { $0.member == id && $0.group == group && $0.knownAt <= known },
        sortedBy: { [.descending($0.number)] })
    ) { held in
      first = held.row
      // What was noted later holds for all of the time from its instant on.
      if held.row.at <= instant { found = held.row }
      return found == nil
    }
    if let found { return MemberTier(id, group, found) }
    return MemberTier(id, group, first?.from ?? beginning.tier, since: beginning.asOf)
  }

  /// Moves in their order, without those that later ones took the place of.
  ///
  /// - Parameter unwritten: Those that nothing has put down yet.
  func changesThatHold(
    of member: LoyaltyMember.ID, in group: String, _ unwritten: [TierChange] = []
  ) throws -> [TierChange] {
    let all =
      try tierChanges.all(
        where: { $0.member == member && $0.group == group }, sortedBy: { [.ascending($0.number)] })
      + unwritten
    var holding: [TierChange] = []
    for change in all {
      while let last = holding.last, last.at >= change.at, isCorrected(last, by: change) {
        holding.removeLast()
      }
      // One that only takes others back is no move.
      if change.reason != .late { holding.append(change) }
    }
    return holding
  }

  /// Two moves at one instant both hold where the second goes on from the first.
  private func isCorrected(_ change: TierChange, by later: TierChange) -> Bool {
    later.reason == .late || change.at > later.at || change.to != later.from
  }

  // MARK: What counts

  /// What counted for the tiers of members from an instant until before another.
  func counted(
    by members: [LoyaltyMember.ID], in span: Range<Instant>, limit: Int?
  ) throws -> [TierEvent] {
    let places = try places(of: members)
    let found = try places.flatMap { place in
      try countedUnder(place, by: members, in: span, limit: limit)
    }
    let shared = try members.flatMap { try countedInPools(by: $0, in: span, limit: limit) }
    guard places.count > 1 || !shared.isEmpty else { return found }
    return Array((found + shared).sorted { $0.countsAt < $1.countsAt }.prefix(limit ?? .max))
  }

  /// What members did that stands under one of them, or under who one of them was joined with.
  private func countedUnder(
    _ place: LoyaltyMember.ID, by members: [LoyaltyMember.ID], in span: Range<Instant>, limit: Int?
  ) throws -> [TierEvent] {
    // Only where memberships were parted something can stand under one that another did.
    let isMixed = try ties().haveParted
    var found: [TierEvent] = []
    try entries.scan(
      Query(
        where: {
          $0.member == place && $0.qualifiesAt >= span.lowerBound
            && $0.qualifiesAt < span.upperBound
        }, sortedBy: { [.ascending($0.qualifiesAt)] }, limit: isMixed ? nil : limit)
    ) { held in
      let isOwn = try !isMixed || members.contains(qualifier(of: held.row))
      if isOwn, let event = TierEvent(held.row) { found.append(event) }
      return limit.map { found.count < $0 } ?? true
    }
    return found
  }

  /// What a member did whose points were a pool's.
  private func countedInPools(
    by member: LoyaltyMember.ID, in span: Range<Instant>, limit: Int?
  ) throws -> [TierEvent] {
    try (members.find(member)?.pools ?? []).flatMap { pool in
      try entries.all(
        where: {
          $0.member == pool && $0.qualifiesAt >= span.lowerBound
            && $0.qualifiesAt < span.upperBound && $0.counterparty == member
        }, sortedBy: { [.ascending($0.qualifiesAt)] }, limit: limit
      ).compactMap(TierEvent.init)
    }
  }

  /// All that counted for a member's tiers, and when all were looked at again, in their order.
  ///
  /// - Parameter start: Where the member stood when another membership was joined with it: what
  ///   became known later is taken as if it had happened no earlier.
  func tierHistory(
    of member: LoyaltyMember.ID, in group: String, after start: TierState?
  ) throws -> [TierEvent] {
    let looks = try tierChanges.all(where: {
      $0.member == member && $0.group == group && $0.reason == .reevaluated
    })
    var events = try counted(
      by: family(of: member), in: .earliest..<(.latest), limit: nil)
    if let start {
      events = events.filter { $0.sequence > start.countedSequence }.map {
        var event = $0
        event.at = max(event.at, start.asOf)
        return event
      }
    }
    events += looks.map { TierEvent(lookingAt: $0.at) }.filter { $0.at > start?.asOf ?? .earliest }
    return events.sorted(by: TierEvent.precedes)
  }

  /// What was granted to a member, the earliest first.
  func grants(of member: LoyaltyMember.ID, in group: String) throws -> [TierGrant] {
    try family(of: member).flatMap { id in
      try tierGrants.all(
        where: { $0.member == id && $0.group == group },
        sortedBy: { [.ascending($0.grantedAt)] })
    }.sorted { ($0.grantedAt, $0.id) < ($1.grantedAt, $1.id) }
  }
}

extension TierGrant {
  /// What the member does not fall below; `nil` where it was withdrawn at once.
  var floor: TierFloor? {
    grantedAt < endsAt ? TierFloor(tier: tier, span: grantedAt..<endsAt) : nil
  }
}

extension TierEvent {
  /// What an entry of the ledger counts for; `nil` where it does not.
  @inline(__always)  // The rest of an entry that is in a box is not copied then.
  init?(_ entry: LedgerEntry) {
    guard let countsAt = entry.qualifiesAt, entry.refusal == nil else { return nil }
    self.init(
      at: entry.occurredAt, countsAt: countsAt, sequence: entry.sequence, entry: entry.id,
      origin: entry.cause,
      totals: TierTotals(
        points: entry.qualifyingPoints, spend: entry.qualifyingSpend?.minorUnits ?? 0,
        count: Int64(entry.qualifyingCount)))
  }

  /// Another look at a member, as of an instant.
  init(lookingAt instant: Instant) {
    self.init(
      at: instant, countsAt: instant, sequence: .max, totals: .zero, reason: .reevaluated)
  }
}
