import CRMKit
import Foundation
import Testing

@Suite("Customers found by the host's own facts")
struct AttributeSearchTests {
  private static let definitions = [
    AttributeDefinition("plan", .text, searchable: true),
    AttributeDefinition("shoe_size", .integer, searchable: true),
    AttributeDefinition("subscribed", .flag, searchable: true),
    AttributeDefinition("joined", .date, searchable: true),
    AttributeDefinition("seen", .instant, searchable: true),
    AttributeDefinition("budget", .money, searchable: true),
    AttributeDefinition("hidden", .text),
  ]

  private static func capabilities(_ definitions: [AttributeDefinition]) -> [any Capability] {
    CRM.standardCapabilities.replacing(Customers(attributes: definitions))
  }

  private func names(_ tx: Transaction, _ filter: Filter<Customer>) throws -> [String] {
    try tx.customers.page(Query(where: { _ in filter }, sortedBy: { [.ascending($0.name)] }))
      .items.map(\.name)
  }

  @Test("Each kind is found by its value", arguments: Backend.allCases)
  func values(backend: Backend) async throws {
    let shop = try await Shop(backend, Self.capabilities(Self.definitions))
    let day = try #require(CalendarDate("2026-02-28"))
    let budget = try Money("12.50", .eur)
    try await shop.crm.write { tx in
      try tx.customers.add(
        .person(
          "Ada",
          attributes: [
            "plan": .text("pro"), "shoe_size": .integer(-3), "subscribed": .flag(true),
            "joined": .date(day), "seen": .instant(tx.now), "budget": .money(budget),
            "hidden": .text("x"),
          ]))
      try tx.customers.add(
        .person("Bob", attributes: ["plan": .text("prime"), "shoe_size": .integer(42)]))
      try tx.customers.add(.person("Cy"))
      let found: [(Filter<Customer>, [String])] = [
        (.attribute("plan", .text("pro")), ["Ada"]), (.attribute("plan", .text("pr")), []),
        (.attribute("plan", hasPrefix: "pr"), ["Ada", "Bob"]),
        (.attribute("shoe_size", .integer(42)), ["Bob"]),
        (.attribute("subscribed", .flag(true)), ["Ada"]),
        (.attribute("joined", .date(day)), ["Ada"]), (.attribute("joined", in: day...day), ["Ada"]),
        (.attribute("seen", in: tx.now...tx.now), ["Ada"]),
        (.attribute("budget", .money(budget)), ["Ada"]),
        (.attribute("budget", in: 1_000...2_000, minorUnitsOf: .eur), ["Ada"]),
        (.attribute("budget", in: 1_000...2_000, minorUnitsOf: .usd), []),
        (.attribute("hidden", .text("x")), []), (.attribute("unknown", .text("x")), []),
        (!.attribute("plan", .text("pro")), ["Bob", "Cy"]),
        (.attribute("plan", hasPrefix: "pr") && .attribute("shoe_size", in: 0...50), ["Bob"]),
      ]
      for (filter, expected) in found { #expect(try names(tx, filter) == expected) }
    }
  }

  @Test("Ranges have the numbers they say", arguments: UInt64(1)...8)
  func ranges(seed: UInt64) async throws {
    var numbers = SeededNumbers(seed)
    let backend: Backend = seed % 2 == 0 ? .memory : .sqlite
    let shop = try await Shop(backend, Self.capabilities(Self.definitions))
    let edges: [Int64] = [.min, .min + 1, -1, 0, 1, 255, 256, .max - 1, .max]
    let values = edges + (0..<20).map { _ in Int64.random(in: -300...300, using: &numbers) }
    try await shop.crm.write { tx in
      for value in values {
        try tx.customers.add(.person("\(value)", attributes: ["shoe_size": .integer(value)]))
      }
    }
    var ranges: [ClosedRange<Int64>] = [.min ... .max, 0...0, -1...0, .min ... -1]
    for _ in 0..<12 {
      let ends = [values.randomElement(using: &numbers), values.randomElement(using: &numbers)]
        .compactMap(\.self).sorted()
      ranges.append(ends[0]...ends[1])
    }
    for range in ranges {
      let found = try await shop.crm.read { tx in
        try tx.customers.count(where: { _ in .attribute("shoe_size", in: range) })
      }
      #expect(found == values.count { range.contains($0) }, "\(range)")
    }
  }

  @Test("The index follows edits, and definitions once it is told", arguments: Backend.allCases)
  func changes(backend: Backend) async throws {
    let shop = try await Shop(backend, Self.capabilities([AttributeDefinition("plan", .text)]))
    let ada = try await shop.crm.write { tx in
      try tx.customers.add(.person("Bob", attributes: ["plan": .text("free")]))
      return try tx.customers.add(.person("Ada", attributes: ["plan": .text("free")]))
    }
    let later = try await shop.reopened(
      Self.capabilities([AttributeDefinition("plan", .text, searchable: true)]))
    try await later.crm.write { tx in
      #expect(try names(tx, .attribute("plan", .text("free"))) == [])
      #expect(refusal { try tx.customers.indexAttributes(limit: 0) }?.code == .invalidQuery)
      var place = try tx.customers.indexAttributes(limit: 1)
      #expect(place != nil)
      while place != nil { place = try tx.customers.indexAttributes(after: place, limit: 1) }
      #expect(try names(tx, .attribute("plan", .text("free"))) == ["Ada", "Bob"])
      var file = try tx.customers.get(ada.id)
      file.attributes["plan"] = .text("pro")
      file = try tx.customers.update(file)
      #expect(try names(tx, .attribute("plan", .text("free"))) == ["Bob"])
      #expect(try names(tx, .attribute("plan", .text("pro"))) == ["Ada"])
      file.attributes = [:]
      try tx.customers.update(file)
      #expect(try names(tx, .attribute("plan", hasPrefix: "")) == ["Bob"])
    }
    #expect(try await later.crm.verify().isSound)
  }

  @Test("What is searched by is short enough for an index", arguments: Backend.allCases)
  func lengths(backend: Backend) async throws {
    let shop = try await Shop(backend, Self.capabilities(Self.definitions))
    for (length, isFit) in [(500, true), (501, false)] {
      let text = AttributeValue.text(String(repeating: "x", count: length))
      let error = await failure {
        try await shop.crm.write {
          try $0.customers.add(.person("Ada", attributes: ["plan": text, "hidden": text]))
        }
      }
      #expect(error?.issues.map(\.field) == (isFit ? nil : ["attributes.plan"]))
    }
  }

  @Test("A segment by attributes can be stored", arguments: Backend.allCases)
  func segments(backend: Backend) async throws {
    let shop = try await Shop(backend, Self.capabilities(Self.definitions))
    try await shop.crm.write { tx in
      for number in 0..<100 {
        try tx.customers.add(
          .person("\(number)", attributes: ["shoe_size": .integer(Int64(number))]))
      }
    }
    let filter = Filter<Customer>.attribute("shoe_size", in: 7...33)
    let data = try JSONEncoder().encode(filter)
    let stored = try JSONDecoder().decode(Filter<Customer>.self, from: data)
    #expect(stored == filter)
    #expect(try await shop.crm.read { try $0.customers.count(where: { _ in stored }) } == 27)
  }
}
