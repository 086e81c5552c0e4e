import CRMKit
import CRMTesting
import Testing

/// Random statements, edits and withdrawals against a plain model.
@Suite("Histories of facts", .timeLimit(.minutes(30)))
struct FactHistoryTests {
  /// What was said, in the order of saying; every rule is applied to the whole list.
  private struct Model {
    struct Said: Hashable {
      let field: String
      let source: FactSource
      let value: Value
      var trueAt: Instant
      var isWithdrawn = false
    }

    let trust: [FactSource]
    var said: [Said] = []
    var file: [String: Value] = [:]
    var writers: [String: (source: FactSource, at: Instant)] = [:]

    func standing(_ field: String) -> Int? {
      said.indices.filter { said[$0].field == field && !said[$0].isWithdrawn }.max { a, b in
        let ranks = [a, b].map { trust.firstIndex(of: said[$0].source) ?? trust.count }
        return (-ranks[0], said[a].trueAt, a) < (-ranks[1], said[b].trueAt, b)
      }
    }

    mutating func assert(_ new: Said) {
      adopt(new.field)
      say(new, isEdit: false)
      follow(new.field)
    }

    mutating func edit(_ field: String, _ value: Value, by source: FactSource, at now: Instant) {
      guard file[field] != value else { return }
      file[field] = value
      writers[field] = (source, now)
      guard standing(field) != nil else { return }
      say(Said(field: field, source: source, value: value, trueAt: now), isEdit: true)
      follow(field)
    }

    mutating func withdraw(_ index: Int) {
      said[index].isWithdrawn = true
      follow(said[index].field)
    }

    /// What the file said before anyone was asked where it came from.
    private mutating func adopt(_ field: String) {
      guard standing(field) == nil, let value = file[field], value != Self.empty(field),
        let writer = writers[field]
      else { return }
      say(Said(field: field, source: writer.source, value: value, trueAt: writer.at), isEdit: true)
    }

    private mutating func say(_ new: Said, isEdit: Bool) {
      let own = said.indices.filter {
        said[$0].field == new.field && said[$0].source == new.source && !said[$0].isWithdrawn
      }
      if let last = own.max(by: { (said[$0].trueAt, $0) < (said[$1].trueAt, $1) }) {
        if said[last].value == new.value, !isEdit || new.trueAt != said[last].trueAt {
          said[last].trueAt = max(said[last].trueAt, new.trueAt)
          return
        }
        if new.trueAt < said[last].trueAt,
          own.contains(where: { said[$0].value == new.value && said[$0].trueAt == new.trueAt })
        {
          return
        }
      }
      said.append(new)
    }

    private mutating func follow(_ field: String) {
      file[field] = standing(field).map { said[$0].value } ?? Self.empty(field)
    }

    static func empty(_ field: String) -> Value { field == "tags" ? .json("[]") : .missing }
  }

  private static let sources: [FactSource] = [
    .system("erp"), .department("sales"), .list("a"), .list("b"), .channel(.web), .staff,
  ]

