extension LoyaltyOperations {
  /// How many standings one pass reviews; the next goes on a millisecond later.
  private static let mostInPass = 500

  /// Counts entries of the ledger for the tiers of their members.
  ///
  /// - Parameters:
  ///   - posted: The entries as they are kept, in their order.
  ///   - version: The version of the programme that holds for the last of them.
  func reckonTiers(after posted: [Held<LedgerEntry>], in version: ProgrammeVersion) throws {
    for group in version.programme.tierGroups {
      if group.period == .balance {
        try seeBalances(after: posted.map(\.row), in: version.programme, group)
      } else {
        for entry in posted where entry.row.qualifiesAt != nil {
          guard let event = TierEvent(entry.row) else { continue }
          let member = try resolve(qualifier(of: entry.row))
          try TierReckoning(self, member, group.name, version.days.zone).count(event)
        }
      }
    }
  }

  private func seeBalances(
    after posted: [LedgerEntry], in programme: LoyaltyProgramme, _ group: TierGroup
  ) throws {
    guard let points = programme.terms(of: nil)?.name else { return }
    let parties = Set(posted.flatMap { [$0.member] + ($0.counterparty.map { [$0] } ?? []) })
    for party in parties.sorted() {
      // Points that wait will count without an entry of somebody's.
      let changes = posted.filter {
        $0.change(of: party, in: points) != 0
          || $0.change(of: .pending, of: party, in: points) != 0
      }
      guard !changes.isEmpty else { continue }
      // What is stored is the last balance; those before follow from it.
      var balance = try account(of: party, points)?.available ?? 0
      var seen: [(entry: LedgerEntry, balance: Int64)] = []
      for entry in changes.reversed() {
        seen.append((entry, balance))
        balance &-= entry.change(of: party, in: points)
      }
      let member = try resolve(party)
      for (entry, balance) in seen.reversed() {
        // Who has become an alias has the tier of the other.
        if entry.kind == .merge, entry.counterparty == party { continue }
        try TierReckoning(self, member, group.name, programme.zone).see(
          balance, at: entry.occurredAt, cause: entry.id, isByTime: entry.kind.isByTime)
      }
    }
  }

  /// Lets a course see what time has done to the points a member can spend since that was written.
  func seeExpiries(_ course: inout TierCourse, of member: LoyaltyMember, until end: Instant) throws
  {
    guard let points = try programme(member.programme).terms(of: nil)?.name,
      let account = try account(of: member.id, points), account.nextDueAt <= end
    else { return }
    var balance = account.available
    for step in try settlement(of: account, until: end).steps {
      for leg in step.legs {
        if leg.from == .available { balance &-= leg.points }
        if leg.to == .available { balance &+= leg.points }
      }
      try course.see(balance, at: max(step.at, course.state.asOf), cause: nil)
    }
  }

  // MARK: By hand

  /// Looks at all members of a programme again, by the version that holds now.
  ///
  /// Who has reached more by its thresholds comes there; who has a tier with a term keeps it. Doing
  /// it again changes nothing.
  ///
  /// - Returns: How many have another tier now.
  /// - Throws: ``LoyaltyError/Code/unknownReference`` for an unknown programme.
  /// - Complexity: O(*n* log *n*) in the members for whom anything has counted.
  @discardableResult
  public func reevaluateTiers(in programme: String) throws -> Int {
    let now = try self.programme(programme)
    let groups = Set(now.tierGroups.filter { $0.period != .balance }.map(\.name))
    let all = try standings.all(
      where: { $0.programme == programme }, sortedBy: { [.ascending($0.nextReviewAt)] })
    var moved = 0
    try transaction.operation {
      for standing in all.sorted(by: { $0.id < $1.id }) where groups.contains(standing.group) {
        let member = try members.get(standing.member)
        // Those of aliases and of who was forgotten stay as they were.
        guard member.status == .active || member.status == .blocked else { continue }
        let look = TierEvent(lookingAt: max(transaction.now, standing.asOf))
        try TierReckoning(self, member, standing.group, now.zone).count(look)
        if try standings.find(standing.id)?.tier != standing.tier { moved += 1 }
      }
    }
    return moved
  }

