import CRMKit
import CRMTesting
import Testing

/// The code of Documentation/Establishing.md, run.
@Suite("The page on establishing customers")
struct EstablishingPageTests {
  private static let page = "Documentation/Establishing.md"

  @Test("Documentation/Establishing.md")
  func establishing() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let clock = TestClock("2026-01-05T09:00:00Z")
    let crm = try await CRM(storage: MemoryStorage(), clock: clock)
    let (yuna, tea) = try await crm.write { tx in
      let yuna = try tx.customers.add(
        .person("김유나", phones: ["+82 2 312 3456"], country: "KR", tags: ["office"])
      ).id
      try tx.customers.add(.person("박민수", country: "KR", tags: ["office"]))
      try tx.customers.add(.person("이서연", country: "KR"))
      return (yuna, try tx.catalogue.add(sku: "TEA-50", name: "Green tea, 50 g").id)
    }
    try await crm.write { tx in
      try tx.groups.define(
        "seoul", "Offices in Korea that have not bought",
        where: .customer { $0.country == "KR" } && .fewer(than: 1, .orders))
      let composition = try tx.groups.composition(of: "seoul")
      print(composition.customers, "customers,", composition.tags["office"] ?? 0, "of them offices")
    }
    try output.isShown(on: Self.page)
    try await crm.write { tx in
      try tx.establishing.start(
        "spring", "Tea for offices", for: "seoul", capacity: 1,
        by: [
          .must("an office", .customer { $0.eachTag.contains("office") }),
          .prefer("can be called", .customer { $0.phoneNumbers.containsPrefix("+") }),
          .fewest("contacts so far", .outboundContacts),
        ],
        owner: .staff("kim"))
      try tx.establishing.identify(in: "spring")
      let choice = try tx.establishing.choose(in: "spring")
      for verdict in choice.chosen { print("chosen:", verdict.reason) }
      for verdict in choice.refused { print("not chosen:", verdict.reason) }
    }
    try output.isShown(on: Self.page)
    try await developed(crm, clock, yuna, tea, output)
  }

  private func developed(
    _ crm: CRM, _ clock: TestClock, _ yuna: Customer.ID, _ tea: CatalogueItem.ID, _ output: Output
  ) async throws {
    func print(_ items: Any...) { output.append(items) }
    let tasting = try await crm.write { tx in
      let tasting = try tx.establishing.startAction("A tasting at the office", in: "spring")
      try tx.interactions.record(
        NewInteraction(
          with: yuna, through: .fieldVisit, .outbound, subject: "Brought three teas",
          about: [RecordReference(tasting.id)], cost: Money("20.00", .eur)))
      return tasting.id
    }
    clock.advance(by: .seconds(2 * 86_400))
    try await crm.write { tx in
      try tx.orders.place(
        NewOrder(
          number: "1001", customer: yuna, lines: [.init(tea, amount: Money("90.00", .eur))]))
      for open in try tx.commitments.open(of: yuna).items {
        print(open.text, "- by", open.dueDate?.description ?? "")
      }
      let result = try tx.establishing.result(of: tasting)
      print(result.deals, "of", result.customers, "bought, for", result.costs)
      try tx.establishing.finish(tasting, outcome: "They like it strong")
    }
    try output.isShown(on: Self.page)
    try await crm.read { tx in
      let funnel = try tx.establishing.funnel(of: "spring")
      for step in funnel.steps {
        let conversion = funnel.perMille(step.step) ?? 1_000
        print(step.step.rawValue, step.reached, conversion, step.average ?? .zero, step.costs)
      }
    }
    try output.isShown(on: Self.page)
  }
}
