import CRMKit
import CRMTesting
import Testing

/// What a host does with the memberships of two customers who turn out to be one, and back.
@Suite("Two files of one customer")
struct TwoFilesTests {
  /// The memberships of two files become those of one.
  ///
  /// - Returns: Those that were joined, and those that were given over.
  private func join(_ old: Customer.ID, _ new: Customer.ID, _ tx: Transaction) throws -> (
    joined: [LoyaltyMember.ID], given: [LoyaltyMember.ID]
  ) {
    var (joined, given): ([LoyaltyMember.ID], [LoyaltyMember.ID]) = ([], [])
    for member in try tx.loyalty.memberships(of: old) {
      if let other = try tx.loyalty.member(of: new, in: member.programme) {
        try tx.loyalty.merge(member.id, into: other.id, key: "join \(member.id)").get()
        joined.append(member.id)
      } else {
        try tx.loyalty.reassign(member.id, to: new)
        given.append(member.id)
      }
    }
    return (joined, given)
  }

  private func part(
    _ old: Customer.ID, _ joined: [LoyaltyMember.ID], _ given: [LoyaltyMember.ID],
    _ tx: Transaction
  ) throws {
    for member in joined { try tx.loyalty.unmerge(member, key: "part \(member)").get() }
    for member in given { try tx.loyalty.reassign(member, to: old) }
  }

  @Test(
    "Whatever state memberships are in, they become one and two again, and nothing is lost",
    arguments: Backend.allCases)
  func memberships(backend: Backend) async throws {
    try await withStorage(backend) { storage in
      let clock = TestClock("2026-03-01T10:00:00Z")
      let crm = try await CRM(
        storage: storage, clock: clock, identifiers: .seeded(1))
      let (old, new, hold) = try await crm.write { tx in
        let old = try tx.customers.add(.person("Ada")).id
        let new = try tx.customers.add(.person("Ada B.")).id
        for name in ["club", "airline"] { try tx.loyalty.define(.standard(name, zone: .utc)) }
        let member = try tx.loyalty.enrol(old, in: "club").id
        try tx.loyalty.enrol(old, in: "airline")
        let other = try tx.loyalty.enrol(new, in: "club").id
        for (owner, points) in [(member, Int64(300)), (other, 100)] {
          try tx.loyalty.adjust(points, for: owner, because: "welcome", key: "\(owner)").get()
        }
        let hold = try tx.loyalty.hold(
          50, from: member, key: "basket", reference: "1001", lasting: .seconds(7 * 86_400)
        ).get()
        try tx.loyalty.block(member, because: "card lost")
        return (old, new, try #require(hold.hold))
      }
      let before = clock.now
      clock.advance(by: .seconds(86_400))
      let (joined, given) = try await crm.write { try join(old, new, $0) }
      #expect(joined.count == 1 && given.count == 1)
      try await crm.write { tx in
        #expect(try tx.loyalty.memberships(of: old).isEmpty)
        #expect(try tx.loyalty.memberships(of: new).map(\.programme) == ["airline", "club"])
        let member = try #require(try tx.loyalty.member(of: new, in: "club"))
        #expect(member.status == .blocked)
        try tx.loyalty.unblock(member.id, because: "found")
        try tx.loyalty.capture(hold, key: "paid").get()
        let balance = try tx.loyalty.balance(of: member.id)
        #expect(balance.available == 350 && balance.held == 0)
        // The shop still knows the number of the old card, and what it had.
        #expect(try tx.loyalty.balance(of: joined[0]).available == 350)
        let past = try tx.loyalty.balance(of: joined[0], asOf: before)
        #expect(past.available == 250 && past.held == 50)
      }
      clock.advance(by: .seconds(86_400))
      try await crm.write { tx in
        try part(old, joined, given, tx)
        #expect(try tx.loyalty.memberships(of: old).map(\.programme) == ["airline", "club"])
        #expect(try tx.loyalty.balance(of: joined[0]).available == 250)
        let other = try #require(try tx.loyalty.member(of: new, in: "club"))
        #expect(try tx.loyalty.balance(of: other.id).available == 100)
      }
      #expect(try await crm.verify().isSound)
      await crm.close()
    }
  }
}
