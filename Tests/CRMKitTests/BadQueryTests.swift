import CRMKit
import Testing

@Suite("Bad questions", .timeLimit(.minutes(30)))
struct BadQueryTests {
  @Test("A question that cannot be answered is the caller's error", arguments: Backend.allCases)
  func refused(backend: Backend) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in
      for name in ["Ada", "Bea"] { try tx.customers.add(.person(name)) }
    }
    try await shop.crm.write { tx in
      let codes = [
        refusal { try tx.customers.search("ada", limit: -1) }?.code,
        refusal { try tx.orders.all(of: .zero, limit: -1) }?.code,
        refusal { try tx.events.page(limit: -1) }?.code,
        refusal { try tx.timeline.entries(of: .zero, limit: -1) }?.code,
        refusal {
          let byName = Query<Customer>(sortedBy: { [.ascending($0.name)] }, limit: 1)
          var other = Query<Customer>(limit: 1)
          other.after = try tx.customers.page(byName).next
          return try tx.customers.page(other)
        }?.code,
        refusal {
          var query = Query<Customer>()
          query.filter = Filter(.isMissing(field: "shoe_size"))
          return try tx.customers.page(query)
        }?.code,
        refusal { try tx.customers.count(where: { $0.name == "a\0b" }) }?.code,
        refusal { try tx.records(of: Note.self).all() }?.code,
        refusal { try tx.records(of: Note.self).find(.zero) }?.code,
      ]
      #expect(codes == codes.map { _ in .invalidQuery })
    }
  }

  @Test("Nothing is found by a text that nothing can hold", arguments: Backend.allCases)
  func nul(backend: Backend) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.read { (tx) throws in
      #expect(try tx.orders.find(number: "a\0") == nil)
      #expect(try tx.catalogue.find(sku: "\0") == nil)
      #expect(try tx.customers.find(ExternalID("shop", "1\0")) == nil)
      #expect(try tx.customers.find(email: "a\0@example.com") == [])
      #expect(try tx.customers.search("a\0").items == [])
    }
  }

  @Test("Of the words someone types the first ten that differ count", arguments: Backend.allCases)
  func manyWords(backend: Backend) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in
      try tx.customers.add(.person("a b c d e f g h i j"))
      let ten = "a A b c d e f g h i j"
      #expect(try tx.customers.search(ten).items.count == 1)
      #expect(try tx.customers.search(ten + " k").items.count == 1)
      #expect(try tx.customers.search("k " + ten).items.count == 0)
      let book = ten + (0..<20_000).map { " w\($0)" }.joined()
      #expect(try tx.customers.search(book).items.count == 1)
    }
  }
}
