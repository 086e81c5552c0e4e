import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

/// Years of a club, the same for the same seed, and a look at the end of each day at what must
/// hold.
struct LoyaltySimulation {
  /// How somebody stood at the end of a day.
  private struct Moment {
    let member: LoyaltyMember.ID
    let at: Instant
    let balance: PointsBalance
    let tier: String?
  }

  let club: Club
  private let item: CatalogueItem.ID
  private let following = Locked(LedgerFollowing())
  private var numbers: SeededNumbers
  private var people: [Person] = []
  private var moments: [Moment] = []

  /// What was read at the end of each day, as a hash.
  private(set) var days: [[UInt8]] = []

  /// What was seen, so that a test can ask whether all of it happened.
  private(set) var kinds: Set<LedgerEntry.Kind> = []
  private(set) var tiers: Set<String> = []

  /// - Parameters:
  ///   - isReversed: Whether who was enrolled first lives the life of who was enrolled last.
  ///   - isJoining: Whether memberships are joined, and parted again.
  init(
    _ backend: Backend, seed: UInt64, members: Int, isReversed: Bool = false,
    isJoining: Bool = true
  ) async throws {
    let capabilities: [any Capability] = [Customers(), Catalogue(), Orders(), Loyalty()]
    let club = try await Club(backend, members: members, seed: seed, capabilities, Self.define)
    self.club = isReversed ? club.reversed() : club
    numbers = SeededNumbers(seed)
    let ids = self.club.members
    let (item, customers) = try await club.crm.write { tx in
      (
        try tx.catalogue.add(sku: "tea", name: "Tea").id,
        try ids.map { try tx.loyalty.members.get($0).customer }
      )
    }
    self.item = item
    for (place, customer) in customers.enumerated() {
      people.append(
        Person(
          place: place, customer: try #require(customer), numbers: SeededNumbers(numbers.next()),
          isJoining: isJoining))
    }
  }

  /// Points that wait five days and last two months, tiers by what two months brought.
  private static func define(_ programme: inout LoyaltyProgramme) {
    programme.points.append(PointsTerms("miles"))
    programme.rules.append(
      EarningRule("weekend", .multiplier(2), when: .init(weekdays: [.saturday, .sunday])))
    programme.caps = [.points(250, per: .day)]
    programme.pending.wait = .days(5)
    programme.expiry = ExpiryPolicy(.months(2))
    var group = TierGroup(
      "status",
      tiers: [
        Tier("Bronze"), Tier("Silver", from: .points(200), entryReward: 20),
        Tier("Gold", from: .points(500), entryReward: 50),
      ], period: .rolling(months: 2), term: .continuous)
    group.downgrade = .toComputed
    programme.tierGroups = [group]
  }

  /// Lives through days, at the end of every so many of which what time has brought is put down.
  mutating func live(days: Int, advancingEvery pause: Int) async throws {
    let start = try Club.instant("2026-01-01")
    for day in 0..<days {
      let actors = try await happen(from: start + .seconds(day * 86_400))
      club.shop.clock.set(to: start + .seconds((day + 1) * 86_400))
      let isAdvancing = day % pause == pause - 1
      if isAdvancing { try await club.crm.advance() }
      try await check(actors, on: day, hasAdvanced: isAdvancing)
      if day % 60 == 59 { try await verify() }
    }
    try await club.crm.advance()
    try await verify()
    let following = following
    try await club.crm.read { tx in
      try following.withLock {
        _ = try $0.follow(tx)
        try $0.compareAll(tx)
      }
    }
  }

  /// Lets people do something, one after the other.
  private mutating func happen(from start: Instant) async throws -> [Int] {
    let actors = people.indices.filter { _ in Int.random(in: 0..<3, using: &numbers) == 0 }
    for (number, actor) in actors.enumerated() {
      club.shop.clock.set(to: start + .seconds(86_000 / actors.count * number + 60))
      let (before, club, item) = (people[actor], club, item)
      people[actor] = try await club.crm.write { tx in
        var person = before
        try person.act(in: club, buying: item, tx)
        return person
      }
    }
    return actors
  }

  // MARK: What must hold

  private func verify() async throws {
    let report = try await club.crm.verify()
    #expect(report.isSound, "\(report)")
  }

