import CRMKit

/// Members of a club who earn points and spend them.
public struct Points: Sendable {
  private let kept: Kept

  /// Points in a kind of store.
  public init(_ kept: Kept) {
    self.kept = kept
  }

  private static let name = "club"

  /// A point for each euro, doubled on weekends, 500 a day at most, with three tiers.
  static var programme: LoyaltyProgramme {
    var club = LoyaltyProgramme.standard(name, zone: .utc)
    club.rules[0].caps = [.points(500, per: .day)]
    club.rules.append(
      EarningRule("weekend", .multiplier(2), when: EarningSeason(weekdays: [.saturday, .sunday])))
    club.tierGroups = [
      TierGroup(
        "status",
        tiers: [
          Tier("Bronze"), Tier("Silver", from: .points(500)), Tier("Gold", from: .points(1_000)),
        ])
    ]
    return club
  }

  private func club(of count: Int) async throws -> (CRM, TemporaryFolder, [LoyaltyMember.ID]) {
    let (crm, folder) = try await kept.crm()
    let members = try await crm.write { tx in
      try tx.loyalty.define(Self.programme, from: tx.now - .seconds(86_400 * 3_650))
      return try (0..<count).map { number in
        let customer = try tx.customers.add(Person(number: number).newCustomer)
        return try tx.loyalty.enrol(
          customer.id, in: Self.name, at: tx.now - .seconds(86_400 * 3_650)
        ).id
      }
    }
    return (crm, folder, members)
  }

  private static func earn(
    _ number: Int, _ member: LoyaltyMember.ID, at instant: Instant, in tx: Transaction
  ) throws {
    let amount = Money(minorUnits: Int64(1_000 + number * 7 % 9_000), .eur)
    let result = try tx.loyalty.earn(
      .order("\(number)", [EarnLine(amount, item: "cd")], at: instant), for: member,
      key: "order-\(number)")
    use(result)
  }

  // MARK: Writing

  /// Posting what orders earn, with a cap, tiers and the explanation, 100 a write.
  public func earnings(_ count: Int = Scale.canonical(20_000, small: 200)) -> Contender {
    Contender("earn", operations: count) { stopwatch in
      let (crm, folder, members) = try await club(of: 1_000)
      defer { withExtendedLifetime(folder) {} }
      try await stopwatch.measure {
        for start in stride(from: 0, to: count, by: 100) {
          try await crm.write { tx in
            for number in start..<min(start + 100, count) {
              let instant = tx.now - .seconds(60 * (count - number))
              try Self.earn(number, members[number % members.count], at: instant, in: tx)
            }
          }
        }
      }
      return Checksum(try await crm.read { Int(try $0.loyalty.balance(of: members[0]).available) })
    }
  }

  /// Spending points over a hundred open lots, all of them or those of a few; 100 a write.
  public func redemptions(all: Bool, _ count: Int = Scale.canonical(200, small: 4)) -> Contender {
    Contender("redeem", operations: count) { stopwatch in
      let (crm, folder, members) = try await club(of: count)
      defer { withExtendedLifetime(folder) {} }
      for lot in 0..<100 {
        try await crm.write { tx in
          for (number, member) in members.enumerated() {
            try Self.earn(
              lot * count + number, member, at: tx.now - .seconds(86_400 * (200 - lot)), in: tx)
          }
        }
      }
      let points = try await crm.read { tx in
        try members.map { all ? try tx.loyalty.balance(of: $0).available : 50 }
      }
      try await stopwatch.measure {
        for start in stride(from: 0, to: count, by: 100) {
          try await crm.write { tx in
            for number in start..<min(start + 100, count) {
              use(
                try tx.loyalty.redeem(points[number], from: members[number], key: "r\(number)")
                  .get())
            }
          }
        }
      }
      return Checksum(try await crm.read { Int(try $0.loyalty.balance(of: members[0]).available) })
    }
  }

  // MARK: Reading

  /// A member with so many entries, whose balance, tier and next expiry are read.
  public func readings(
    entries: Int = Scale.canonical(10_000, small: 100),
    _ count: Int = Scale.canonical(1_000, small: 10)
  ) -> Contender {
    Contender("read", operations: count) { stopwatch in
      let (crm, folder, member) = try await busyMember(entries)
      defer { withExtendedLifetime(folder) {} }
      var sum = 0
      try await stopwatch.measure {
        try await crm.read { tx in
          for _ in 0..<count {
            sum &+= Int(try tx.loyalty.balance(of: member).available)
            sum &+= try tx.loyalty.tier(of: member)?.tier.utf8.count ?? 0
            sum &+= Int(try tx.loyalty.nextExpiry(of: member)?.points ?? 0)
          }
        }
      }
      return Checksum(sum)
    }
  }

  private func busyMember(_ entries: Int) async throws -> (
    CRM, TemporaryFolder, LoyaltyMember.ID
  ) {
    let (crm, folder, members) = try await club(of: 1)
    let member = members[0]
    for start in stride(from: 0, to: entries, by: 500) {
      try await crm.write { tx in
        for number in start..<min(start + 500, entries) {
          let instant = tx.now - .seconds(25_000_000 / entries * (entries - number))
          try Self.earn(number, member, at: instant, in: tx)
        }
      }
    }
    return (crm, folder, member)
  }

  /// Replaying a ledger from its entries alone: a balance of long ago follows from all of them.
  public func replays(_ entries: Int = Scale.canonical(1_000_000, small: 500)) -> Contender {
    Contender("replay", operations: 1) { stopwatch in
      let (crm, folder, member) = try await busyMember(entries)
      defer { withExtendedLifetime(folder) {} }
      let balance = try await stopwatch.measure {
        try await crm.read { try $0.loyalty.balance(of: member, asOf: $0.now) }
      }
      return Checksum(Int(balance.available))
    }
  }

  /// What orders would have earned under a programme with twice the points on weekends, and without.
  public static func whatIfs(_ count: Int = Scale.canonical(1_000_000, small: 500)) -> Contender {
    Contender("what if", operations: 1) { stopwatch in
      var plain = programme
      plain.rules.removeLast()
      let members = (1...1_000).map { LoyaltyMember.ID(number: Int64($0)) }
      let first = Instant(milliseconds: 1_700_000_000_000)
      let (changed, before) = (programme, plain)
      let sum = try await stopwatch.measure {
        var whatIf = try WhatIf(changed, insteadOf: before)
        for number in 0..<count {
          let amount = Money(minorUnits: Int64(1_000 + number * 7 % 9_000), .eur)
          try whatIf.add(
            .order("\(number)", [EarnLine(amount)], at: first + .seconds(60 * number)),
            for: members[number % members.count])
        }
        return whatIf.report.kinds.reduce(0) { $0 + $1.difference }
      }
      return Checksum(Int(sum))
    }
  }
}