  private static let values: [String: [Value]] = [
    "country": [.text("DE"), .text("KR"), .text("FR"), .missing],
    "language": [.text("de"), .text("ko")],
    "birthday": [.text("1990-01-01"), .text("--01-02"), .missing],
    "tags": [.json(#"["a"]"#), .json(#"["a","b"]"#), .json("[]")],
  ]

  private static func values(of customer: Customer) -> [String: Value] {
    [
      "country": NewFact(Customer.fields.country, customer.country).value,
      "language": NewFact(Customer.fields.language, customer.language).value,
      "birthday": NewFact(Customer.fields.birthday, customer.birthday).value,
      "tags": NewFact(Customer.fields.tags, customer.tags).value,
    ]
  }

  private static func set(_ field: String, _ value: Value, on customer: inout Customer) throws {
    switch (field, value) {
    case ("country", .text(let text)): customer.country = text
    case ("country", _): customer.country = nil
    case ("language", .text(let text)): customer.language = text
    case ("birthday", .text(let text)): customer.birthday = Birthday(text)
    case ("birthday", _): customer.birthday = nil
    case ("tags", .json(let text)):
      customer.tags = ["a", "b"].filter { text.contains("\"\($0)\"") }
    default: Issue.record("no such field: \(field)")
    }
  }

  @Test(
    "A file says what the model says, and all that was said is found",
    arguments: Histories.of(1...6))
  func history(backend: Backend, seed: UInt64) async throws {
    var numbers = SeededGenerator(seed: seed)
    let trust = Array(Self.sources.shuffled(using: &numbers).prefix(Int(seed % 4)))
    var shop = try await Shop(backend, FactTests.capabilities(trust: trust), seed: seed)
    let ada = try await shop.crm.acting(as: .staff("kim")).write {
      try $0.customers.add(.person("Ada", country: "FR")).id
    }
    var model = Model(trust: trust)
    model.file = Self.values(of: Customer.blank)
    model.file["country"] = .text("FR")
    model.writers = ["country": (.staff, Shop.opening)]
    for step in 0..<150 {
      let now = shop.clock.now
      let field = Self.values.keys.sorted().randomElement(using: &numbers) ?? ""
      let value = Self.values[field]?.randomElement(using: &numbers) ?? .missing
      switch Int.random(in: 0..<10, using: &numbers) {
      case 0...4:
        let source = Self.sources.randomElement(using: &numbers) ?? .staff
        let trueAt = now - .seconds(Int.random(in: -2...6, using: &numbers) * 60)
        try await shop.crm.write {
          try $0.facts.assert(NewFact(field, value), of: ada, from: source, trueAt: trueAt)
        }
        model.assert(.init(field: field, source: source, value: value, trueAt: trueAt))
      case 5...7:
        let isWeb = Bool.random(using: &numbers)
        let crm = shop.crm.acting(as: .staff("kim"), through: isWeb ? .web : nil)
        try await crm.write { tx in
          var customer = try tx.customers.get(ada)
          try Self.set(field, value, on: &customer)
          try tx.customers.update(customer)
        }
        model.edit(field, value, by: isWeb ? .channel(.web) : .staff, at: now)
      case 8:
        let facts = try await shop.crm.read { tx in
          try tx.facts.page(
            Query(
              where: { $0.customer == ada && !($0.status == .withdrawn) },
              sortedBy: { _ in [.oldestFirst] })
          ).items
        }
        guard let fact = facts.randomElement(using: &numbers) else { continue }
        let index = try #require(
          model.said.firstIndex {
            !$0.isWithdrawn && $0.field == fact.field && $0.source == fact.source
              && $0.value == fact.value && $0.trueAt == fact.trueAt
          })
        try await shop.crm.write { try $0.facts.withdraw(fact.id) }
        model.withdraw(index)
      default:
        shop.clock.advance(by: .seconds(Int.random(in: 0...3, using: &numbers) * 60))
        if step % 40 == 0 { shop = try await shop.reopened() }
      }
      let file = try await shop.crm.read { Self.values(of: try $0.customers.get(ada)) }
      try #require(file == model.file, "seed \(seed), step \(step)")
    }
    try await check(shop, ada, model)
  }

  private func check(_ shop: Shop, _ ada: Customer.ID, _ model: Model) async throws {
    try await shop.crm.read { tx throws in
      for field in Self.values.keys {
        var facts: [Fact] = []
        var place: Cursor<Fact>?
        repeat {
          let page = try tx.facts.history(of: ada, field: field, after: place, limit: 7)
          facts += page.items
          place = page.next
        } while place != nil
        let found = facts.map {
          Model.Said(
            field: $0.field, source: $0.source, value: $0.value, trueAt: $0.trueAt,
            isWithdrawn: $0.status == .withdrawn)
        }
        let said = model.said.filter { $0.field == field }
        #expect(found.count == said.count && Set(found) == Set(said))
        let standing = facts.filter { $0.status == .standing }
        #expect(standing.map(\.value) == model.standing(field).map { [model.said[$0].value] } ?? [])
        for fact in facts where fact.status != .standing && fact.status != .withdrawn {
          #expect((fact.status == .agreeing) == (fact.outdoneBy == nil))
          let other = fact.outdoneBy.flatMap { id in facts.first { $0.id == id } }
          switch fact.status {
          case .agreeing: #expect(fact.value == standing.first?.value)
          case .lost: #expect(other == standing.first && other?.value != fact.value)
          default: #expect(other?.source == fact.source && fact.decision == .recency)
          }
        }
      }
    }
  }
}

extension Customer {
  fileprivate static var blank: Customer { schema.layout.blank }
}