  /// Gives a member a tier up to the end of a day, whatever counts.
  ///
  /// The member does not fall below it until then, and climbs above it as ever.
  ///
  /// - Parameters:
  ///   - tier: The name of the tier.
  ///   - group: The group of tiers.
  ///   - member: The member.
  ///   - lastDay: The last day of it, in the programme's zone.
  ///   - reason: Why; up to 1,000 bytes of UTF-8.
  /// - Throws: ``CRMError/Code/invalid`` with every problem; ``LoyaltyError/Code/unknownReference``
  ///   for an unknown member. Nothing has changed then.
  @discardableResult
  public func grant(
    _ tier: String, in group: String, to member: LoyaltyMember.ID, until lastDay: CalendarDate,
    because reason: String
  ) throws -> TierGrant {
    let member = try resolve(member)
    let programme = try programme(member.programme)
    var problems = TextRules.problems(of: reason, in: "reason", within: 1_000)
    problems += tierProblems(tier, group, in: programme)
    let today = programme.zone.date(of: transaction.now)
    if lastDay < today { problems.append(.init("last_day", "is past")) }
    guard problems.isEmpty else { throw CRMError.invalid(TierGrant.schema.name, problems) }
    let calendar = TierCalendar(zone: programme.zone, enrolledAt: member.enrolledAt)
    let grant = TierGrant(
      id: transaction.makeIdentifier(), member: member.id, group: group, tier: tier,
      grantedAt: transaction.now, lastDay: lastDay, endsAt: calendar.end(of: lastDay),
      actor: transaction.attribution.actor, reason: reason)
    return try transaction.operation {
      let kept = try tierGrants.insert(grant, emitting: TierGranted(grant: grant.id))
      try regardGrants(of: member, in: group, because: .granted)
      return kept
    }
  }

  /// Takes a tier back at once that was given for a time; one that has ended is left alone.
  ///
  /// - Throws: ``CRMError/Code/notFound``, ``CRMError/Code/invalid`` without a reason; nothing has
  ///   changed then.
  @discardableResult
  public func withdraw(_ grant: TierGrant.ID, because reason: String) throws -> TierGrant {
    let problems = TextRules.problems(of: reason, in: "reason", within: 1_000)
    guard problems.isEmpty else { throw CRMError.invalid(TierGrant.schema.name, problems) }
    var found = try tierGrants.get(grant)
    guard found.endsAt > transaction.now else { return found }
    found.endsAt = transaction.now
    found.withdrawal = reason
    return try transaction.operation {
      let kept = try tierGrants.update(found, withoutWords: TierGrantWithdrawn(grant: grant))
      let member = try resolve(found.member)
      try regardGrants(of: member, in: found.group, because: .grantEnded)
      return kept
    }
  }

  func regardGrants(
    of member: LoyaltyMember, in group: String, because reason: TierChange.Reason
  ) throws {
    let grants = try grants(of: member.id, in: group)
    try tierReckoning(of: member, group).regard(grants, at: transaction.now, because: reason)
  }

  private func tierProblems(
    _ tier: String, _ group: String, in programme: LoyaltyProgramme
  ) -> [CRMError.Issue] {
    let names = programme.tierGroups.map(\.name)
    guard let found = programme.tierGroups.first(where: { $0.name == group }) else {
      return [unknown(group, "group of tiers", names, in: "group")]
    }
    guard found.tier(tier) == nil else { return [] }
    return [unknown(tier, "tier of “\(group)”", found.tiers.map(\.name), in: "tier")]
  }

  private func unknown(
    _ name: String, _ what: String, _ known: [String], in field: String
  ) -> CRMError.Issue {
    let hint = nearest(to: name, among: known).map { "; did you mean “\($0)”?" } ?? ""
    return .init(field, "“\(name)” is no \(what)\(hint)")
  }

  // MARK: By time

  /// Writes down what time has done to the tiers of a programme's members.
  func tierPass(over programme: String) throws {
    let now = transaction.now
    let due = try standings.all(
      where: { $0.programme == programme && $0.nextReviewAt <= now },
      sortedBy: { [.ascending($0.nextReviewAt)] }, limit: Self.mostInPass)
    for standing in due {
      let member = try members.get(standing.member)
      try tierReckoning(of: member, standing.group).advance(to: now)
    }
    let next = try standings.first(
      where: { $0.programme == programme }, sortedBy: { [.ascending($0.nextReviewAt)] })
    guard let next, next.nextReviewAt < .latest else { return }
    try transaction.agenda.schedule(
      TierPass(programme: programme), at: max(next.nextReviewAt, now + .milliseconds(1)))
  }

  /// Makes sure that what time does to tiers at an instant is written down then.
  func scheduleTierPass(over programme: String, at instant: Instant) throws {
    let pass = TierPass(programme: programme)
    let scheduled = try transaction.records(of: AgendaEntry.self).first(where: {
      $0.task == TierPass.name && $0.key == pass.key
    })
    if let running = transaction.runningTask, running.task == TierPass.name { return }
    guard scheduled.map({ $0.due > instant }) ?? true else { return }
    try transaction.agenda.schedule(pass, at: instant)
  }
}

/// Writes down what time has done to the tiers of a programme's members.
///
/// It changes nothing that could be read: whatever it writes held from its own instant on.
struct TierPass: AgendaTask {
  /// The programme.
  var programme: String

  var key: String { programme }

  static let name = "loyalty.tier_pass"

  private struct Fields: Sendable {
    let programme = Field<TierPass, String>(
      "programme", { $0.programme }, { $0.programme = $1 })
  }

  static let layout = Layout(Fields(), blank: TierPass(programme: ""))
}
