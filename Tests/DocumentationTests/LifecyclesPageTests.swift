import CRMKit
import CRMTesting
import Testing

/// The code of Documentation/Lifecycles.md, run.
@Suite("The page on lifecycles")
struct LifecyclesPageTests {
  private static let page = "Documentation/Lifecycles.md"

  @Test("Documentation/Lifecycles.md")
  func lifecycles() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let clock = TestClock("2026-01-01T09:00:00Z")
    let crm = try await CRM(storage: MemoryStorage(), clock: clock)
    let (yuna, tea) = try await crm.write { tx in
      (
        try tx.customers.add(.person("김유나")),
        try tx.catalogue.add(sku: "TEA-50", name: "Green tea, 50 g")
      )
    }
    try await crm.write { tx in
      try tx.lifecycle.define(.retail)
      try tx.lifecycle.look()
      try tx.orders.place(
        NewOrder(
          number: "1001", customer: yuna.id,
          lines: [.init(tea.id, quantity: 2, amount: Money("17.80", .eur))]))
    }
    clock.advance(by: .seconds(200 * 86_400))
    try await crm.advance()
    try await crm.read { tx in
      for move in try tx.lifecycle.history(of: yuna.id, in: "retail") {
        print(move.at.dateInUTC, move.to ?? "", "-", move.rule ?? move.cause.rawValue)
      }
      guard let position = try tx.lifecycle.position(of: yuna.id, in: "retail") else { return }
      print(position.stage ?? "", "as of now,", position.furthest ?? "", "at the furthest")
      for next in position.forecast { print("then", next.to, "on", next.at.dateInUTC) }
    }
    try output.isShown(on: Self.page)
    let club = LifecycleModel(
      "club",
      stages: [
        LifecycleStage("guest", weight: 10, .open, expectedStay: .days(30)),
        LifecycleStage("member", weight: 20, .active, onEntry: [.tag("member")], onExit: []),
        LifecycleStage(
          "silent", weight: 30, .atRisk,
          onEntry: [.followUp("Ask how they are", within: .days(7), else: .staff("kim"))]),
      ],
      initial: "guest",
      rules: [
        LifecycleRule("joined", from: ["guest"], to: "member", when: .atLeast(1, .orders)),
        LifecycleRule(
          "is silent", from: ["member"], to: "silent",
          when: .passed(.months(3), since: .lastContact)),
        LifecycleRule(
          "is back", from: ["silent"], to: .furthest,
          when: .happened(.lastContact) && !.passed(.months(3), since: .lastContact)),
      ])
    let ben = try await crm.write { tx in
      let ben = try tx.customers.add(.person("Ben"))
      try tx.lifecycle.define(club)
      try tx.lifecycle.look()
      return ben
    }
    try await moved(crm, ben, output)
    let next = LifecycleModel(
      "club", version: 2,
      stages: [
        LifecycleStage("visitor", weight: 10, .open), LifecycleStage("member", weight: 20, .active),
        LifecycleStage("silent", weight: 30, .atRisk),
      ],
      initial: "visitor", rules: club.rules.filter { $0.name != "joined" })
    try await crm.write { tx in
      try tx.lifecycle.define(next)
      let preview = try tx.lifecycle.previewCarrying("club", to: 2, mapping: ["guest": "visitor"])
      for share in preview.moves { print(share.move.from, "→", share.move.to, share.customers) }
      try tx.lifecycle.carry("club", to: 2, mapping: ["guest": "visitor"])
    }
    try output.isShown(on: Self.page)
  }

  private func moved(_ crm: CRM, _ ben: Customer, _ output: Output) async throws {
    func print(_ items: Any...) { output.append(items) }
    try await crm.acting(as: .staff("kim")).write { tx in
      try tx.lifecycle.move(ben.id, to: "member", in: "club", because: "paid at the door")
      let bulk = try tx.lifecycle.moveAll(
        where: { $0.name == "Ben" }, to: "guest", in: "club", because: "all on the list")
      for refusal in bulk.refused { print(refusal.error.code) }
      try tx.lifecycle.clear(ben.id, in: "club", because: "wants to begin anew")
      try tx.lifecycle.move(ben.id, to: "guest", in: "club", because: "came as a guest")
    }
    try output.isShown(on: Self.page)
  }
}
