import CRMKit
import CRMTesting
import Testing

/// HC-169: the same calls with the same seed give the same bytes.
@Suite("A script of 1,000 operations (HC-169)", .timeLimit(.minutes(30)))
struct DeterminismTests {
  private static let names = [
    "Ada", "김유나", "さくら", "Zoe\u{308}", "Ægir", "Ω", "李雷", "e\u{301}mile", "👩‍👩‍👧", "z", "Z",
  ]

  /// Plays the script and exports what has come of it.
  private func play(_ backend: Backend, seed: UInt64, steps: Int = 1_000) async throws -> [String] {
    var numbers = SeededNumbers(seed)
    let shop = try await Shop(backend, seed: seed)
    var customers: [Customer.ID] = []
    var items: [CatalogueItem.ID] = []
    var orders: [Order.ID] = []
    for step in 0..<steps {
      shop.clock.advance(by: .milliseconds(Int.random(in: 0...40_000_000, using: &numbers)))
      let kind = step < 20 ? step % 2 : Int.random(in: 0..<10, using: &numbers)
      do {
        try await shop.crm.acting(as: .staff("s\(kind)"), through: .store).write(because: "\(step)")
        { tx in
          switch kind {
          case 0:
            let name = Self.names.randomElement(using: &numbers) ?? ""
            customers.append(
              try tx.customers.add(
                .person(
                  "\(name) \(step)", emails: ["P\(step)@Example.com"],
                  phones: ["+49 30 \(step)0000"],
                  externalIDs: [ExternalID("shop", "\(step % 300)")],
                  country: ["DE", "KR", nil].randomElement(using: &numbers) ?? nil,
                  birthday: Birthday(month: 2, day: 1 + step % 28, year: 1950 + step % 50),
                  tags: ["b", "a", "\(step % 7)"])
              ).id)
          case 1:
            items.append(
              try tx.catalogue.add(
                sku: "sku-\(step)", name: "Item \(step)",
                category: step % 3 == 0 ? nil : "c\(step % 3)",
                prices: [Money(minorUnits: Int64(step), .eur)]
              ).id)
          case 2...4:
            guard let customer = customers.randomElement(using: &numbers) else { return }
            let lines = (0...Int.random(in: 0...3, using: &numbers)).compactMap { _ in
              items.randomElement(using: &numbers).map {
                NewOrder.Line(
                  $0, quantity: Int.random(in: 0...5, using: &numbers),
                  amount: Money(minorUnits: Int64.random(in: 0...100_000, using: &numbers), .eur))
              }
            }
            orders.append(
              try tx.orders.place(
                NewOrder(
                  number: "n\(step)", customer: customer, lines: lines,
                  placedAt: tx.now - .seconds(step),
                  promisedAt: step % 2 == 0 ? tx.now + .seconds(3 * 86_400) : nil)
              ).id)
          case 5:
            guard let customer = customers.randomElement(using: &numbers) else { return }
            var changed = try tx.customers.get(customer)
            changed.name = Self.names.randomElement(using: &numbers) ?? ""
            changed.tags.append("t\(step)")
            try tx.customers.update(changed)
          case 6:
            guard let order = orders.randomElement(using: &numbers) else { return }
            try tx.orders.deliver(order)
          case 7:
            guard let order = orders.randomElement(using: &numbers) else { return }
            try tx.orders.cancel(order)
          case 8:
            guard let customer = customers.randomElement(using: &numbers) else { return }
            try tx.interactions.record(
              NewInteraction(with: customer, through: .phone, .outbound, subject: "Call \(step)"))
            if step % 3 == 0 { throw Refused() }
          default:
            try? tx.attempt {
              try tx.customers.add(.person("undone"))
              throw Refused()
            }
          }
        }
      } catch is CRMError {
      } catch is Refused {
      }
      if step % 25 == 0 { try await shop.crm.advance() }
    }
    return try await shop.exported()
  }

  @Test("Every backend exports the same bytes", arguments: [UInt64(1), 2])
  func equal(seed: UInt64) async throws {
    let memory = try await play(.memory, seed: seed)
    let sqlite = try await play(.sqlite, seed: seed)
    #expect(memory.count > 1_000)
    #expect(memory.count == sqlite.count)
    for (a, b) in zip(memory, sqlite) where !a.utf8.elementsEqual(b.utf8) {
      Issue.record("memory: \(a)\nsqlite: \(b)")
      return
    }
  }

