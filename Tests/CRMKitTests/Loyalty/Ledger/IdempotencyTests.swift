import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("A request under a key is done once")
struct IdempotencyTests {
  @Test(
    "I01: The same request three times is one entry, found again twice",
    arguments: Backend.allCases)
  func again(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(100, key: "a")
    let first = try await club.redeem(40, key: "r")
    for _ in 0..<2 {
      let next = try await club.redeem(40, key: "r")
      #expect(next.replay == .key && next.entry == first.entry)
    }
    #expect(!first.isReplay)
    #expect(try await club.available() == 60)
    #expect(try await club.entries().count == 2)
  }

  @Test(
    "I02: Another request under a key is refused, and names the first difference",
    arguments: Backend.allCases)
  func conflict(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(100, key: "a")
    try await club.redeem(40, key: "r")
    let before = try await club.crm.read { try $0.loyalty.fingerprint() }
    let records = try await club.shop.records()
    let failure = await loyaltyFailure { try await club.redeem(41, key: "r") }
    #expect(failure?.code == .idempotencyConflict && failure?.detail == "points")
    let kind = await loyaltyFailure { try await club.give(40, key: "r") }
    #expect(kind?.code == .idempotencyConflict && kind?.detail == "kind")
    #expect(try await club.crm.read { try $0.loyalty.fingerprint() } == before)
    #expect(try await club.shop.records() == records)
  }

  @Test(
    "I03: An instant is the same however it is written, and another a millisecond later",
    arguments: Backend.allCases)
  func instants(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(100, key: "a")
    try club.go(to: "2026-06-01")
    func redeem(at text: String) async throws -> LoyaltyResult {
      let instant = try #require(Instant(text))
      return try await club.crm.write {
        try $0.loyalty.redeem(10, from: club.ada, key: "r", at: instant)
      }
    }
    #expect(try await redeem(at: "2026-05-01T12:00:00+02:00").replay == nil)
    #expect(try await redeem(at: "2026-05-01T10:00:00Z").replay == .key)
    let failure = await loyaltyFailure { try await redeem(at: "2026-05-01T10:00:00.001Z") }
    #expect(failure?.detail == "occurred_at")
  }

  @Test(
    "I04: What was refused is refused again under its key, and done under another",
    arguments: Backend.allCases)
  func remembered(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(150, key: "a")
    let refused = try await club.redeem(151, key: "r1")
    try await club.give(50, key: "b")
    let again = try await club.redeem(151, key: "r1")
    #expect(again.replay == .key && again.refusal == refused.refusal)
    #expect(again.refusal?.allowed == 150)
    #expect(try await club.redeem(151, key: "r2").refusal == nil)
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "I04: A programme that remembers no refusals writes nothing, and does it once it can",
    arguments: Backend.allCases)
  func forgotten(backend: Backend) async throws {
    let club = try await Club(backend) { $0.idempotency.rememberFailures = false }
    try await club.give(150, key: "a")
    let records = try await club.shop.records()
    let refused = try await club.redeem(151, key: "r1")
    #expect(refused.refusal?.code == .insufficientPoints && refused.entry == nil)
    #expect(try await club.shop.records() == records)
    try await club.give(50, key: "b")
    #expect(try await club.redeem(151, key: "r1").refusal == nil)
  }

  @Test(
    "I05: What can be done once is done once under any number of keys",
    arguments: Backend.allCases)
  func naturalKey(backend: Backend) async throws {
    let club = try await Club(backend)
    func pay(_ points: Int64, key: String) async throws -> LoyaltyResult {
      try await club.crm.write { tx in
        try tx.loyalty.post(
          RedeemRequest(member: club.ada, points: points, occurredAt: tx.now), key: key,
          naturalKey: "order:77", for: club.ada
        ) { work in
          try work.credit(
            points, work.opening("points", work.life(of: "points")), from: .issued)
        }
      }
    }
    let first = try await pay(100, key: "completed")
    club.shop.clock.advance(by: .seconds(1))
    for key in ["processing", "completed again"] {
      let next = try await pay(100, key: key)
      #expect(next.replay == .naturalKey && next.entry == first.entry)
    }
    let failure = await loyaltyFailure { try await pay(90, key: "other") }
    #expect(failure?.code == .idempotencyConflict && failure?.detail == "points")
    #expect(try await club.available() == 100)
  }

