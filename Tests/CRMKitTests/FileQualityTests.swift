import CRMKit
import CRMTesting
import Testing

@Suite("How good a file is", .timeLimit(.minutes(30)))
struct FileQualityTests {
  private static let erp = FactSource.system("erp")
  private static let fair = FactSource.list("fair")

  private func shop(_ backend: Backend, _ facts: Facts) async throws -> (Shop, Customer.ID) {
    let shop = try await Shop(
      backend,
      CRM.standardCapabilities.replacing(facts).replacing(
        Customers(attributes: [AttributeDefinition("shoe_size", .integer)])))
    let ada = try await shop.crm.write { tx in
      try tx.customers.add(.person("Ada", emails: ["ada@example.org"])).id
    }
    return (shop, ada)
  }

  @Test(
    "Each field is missing, contradicted, out of date, unsourced or current",
    arguments: Backend.allCases)
  func states(backend: Backend) async throws {
    let day = Duration.seconds(86_400)
    let (shop, ada) = try await shop(
      backend,
      Facts(
        trust: [Self.erp],
        wanted: ["emails", "phones", "language", "country", "birthday", "attributes.shoe_size"],
        staleAfter: .seconds(30 * 86_400)))
    let old = shop.clock.now - .seconds(29 * 86_400)
    try await shop.crm.write { tx in
      try tx.facts.assert(
        [NewFact(Customer.fields.language, "ko")], of: ada, from: Self.erp, trueAt: old)
      try tx.facts.assert("KR", for: Customer.fields.country, of: ada, from: Self.erp)
      try tx.facts.assert("JP", for: Customer.fields.country, of: ada, from: Self.fair)
      try tx.facts.assert([NewFact("birthday", .text("1990-03-01"))], of: ada, from: Self.erp)
      try tx.facts.assert([NewFact("zone", .text("Asia/Seoul"))], of: ada, from: Self.erp)
    }
    // 30 days after it was last true the language is still current, a millisecond later not.
    shop.clock.advance(by: day)
    #expect(
      try await quality(shop, ada).entries.first { $0.field == "language" }?.state == .current)
    shop.clock.advance(by: .milliseconds(1))
    let quality = try await quality(shop, ada)
    #expect(
      quality.entries.map { "\($0.field) \($0.state.rawValue)" } == [
        "emails unsourced", "phones missing", "language out_of_date", "country contradicted",
        "birthday current", "attributes.shoe_size missing", "zone current",
      ])
    #expect(quality.wanted == 6 && quality.filled == 4)
    #expect(
      quality.worthAsking.map(\.field) == [
        "phones", "attributes.shoe_size", "country", "language",
      ])
    #expect(quality.longestLag == .seconds(29 * 86_400))
    #expect(try await shop.crm.read { try $0.customers.file(of: ada).quality } == quality)
    // Who makes sure of a fact makes it current again.
    let language = try #require(quality.entries[2].standing)
    try await shop.crm.write { try $0.facts.confirm(language.id) }
    #expect(try await self.quality(shop, ada).entries[2].state == .current)
  }

  private func quality(_ shop: Shop, _ customer: Customer.ID) async throws -> FileQuality {
    try await shop.crm.read { try $0.facts.quality(of: customer) }
  }

  @Test("A file of a customer who does not exist has none", arguments: Backend.allCases)
  func unknown(backend: Backend) async throws {
    let (shop, _) = try await shop(backend, Facts())
    let error = await failure { try await shop.crm.read { try $0.facts.quality(of: .zero) } }
    #expect(error?.code == .notFound)
  }

  @Test("Fields that cannot be, or twice, and no time at all are refused at opening")
  func settings() async throws {
    let facts = Facts(wanted: ["emials", "phones", "phones", "version"], staleAfter: .zero)
    let error = await failure {
      _ = try await CRM(
        storage: MemoryStorage(), capabilities: CRM.standardCapabilities.replacing(facts))
    }
    #expect(error?.code == .invalidCapability)
    #expect(error?.issues.count == 4)
    #expect(error?.issues.first?.problem.contains("did you mean “emails”?") == true)
  }
}
