import CRMKit
import CRMTesting
import Testing

/// An open CRM with a clock and failures that its test controls.
struct Shop: Sendable {
  static let opening: Instant = Instant(milliseconds: 1_767_225_600_000)  // 2026-01-01

  let store: TestStore
  let capabilities: [any Capability]
  let clock: TestClock
  let failure: ScheduledFailure
  let crm: CRM
  private let seed: UInt64

  init(
    _ backend: Backend, _ capabilities: [any Capability] = CRM.standardCapabilities,
    at start: Instant = opening, seed: UInt64 = 7, zone: Zone = .utc
  ) async throws {
    try await self.init(
      backend.makeStore(), capabilities, TestClock(start), seed: seed, zone: zone)
  }

  init(
    _ store: TestStore, _ capabilities: [any Capability], _ clock: TestClock, seed: UInt64,
    zone: Zone = .utc
  ) async throws {
    let storage = FailingStorage(store.storage)
    self.store = store
    self.capabilities = capabilities
    self.clock = clock
    self.seed = seed
    failure = storage.failure
    crm = try await CRM(
      storage: storage, capabilities: capabilities, clock: clock, identifiers: .seeded(seed),
      zone: zone)
  }

  /// The same store, closed and opened by a new CRM.
  func reopened(_ capabilities: [any Capability]? = nil, seed: UInt64? = nil) async throws -> Shop {
    await crm.close()
    return try await Shop(
      store, capabilities ?? self.capabilities, clock, seed: seed ?? self.seed, zone: crm.zone)
  }

  /// The whole store, line by line.
  func exported() async throws -> [String] {
    var lines: [String] = []
    try await crm.export { lines.append(String(decoding: $0, as: UTF8.self)) }
    return lines
  }

  /// The lines of its records, without what the export says of itself.
  func records() async throws -> [String] {
    Array(try await exported().dropFirst().dropLast())
  }

  func events(after cursor: EventCursor = .start) async throws -> [RecordedEvent] {
    try await crm.read { try $0.events.page(after: cursor, limit: 100_000) }
  }

  /// A customer and an item, to order with.
  func furnished() async throws -> (customer: Customer, item: CatalogueItem) {
    try await crm.write { tx in
      (
        try tx.customers.add(.person("Ada", emails: ["ada@example.com"])),
        try tx.catalogue.add(sku: "cd-1", name: "A record", prices: [Money("9.99", .usd)])
      )
    }
  }
}

/// The error a closure fails with; none where it does not fail.
nonisolated(nonsending) func failure<Result>(
  of body: () async throws -> Result, sourceLocation: SourceLocation = #_sourceLocation
) async -> CRMError? {
  do {
    _ = try await body()
  } catch let error as CRMError {
    return error
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
  }
  return nil
}

/// The error an operation within a transaction fails with.
func refusal<Result>(
  of body: () throws -> Result, sourceLocation: SourceLocation = #_sourceLocation
) -> CRMError? {
  do {
    _ = try body()
  } catch let error as CRMError {
    return error
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
  }
  return nil
}

/// What a test's own code fails with.
struct Refused: Error, Equatable {
  var reason = "refused"
}

/// What happened outside of transactions, in order.
final class Diary: Sendable {
  private let lines = Locked<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  func note(_ line: String) { lines.withLock { $0.append(line) } }
}

/// Random numbers that repeat; SplitMix64.
struct SeededNumbers: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