  @Test("I11: A key belongs to the programme, not to a member", arguments: Backend.allCases)
  func scope(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(100, to: club.ada, key: "a")
    try await club.give(100, to: club.bob, key: "b")
    try await club.redeem(10, from: club.ada, key: "r")
    let failure = await loyaltyFailure { try await club.redeem(10, from: club.bob, key: "r") }
    #expect(failure?.code == .idempotencyConflict && failure?.detail == "member")
  }

  @Test(
    "I12: A request is found again after years, a compaction and another opening",
    arguments: Backend.allCases)
  func years(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(100, key: "a")
    let first = try await club.redeem(40, key: "r")
    try club.go(to: "2028-02-01")
    try await club.crm.compact()
    let later = try await club.reopened()
    let again = try await later.redeem(40, key: "r")
    #expect(again.replay == .key && again.entry?.id == first.entry?.id)
  }

  @Test(
    "I03: Points that are named and those left out for the programme's first are the same",
    arguments: Backend.allCases)
  func namedPoints(backend: Backend) async throws {
    let club = try await Club(backend) { $0.points.append(PointsTerms("miles")) }
    try await club.give(100, key: "a")
    let ada = club.ada
    try await club.crm.write { tx in
      let first = try tx.loyalty.redeem(40, from: ada, key: "r")
      let again = try tx.loyalty.redeem(40, of: "points", from: ada, key: "r")
      #expect(again.replay == .key && again.entry == first.entry)
      let named = try tx.loyalty.hold(10, of: "points", from: ada, key: "h")
      #expect(try tx.loyalty.hold(10, from: ada, key: "h").entry == named.entry)
    }
    let other = await loyaltyFailure {
      try await club.crm.write { try $0.loyalty.redeem(40, of: "miles", from: ada, key: "r") }
    }
    #expect(other?.code == .idempotencyConflict && other?.detail == "currency")
    #expect(try await club.available() == 50)
  }

  @Test(
    "I14: Of a batch what is no input at all has its result in its place",
    arguments: Backend.allCases)
  func batchOfBadText(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(100, key: "a")
    let records = try await club.shop.records()
    let later = try Club.instant("2199-01-01")
    let attempts: [(key: String, at: Instant?)] = [("1", nil), ("", nil), ("3", later), ("4", nil)]
    func run(_ mode: LoyaltyBatch) async throws -> [LoyaltyResult] {
      try await club.crm.write { tx in
        try tx.loyalty.batch(mode, attempts) { loyalty, attempt in
          try loyalty.redeem(10, from: club.ada, key: attempt.key, at: attempt.at)
        }
      }
    }
    let atomic = try await run(.atomic)
    #expect(
      atomic.map { $0.refusal?.code } == [
        .batchRefused, .invalidInput, .batchRefused, .batchRefused,
      ])
    #expect(atomic[1].refusal?.detail?.hasPrefix("key: ") == true)
    #expect(try await club.shop.records() == records)
    let individual = try await run(.individual)
    #expect(
      individual.map { $0.refusal?.code } == [nil, .invalidInput, .invalidInput, nil])
    #expect(try await club.available() == 80)
  }

  @Test("I14: Of a batch all is done or none, or each for itself", arguments: Backend.allCases)
  func batch(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(100, key: "a")
    let records = try await club.shop.records()
    let attempts: [(key: String, points: Int64)] = [("1", 10), ("2", 0), ("3", 20)]
    func run(_ mode: LoyaltyBatch) async throws -> [LoyaltyResult] {
      try await club.crm.write { tx in
        try tx.loyalty.batch(mode, attempts) { loyalty, attempt in
          try loyalty.redeem(attempt.points, from: club.ada, key: attempt.key)
        }
      }
    }
    let atomic = try await run(.atomic)
    #expect(
      atomic.map { $0.refusal?.code } == [.batchRefused, .invalidAmount, .batchRefused])
    #expect(try await club.shop.records() == records)
    let individual = try await run(.individual)
    #expect(individual.map { $0.refusal?.code } == [nil, .invalidAmount, nil])
    #expect(individual.map { $0.entry?.key } == ["1", nil, "3"])
    #expect(try await club.available() == 70)
    #expect(try await club.crm.verify().isSound)
  }
}
