import CRMKit
import CRMTesting
import Testing

@Suite("The page on the moment of contact")
struct AtContactPageTests {
  @Test("Documentation/AtContact.md")
  func contact() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let page = "Documentation/AtContact.md"
    let clock = TestClock("2026-03-02T10:00:00Z")
    let capabilities = CRM.standardCapabilities.replacing(Facts(wanted: ["language"]))
    let crm = try await CRM(
      storage: MemoryStorage(), capabilities: capabilities + [Thanks()], clock: clock)
    let kim = crm.acting(as: .staff("kim"), through: .phone)
    let yuna = try await kim.write { tx in
      for name in ["Ada", "Bob", "Cy"] {
        try tx.customers.add(.person(name, country: "KR", tags: ["newsletter"]))
      }
      let yuna = try tx.customers.add(.person("김유나", country: "KR", tags: ["cyclist"]))
      try tx.needs.state(NewNeed(of: yuna.id, "storage", "Room for two bicycles", from: .staff))
      try tx.commitments.make(
        NewCommitment(
          .promise, to: yuna.id, "Send the catalogue", owner: .staff("kim"),
          due: .at(tx.now + .seconds(60))))
      let shelf = try tx.catalogue.add(sku: "SH-1", name: "A shelf")
      try tx.orders.place(
        NewOrder(
          number: "7", customer: yuna.id, lines: [.init(shelf.id, amount: Money("180.00", .eur))]))
      return yuna.id
    }
    clock.advance(by: .seconds(3_600))
    for step in try await crm.read({ try $0.nextSteps(of: yuna) }) {
      print(step.kind.rawValue, step.value ?? "-", "-", step.reason)
    }
    try output.isShown(on: page)
    let comparison = try await crm.read { tx in
      try tx.customers.compare(yuna, with: Filter { $0.country == "KR" })
    }
    for trait in comparison.traits { print(trait) }
    try output.isShown(on: page)
    try await kim.write { tx in
      try tx.interactions.record(
        NewInteraction(
          with: yuna, through: .email, .outbound, subject: "A shed for two bicycles",
          uses: ["needs", "tags"]))
      try tx.interactions.record(
        NewInteraction(with: yuna, through: .email, .outbound, subject: "Spring sale"))
      let use = try tx.interactions.messageUse(until: tx.now + .seconds(1))
      print("\(use.impersonal) of \(use.messages) used nothing")
    }
    try output.isShown(on: page)
    try await kim.write { tx in
      let shed = try tx.playbooks.write(
        NewPlaybook(
          "The shed", when: "Bicycles stand in the hall.",
          steps: ["Ask how many there are", "Show the small shed first"], tags: ["cyclist"],
          needs: ["storage"]))
      let bo = try tx.customers.add(.person("Bo", tags: ["cyclist"]))
      let use = try tx.playbooks.use(shed.id, for: bo.id)
      try tx.playbooks.judge(use.id, worked: true, note: "Bought two")
      for suggestion in try tx.playbooks.suggestions(for: yuna) {
        print(suggestion.playbook.title, "-", suggestion.reason)
      }
    }
    try output.isShown(on: page)
  }
}

struct Thanks: Capability {
  var nextSteps: [NextStepSource] {
    [
      NextStepSource { file, _ in
        guard let order = file.orders.first, file.orders.count == 1 else { return [] }
        return [
          NextStep(
            .init(rawValue: "thank"), about: RecordReference(order.id),
            because: "Order \(order.number) was their first.", weight: 300)
        ]
      }
    ]
  }
}
