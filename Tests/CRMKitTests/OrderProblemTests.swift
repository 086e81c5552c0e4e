import CRMKit
import CRMTesting
import Testing

@Suite("All that is wrong with an order, at once")
struct OrderProblemTests {
  private func line(_ item: CatalogueItem, _ minorUnits: Int64, _ quantity: Int = 1)
    -> NewOrder.Line
  {
    NewOrder.Line(item.id, quantity: quantity, amount: Money(minorUnits: minorUnits, .usd))
  }

  private func issues(_ shop: Shop, _ new: NewOrder) async throws -> (CRMError.Code?, [String]) {
    let before = try await shop.exported()
    let error = await failure { try await shop.crm.write { try $0.orders.place(new) } }
    #expect(try await shop.exported() == before)
    return (error?.code, error?.issues.map(\.field) ?? [])
  }

  @Test("Sums are looked at beside lines, dates and references", arguments: Backend.allCases)
  func sums(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    var new = NewOrder(
      number: "", customer: .zero, lines: [line(item, .max, .max), line(item, .max, .max)],
      tax: .amount(Money(minorUnits: 1, .usd)), promisedAt: .earliest)
    for index in new.lines.indices { new.lines[index].tax = .rate(.percent(1)) }
    new.lines.append(line(item, -1, 0))
    new.lines[2].tax = .rate(.percent(-1))
    new.lines.append(.init(.zero, amount: Money(minorUnits: 1, .eur), tax: .rate(.zero)))
    let (code, fields) = try await issues(shop, new)
    #expect(code == .invalid)
    #expect(
      fields == [
        "number", "lines[2].quantity", "lines[2].amount", "lines[2].tax", "lines[3].amount",
        "lines", "lines", "tax", "promised_at", "customer", "lines[3].item",
      ])
    _ = ada
  }

  @Test("Several sums that cannot be are all named", arguments: Backend.allCases)
  func several(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    var new = NewOrder(
      number: "1", customer: ada.id, lines: [line(item, 100), line(item, 50), line(item, 0)],
      discount: .amount(Money(minorUnits: 151, .usd)), isTaxIncluded: true)
    new.lines[0].tax = .amount(Money(minorUnits: 101, .usd))
    new.lines[1].tax = .amount(Money(minorUnits: 51, .usd))
    let (code, fields) = try await issues(shop, new)
    #expect(code == .invalid)
    #expect(fields == ["discount", "lines[0].tax", "lines[1].tax"])
    new.discount = nil
    new.isTaxIncluded = false
    new.tax = .amount(Money(minorUnits: 1, .usd))
    new.lines[0].amount = Money(minorUnits: .max, .usd)
    new.lines[1].amount = Money(minorUnits: 0, .usd)
    #expect(try await issues(shop, new) == (.invalid, ["tax", "lines"]))
    new.tax = nil
    #expect(try await issues(shop, new) == (.overflow, ["lines"]))
    new.promisedAt = .earliest
    #expect(try await issues(shop, new) == (.invalid, ["lines", "promised_at"]))
  }

  @Test("Another order under a number is told by where it differs", arguments: Backend.allCases)
  func differences(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let bob = try await shop.crm.write { try $0.customers.add(.person("Bob")) }
    let new = NewOrder(
      number: "1", customer: ada.id, lines: [line(item, 100), line(item, 50)],
      discount: .amount(Money(minorUnits: 15, .usd)), tax: .rate(.percent(10)))
    let order = try await shop.crm.write { try $0.orders.place(new) }
    let before = try await shop.exported()
    let changes: [(inout NewOrder) -> Void] = [
      { $0.customer = bob.id }, { $0.placedAt = .earliest }, { $0.lines[1].quantity = 2 },
      { $0.lines[0].specification = ["colour": .text("red")] }, { $0.isTaxIncluded = true },
      { $0.terms = OrderTerms("2026", acceptedAt: Shop.opening) }, { $0.lines.removeLast() },
      { $0.lines[1].discount = .amount(Money(minorUnits: 1, .usd)) },
    ]
    let expected = [
      ["customer"], ["placed_at"], ["lines[1].quantity"], ["lines[0].specification"],
      ["is_tax_included", "lines[0].tax", "lines[1].tax"], ["terms"],
      ["lines", "lines[0].discount", "lines[0].tax"],
      ["lines[1].discount", "lines[1].tax"],
    ]
    for (change, fields) in zip(changes, expected) {
      var other = new
      change(&other)
      let error = await failure { [other] in
        try await shop.crm.write { try $0.orders.place(other) }
      }
      #expect(error?.code == .duplicate && error?.holder == order.id.description)
      #expect(error?.issues.map(\.field) == ["number"] + fields)
    }
    #expect(try await shop.exported() == before)
  }

  @Test(
    "Other contents under a reference are told by where they differ", arguments: Backend.allCases)
  func references(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      let order = try tx.orders.place(
        NewOrder(number: "1", customer: ada.id, lines: [line(item, 100, 4)]))
      let one = [LineQuantity(line: 1, quantity: 1)]
      let two = [LineQuantity(line: 1, quantity: 2)]
      let cent = Money(minorUnits: 1, .usd)
      try tx.orders.pay(order.id, cent, reference: "p", by: "card")
      try tx.orders.ship(order.id, one, reference: "s", by: .handover)
      try tx.orders.takeBack(order.id, one, reference: "r", reason: "Torn")
      try tx.orders.dispute(order.id, over: "Torn", reference: "d")
      for (error, fields) in [
        (
          refusal { try tx.orders.pay(order.id, cent, reference: "p", at: .earliest) },
          ["paid_at", "reference", "method"]
        ),
        (
          refusal { try tx.orders.refund(order.id, cent, reference: "p", by: "card") },
          ["reference", "kind"]
        ),
        (
          refusal { try tx.orders.pay(order.id, Money(minorUnits: 0, .eur), reference: "p") },
          ["amount", "amount", "reference", "method"]
        ),
        (
          refusal { try tx.orders.ship(order.id, two, reference: "s", carrier: "Post") },
          ["reference", "means", "carrier", "lines"]
        ),
        (
          refusal { try tx.orders.takeBack(order.id, two, reference: "r") },
          ["reference", "reason", "lines"]
        ),
        (
          refusal { try tx.orders.dispute(order.id, over: "Late", reference: "d") },
          ["reference", "subject"]
        ),
      ] as [(CRMError?, [String])] {
        #expect(error?.issues.map(\.field) == fields)
        #expect(error?.holder != nil)
      }
    }
  }
}
