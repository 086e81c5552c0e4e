import CRMKit

/// What a replay shows of its club: what is owed, who is where, and why.
extension Presentation {
  /// What came and went in each quarter, in points and in money.
  func rollForward(from first: CalendarDate, through last: CalendarDate) async throws -> [String] {
    let periods = try await crm.read {
      try $0.loyalty.rollForward(of: Club.name, from: first, through: last, by: .quarter)
    }
    func row<Value: CustomStringConvertible>(
      _ name: String, _ value: (LiabilityPeriod) -> Value
    ) -> String {
      "  " + filled(name, 15) + periods.map { padded(value($0), 11) }.joined()
    }
    return [
      row("quarter to") { $0.through },
      row("points before") { $0.flow.opening },
      row("  earned") { $0.flow.issued },
      row("  spent") { -$0.flow.redeemed },
      row("  expired") { -$0.flow.expired },
      row("points after") { $0.flow.closing },
      row("owed before") { $0.opening.decimalText },
      row("  put off") { $0.allocated.decimalText },
      row("  revenue") { "-" + $0.recognised.decimalText },
      row("owed after") { $0.closing.decimalText },
      row("adds up") { $0.addsUp ? "yes" : "NO" },
    ]
  }

  /// What is owed at the end, and how much of what is over was never redeemed.
  func liability() async throws -> [String] {
    let report = try await crm.read { try $0.loyalty.liability(of: Club.name) }
    let over = report.cohorts.filter(\.isMatured)
    let (issued, redeemed) = over.reduce((Int64(0), Int64(0))) {
      ($0.0 + $1.issued - $1.clawed, $0.1 + $1.redeemed)
    }
    let percent = issued == 0 ? 0 : (issued - redeemed) * 1_000 / issued
    return [
      "  \(report.outstanding) points outstanding, of which \(report.expectedRedemptions) are "
        + "expected to be spent, at a cost of \(report.expectedCost)",
      "  \(report.deferred) of what was paid is put off until then, \(report.recognised) is earned",
      "  months that are over: \(over.count); of their \(issued) points "
        + "\(percent / 10).\(percent % 10) % were never spent",
      "  tied to the postings: \(report.isTiedOut ? "yes" : "NO")",
    ]
  }

  /// How many members are at each tier; those for whom nothing has counted are at the lowest.
  func tiers() async throws -> [String] {
    try await crm.read { tx in
      let tiers = try tx.loyalty.programme(Club.name).tierGroups.first?.tiers ?? []
      var counts = try tiers.map { try members(at: $0.name, tx) }
      let all = try tx.records(of: LoyaltyMember.self).count()
      if let lowest = counts.indices.first { counts[lowest] += all - counts.reduce(0, +) }
      return zip(tiers, counts).map { "  \(padded($1, 5))  \($0.name)" }
    }
  }

  private func members(at tier: String, _ tx: Transaction) throws -> Int {
    var (count, next): (Int, Cursor<TierStanding>?) = (0, nil)
    repeat {
      let page = try tx.loyalty.members(
        at: tier, of: Club.status, in: Club.name, after: next, limit: 1_000)
      count += page.items.count
      next = page.next
    } while next != nil
    return count
  }

  /// The statement of a member who earned, spent and let points lapse, each line explained.
  func statement() async throws -> [String] {
    try await crm.read { tx in
      guard let member = try versatileMember(tx) else { return [] }
      let name = try member.customer.map { try tx.customers.get($0).name } ?? "a member"
      let statement = try tx.loyalty.openStatement(of: member.id)
      let tier = try tx.loyalty.tier(of: member.id, in: Club.status)
      let lines = statement.lines.flatMap { line -> [String] in
        let day = line.occurredAt.dateInUTC
        let words = line.explanation.split(separator: "\n")
        return ["  \(day) \(padded(line.change, 6)) \(padded(line.available, 6))  \(words[0])"]
          + words.dropFirst().map { "                             \($0)" }
      }
      let expiring = statement.expiring.prefix(3).map {
        "  \($0.points) end after \($0.lastValidDay?.description ?? "today")"
      }
      return ["  \(name), \(tier?.tier ?? "")"] + lines + expiring
    }
  }

  /// Who has the fewest entries among those with some of each kind, the first of them.
  private func versatileMember(_ tx: Transaction) throws -> LoyaltyMember? {
    var kinds: [LoyaltyMember.ID: (kinds: Set<LedgerEntry.Kind>, count: Int)] = [:]
    try tx.records(of: LedgerEntry.self).scan { held in
      kinds[held.row.member, default: ([], 0)].kinds.insert(held.row.kind)
      kinds[held.row.member]?.count += 1
      return true
    }
    let versatile = kinds.filter { $0.value.kinds.isSuperset(of: [.earn, .redeem, .expire]) }
    let first = versatile.min { ($0.value.count, $0.key) < ($1.value.count, $1.key) }
    return try first.flatMap { try tx.records(of: LoyaltyMember.self).find($0.key) }
  }

  /// What the same purchases would have earned with twice the points on Saturdays and Sundays.
  func doubledWeekends() async throws -> [String] {
    var doubled = Club.programme
    doubled.rules.append(
      EarningRule("weekend", .multiplier(2), when: EarningSeason(weekdays: [.saturday, .sunday])))
    let changed = doubled
    return try await crm.read { tx in
      let report = try tx.loyalty.whatIf(changed)
      guard let points = report.kinds.first else { return [] }
      let most = report.members.max {
        ($0.after - $0.before, $1.member) < ($1.after - $1.before, $0.member)
      }
      var lines = [
        "  \(report.events) purchases: \(points.before) points as it was, \(points.after) doubled, "
          + "\(points.difference) more",
        "  expected to cost \(points.costDifference?.description ?? "?") more; nothing was changed",
      ]
      if let most, let id = try tx.records(of: LoyaltyMember.self).get(most.member).customer {
        lines.append(
          "  most of all \(try tx.customers.get(id).name): \(most.before) → \(most.after)")
      }
      return lines
    }
  }
}
