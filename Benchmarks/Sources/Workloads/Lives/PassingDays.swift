import CRMKit
import CRMTesting

/// Days that pass over many customers, one in a hundred of whom moves on one of them.
public struct PassingDays: Sendable {
  private static let stay = 30

  private static let model = LifecycleModel(
    "stay",
    stages: [LifecycleStage("new", weight: 1, .open), LifecycleStage("known", weight: 2, .active)],
    initial: "new",
    rules: [
      LifecycleRule(
        "has been here", from: ["new"], to: "known",
        when: .passed(.days(stay), since: .stageEntered))
    ])

  private let customers: Int

  /// Days over so many customers, in memory.
  public init(customers: Int = Scale.canonical(1_000_000, small: 2_000)) {
    self.customers = customers
  }

  /// The days: one on which a hundredth moves, and the one after, on which nobody does.
  public func days() async throws -> (moving: Contender, quiet: Contender) {
    let clock = TestClock()
    let crm = try await CRM(
      storage: MemoryStorage(), capabilities: CRM.shopCapabilities, clock: clock,
      identifiers: .seeded(7))
    try await crm.write { try $0.lifecycle.define(Self.model) }
    let few = customers / 100
    try await crm.addPeople(0..<few)
    clock.advance(by: .seconds(2 * 86_400))
    try await crm.addPeople(few..<customers)
    clock.advance(by: .seconds((Self.stay - 2) * 86_400 - 3_600))
    try await crm.advance()
    let day: @Sendable (Stopwatch) async throws -> Checksum = { stopwatch in
      clock.advance(by: .seconds(86_400))
      try await stopwatch.measure { _ = try await crm.advance() }
      return Checksum(
        try await crm.read { tx in
          try tx.records(of: LifecyclePosition.self).count(where: { $0.stage == "known" })
        })
    }
    return (
      Contender("a day", operations: 1, day), Contender("a quiet day", operations: 1, day)
    )
  }
}