  @Test("Twice gives the same bytes, another seed others")
  func repeated() async throws {
    let first = try await play(.memory, seed: 3, steps: 300)
    #expect(try await play(.memory, seed: 3, steps: 300) == first)
    #expect(try await play(.memory, seed: 4, steps: 300) != first)
  }

  @Test("The export says what it is and names every kind", arguments: Backend.allCases)
  func format(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let lines = try await shop.exported()
    let head = #"{"format":"crmkit","version":2,"kinds":[{"name":"events""#
    #expect(lines.first?.hasPrefix(head) == true)
    #expect(lines.last?.hasPrefix(#"{"end":{"lines":\#(lines.count - 1),"checksum":""#) == true)
    #expect(lines.count == 6)
    #expect(
      lines.filter { $0.contains(#""kind":"customers""#) && $0.contains("\(ada.id)") }.count == 1)
    #expect(lines.allSatisfy { !$0.contains("\n") })
  }
}

@Suite("Identifiers")
struct IdentifierTests {
  @Test("They are UUIDs of version 7 that carry the time", arguments: Backend.allCases)
  func version(backend: Backend) async throws {
    let shop = try await Shop(backend)
    for instant in [Shop.opening, Instant(milliseconds: 1_645_557_742_000), .latest] {
      shop.clock.set(to: instant)
      let id: Customer.ID = try await Shop(backend, at: instant).crm.write { $0.makeIdentifier() }
      #expect(id.high >> 12 & 0xF == 7)
      #expect(id.low >> 62 == 0b10)
      #expect(Int64(id.high >> 16) == instant.milliseconds)
      #expect(Customer.ID(id.description) == id)
    }
  }

  @Test("Each is later than all before, within a millisecond and when the clock goes back")
  func monotone() async throws {
    let shop = try await Shop(.memory)
    var ids: [Customer.ID] = []
    for step in [0, 5, -3_600_000, 0, 7_200_000, -86_400_000] {
      shop.clock.advance(by: .milliseconds(step))
      ids += try await shop.crm.write { tx in (0..<5_000).map { _ in tx.makeIdentifier() } }
    }
    #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
    #expect(ids.allSatisfy { $0.high >> 12 & 0xF == 7 && $0.low >> 62 == 0b10 })
  }

  @Test("Before 1970 they are still identifiers")
  func early() async throws {
    let shop = try await Shop(.memory, at: .earliest)
    let ids: [Customer.ID] = try await shop.crm.write { tx in
      (0..<3).map { _ in tx.makeIdentifier() }
    }
    #expect(ids[0] < ids[1] && ids[1] < ids[2])
    #expect(ids.allSatisfy { $0.high >> 12 & 0xF == 7 })
  }

  @Test("A store reopened with its seed makes others, and later ones", arguments: Backend.allCases)
  func reopened(backend: Backend) async throws {
    var shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.orders.place(
        NewOrder(
          number: "1", customer: ada.id, lines: [.init(item.id, amount: Money("9.99", .usd))]))
    }
    shop.clock.advance(by: .seconds(60))
    // Six identifiers and four events later: two more events, one more identifier.
    let bob = try await shop.crm.write { try $0.customers.add(.person("Bob")) }
    var changed = bob
    changed.country = "GB"
    try await shop.crm.write { [changed] in try $0.customers.update(changed) }
    shop = try await shop.reopened()
    let cleo = try await shop.crm.write { try $0.customers.add(.person("Cleo")) }
    #expect(cleo.id > bob.id)
    #expect(cleo.id.low != bob.id.low)
    shop.clock.advance(by: .seconds(-3_600))
    shop = try await shop.reopened()
    let dora = try await shop.crm.write { try $0.customers.add(.person("Dora")) }
    #expect(dora.id > bob.id)
    #expect(try await shop.crm.read { try $0.customers.count() } == 4)
  }

  @Test("Without a seed two stores make different ones")
  func random() async throws {
    let clock = TestClock()
    var ids: Set<Customer.ID> = []
    for _ in 1...20 {
      let crm = try await CRM(storage: MemoryStorage(), clock: clock)
      ids.insert(try await crm.write { $0.makeIdentifier() })
    }
    #expect(ids.count == 20)
  }
}
