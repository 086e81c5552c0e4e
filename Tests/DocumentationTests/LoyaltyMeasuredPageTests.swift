import CRMKit
import CRMTesting
import Testing

/// The code of Documentation/LoyaltyMeasured.md, run.
@Suite("The page on loyalty measured")
struct LoyaltyMeasuredPageTests {
  private static let page = "Documentation/LoyaltyMeasured.md"

  @Test("Documentation/LoyaltyMeasured.md")
  func loyalty() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let clock = TestClock("2026-03-01T09:00:00Z")
    let crm = try await CRM(storage: MemoryStorage(), clock: clock)
    let (yuna, tea) = try await crm.write { tx in
      (
        try tx.customers.add(.person("김유나", country: "KR")),
        try tx.catalogue.add(
          sku: "TEA-50", name: "Green tea, 50 g", category: "tea",
          features: ["brand": .text("Oolong House")])
      )
    }
    try await crm.write { tx in
      try tx.loyaltyIndex.define(.standard)
      for (number, days) in [("1001", 0), ("1002", 20), ("1003", 40)] {
        try tx.orders.place(
          NewOrder(
            number: number, customer: yuna.id,
            lines: [.init(tea.id, amount: Money("17.80", .eur))],
            placedAt: tx.now - .seconds((40 - days) * 86_400)))
      }
      try tx.satisfaction.record(NewSatisfactionAnswer(from: yuna.id, .satisfaction, 5))
      try tx.satisfaction.record(NewSatisfactionAnswer(from: yuna.id, .recommendation, 8))
      try tx.loyaltyIndex.record(NewAttitudeAnswer(from: yuna.id, .trust, 6))
    }
    try await crm.read { tx in
      guard let index = try tx.loyaltyIndex.index(of: yuna.id) else { return }
      print(index.value, index.standing)
      for part in [index.behaviour, index.attitude] {
        print(part.value ?? 0, "counts", part.points)
        for reason in part.reasons { print("  \(reason)") }
      }
    }
    try output.isShown(on: Self.page)
    try await wallet(crm, yuna, output)
    try await bonds(crm, yuna, tea, output)
    try await price(crm, tea, clock, output)
    try await matrix(crm, clock, output)
    try await models(crm, yuna, output)
  }

  private func wallet(_ crm: CRM, _ yuna: Customer, _ output: Output) async throws {
    func print(_ items: Any...) { output.append(items) }
    try await crm.write { tx in
      try tx.loyaltyIndex.state(
        NewWalletStatement(
          of: yuna.id, on: "tea", share: .percent(90), by: .survey, from: .channel(.email)))
      let spring = CalendarDate(year: 2026, month: 1, day: 1) ?? tx.today
      try tx.loyaltyIndex.state(
        NewWalletStatement(
          of: yuna.id, on: "tea", spend: Money("71.20", .eur), from: spring, through: tx.today,
          by: .receipts, from: .system("household panel")))
      for wallet in try tx.loyaltyIndex.wallet(of: yuna.id) {
        print(wallet.category, wallet.source, wallet.share.partsPerMillion / 10_000, "%")
      }
      for judged in try tx.loyaltyIndex.walletStatements(of: yuna.id, on: "tea") {
        print(judged.statement.source, judged.isStanding, judged.decision?.rawValue ?? "stands")
      }
    }
    try output.isShown(on: Self.page)
  }

  private func bonds(
    _ crm: CRM, _ yuna: Customer, _ tea: CatalogueItem, _ output: Output
  ) async throws {
    func print(_ items: Any...) { output.append(items) }
    try await crm.write { tx in
      try tx.satisfaction.record(
        NewSatisfactionAnswer(from: yuna.id, .satisfaction, 2, about: [RecordReference(tea.id)]))
      guard let index = try tx.loyaltyIndex.index(of: yuna.id) else { return }
      for bond in index.bonds { print(bond.to.kind, bond.title, bond.share, bond.standing) }
      print("rests on", index.restsOn?.kind ?? "the firm")
    }
    try output.isShown(on: Self.page)
  }

  private func price(
    _ crm: CRM, _ tea: CatalogueItem, _ clock: TestClock, _ output: Output
  ) async throws {
    func print(_ items: Any...) { output.append(items) }
    let ben = try await crm.write { tx in
      let ben = try tx.customers.add(.person("Ben", country: "GB"))
      for (number, days) in [("2001", 0), ("2002", 20), ("2003", 40)] {
        try tx.orders.place(
          NewOrder(
            number: number, customer: ben.id,
            lines: [
              .init(tea.id, amount: Money("17.80", .eur), discount: .rate(.percent(25)))
            ],
            placedAt: tx.now - .seconds((40 - days) * 86_400)))
      }
      return ben
    }
    clock.advance(by: .seconds(31 * 86_400))
    try await crm.advance()
    try await crm.read { tx in
      guard let index = try tx.loyaltyIndex.index(of: ben.id) else { return }
      print(index.standing, index.behaviour.value ?? 0)
      for reason in index.price.reasons { print(reason) }
    }
    try output.isShown(on: Self.page)
  }

  private func matrix(_ crm: CRM, _ clock: TestClock, _ output: Output) async throws {
    func print(_ items: Any...) { output.append(items) }
    try await crm.write { tx in
      try tx.groups.define("korea", "Korea", where: .customer { $0.country == "KR" })
      let matrix = try tx.loyaltyIndex.matrix()
      print("loyal", matrix.counts[.loyal] ?? 0, "spurious", matrix.counts[.spurious] ?? 0)
      print("in Korea", try tx.loyaltyIndex.matrix(of: "korea").counts[.loyal] ?? 0)
      for place in try tx.loyaltyIndex.members(at: .spurious).items {
        print(try tx.customers.get(place.customer).name, "since", place.since.dateInUTC)
      }
    }
    try output.isShown(on: Self.page)
  }

  private func models(_ crm: CRM, _ yuna: Customer, _ output: Output) async throws {
    func print(_ items: Any...) { output.append(items) }
    try await crm.write { tx in
      var model = LoyaltyIndexModel.standard
      model.version = 2
      model.attitudeWeight = 3
      try tx.loyaltyIndex.define(model)
      for index in try tx.loyaltyIndex.history(of: yuna.id) {
        print(index.at.dateInUTC, index.value, "by version", index.modelVersion)
      }
    }
    try output.isShown(on: Self.page)
  }
}