  private mutating func check(_ actors: [Int], on day: Int, hasAdvanced: Bool) async throws {
    let others = (0..<3).map { (3 * day + $0) % people.count }
    let places = Set(actors + others).sorted()
    let watched = places.map { club.members[$0] }
    let past = moments.randomElement(using: &numbers)
    let following = following
    let (states, kinds) = try await club.crm.read { tx in
      let kinds = try following.withLock {
        let touched = try $0.follow(tx)
        try $0.compare(touched, isWithLots: true, tx)
        return touched.kinds
      }
      if let past { try Self.check(past, tx) }
      if let first = watched.first { try Self.checkNow(first, tx) }
      let waiting = try tx.agenda.upcoming(limit: .max)
      #expect(waiting.count <= 3, "the agenda does not grow without bound")
      if hasAdvanced {
        #expect(waiting.allSatisfy { $0.runAt > tx.now }, "what was due is done")
      }
      return (try watched.map { try MemberState($0, tx) }, kinds)
    }
    self.kinds.formUnion(kinds)
    tiers.formUnion(states.compactMap(\.tier?.tier))
    var texts = zip(places, states).map { "\($0) \($1.text)" }
    if day % 10 == 9 { texts += try await listed(on: day) }
    days.append(SHA256.hash(Array(texts.joined(separator: "\n").utf8)))
    let state = states[day % states.count]
    moments.append(
      Moment(
        member: state.member, at: state.points.asOf, balance: state.points,
        tier: state.tier?.tier))
  }

  /// What is listed of many members is what is read of each.
  private func listed(on day: Int) async throws -> [String] {
    let club = club
    return try await club.crm.read { tx in
      let ladder = try #require(club.programme.tierGroups.first)
      for tier in ladder.tiers.map(\.name) {
        var (listed, place): ([LoyaltyMember.ID], Cursor<TierStanding>?) = ([], nil)
        repeat {
          let page = try tx.loyalty.members(
            at: tier, of: ladder.name, in: "club", after: place, limit: 2)
          #expect(page.items.count == 2 || page.next == nil)
          listed += page.items.map(\.member)
          place = page.next
        } while place != nil
        let expected = try club.members.filter { id in
          try tx.loyalty.members.get(id).mergedInto == nil
            && tx.loyalty.standings.find(TierStanding.identifier(of: id, in: ladder.name)) != nil
            && tx.loyalty.tier(of: id)?.tier == tier
        }
        #expect(listed.sorted() == expected.sorted(), "at \(tier) on day \(day)")
      }
      let month = (tx.now - .seconds(30 * 86_400))..<tx.now
      return try [tx.loyalty.sides(of: "club", in: month).firm.liabilityChange.description]
        + club.members.map {
          try tx.loyalty.sides(of: $0, in: month).firm.liabilityChange.description
        }
    }
  }

  /// What is read as of now is what is read now, and what ends comes to what there is.
  private static func checkNow(_ member: LoyaltyMember.ID, _ tx: Transaction) throws {
    for currency in ["points", "miles"] {
      let balance = try tx.loyalty.balance(of: member, currency)
      #expect(try tx.loyalty.balance(of: member, currency, asOf: tx.now) == balance)
      let ending = try tx.loyalty.expiring(of: member, currency).reduce(0) { $0 + $1.points }
      #expect(ending == max(0, balance.available), "X17")
    }
  }

  /// What was read once is read for ever of that time, as known at that time.
  private static func check(_ past: Moment, _ tx: Transaction) throws {
    #expect(
      try tx.loyalty.balance(of: past.member, asOf: past.at, knownAt: past.at) == past.balance)
    #expect(
      try tx.loyalty.tier(of: past.member, at: past.at, knownAt: past.at)?.tier == past.tier)
  }
}

/// All that is read of a member at the end of a day.
private struct MemberState: Sendable {
  let member: LoyaltyMember.ID
  let points: PointsBalance
  let miles: PointsBalance
  let tier: MemberTier?
  let expiring: [ExpiringPoints]
  let moves: [TierChange]

  init(_ member: LoyaltyMember.ID, _ tx: Transaction) throws {
    self.member = member
    points = try tx.loyalty.balance(of: member)
    miles = try tx.loyalty.balance(of: member, "miles")
    tier = try tx.loyalty.tier(of: member)
    expiring = try tx.loyalty.expiring(of: member)
    moves = try tx.loyalty.tierHistory(of: member)
  }

  var text: String {
    let counts = [points, miles].map { "\($0.available) \($0.pending) \($0.held)" }
    let ends = expiring.map { "\($0.lastValidDay?.description ?? "never"): \($0.points)" }
    let way = moves.map { "\($0.from) → \($0.to) at \($0.at): \($0.reason)" }
    return "\(counts) \(tier?.tier ?? "") since \(tier?.since ?? .earliest) \(ends) \(way)"
  }
}
