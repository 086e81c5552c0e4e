import CRMKit
import CRMTesting
import Testing

@Suite("What an order comes to")
struct OrderPricingTests {
  private func place(
    _ backend: Backend, _ change: (inout NewOrder, CatalogueItem.ID) throws -> Void
  ) async throws -> (Order, [OrderLine]) {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    var new = NewOrder(number: "1", customer: ada.id, lines: [])
    try change(&new, item.id)
    return try await shop.crm.write { [new] tx in
      let order = try tx.orders.place(new)
      return (order, try tx.orders.lines(of: order.id))
    }
  }

  private func texts(_ order: Order) -> [String] {
    [order.subtotal, order.discount, order.tax, order.total].map(\.decimalText)
  }

  @Test("A discount and a tax on top are shared by the lines", arguments: Backend.allCases)
  func exclusive(backend: Backend) async throws {
    let (order, lines) = try await place(backend) { new, item in
      new.lines = try ["10.00", "10.00", "10.01"].map { .init(item, amount: try Money($0, .eur)) }
      new.lines[2].discount = .amount(try Money("0.01", .eur))
      new.discount = .rate(.percent(10))
      new.tax = .rate(.percent(19))
    }
    #expect(texts(order) == ["30.01", "3.01", "5.13", "32.13"])
    #expect(lines.map(\.discount.decimalText) == ["1.00", "1.00", "1.01"])
    #expect(lines.map(\.tax.decimalText) == ["1.71", "1.71", "1.71"])
    #expect(lines.map(\.total.decimalText) == ["10.71", "10.71", "10.71"])
    #expect(lines.map(\.taxRate) == Array(repeating: .percent(19), count: 3))
  }

  @Test("A tax within the amounts does not change the total", arguments: Backend.allCases)
  func inclusive(backend: Backend) async throws {
    let (order, lines) = try await place(backend) { new, item in
      new.lines = try ["119.00", "10.70", "5.00"].map { .init(item, amount: try Money($0, .eur)) }
      new.isTaxIncluded = true
      new.tax = .rate(.percent(19))
      new.lines[1].tax = .rate(.percent(7))
      new.lines[2].tax = .rate(.zero)
    }
    #expect(texts(order) == ["134.70", "0.00", "19.70", "134.70"])
    #expect(lines.map(\.tax.decimalText) == ["19.00", "0.70", "0.00"])
    #expect(lines.map(\.total) == lines.map(\.amount))
  }

  @Test("Amounts another system computed are taken as they are", arguments: Backend.allCases)
  func given(backend: Backend) async throws {
    let (order, lines) = try await place(backend) { new, item in
      new.lines = [
        .init(item, amount: Money(minorUnits: 1_000, .jpy)),
        .init(
          item, amount: Money(minorUnits: 500, .jpy), tax: .amount(Money(minorUnits: 77, .jpy))),
        .init(item, amount: Money(minorUnits: 2_000, .jpy)),
      ]
      new.discount = .amount(Money(minorUnits: 100, .jpy))
      new.tax = .amount(Money(minorUnits: 301, .jpy))
    }
    #expect(texts(order) == ["3500", "100", "378", "3778"])
    #expect(lines.map(\.discount.minorUnits) == [29, 14, 57])
    #expect(lines.map(\.tax.minorUnits) == [100, 77, 201])
  }

  @Test("Every problem of discounts, taxes, dates and terms is named", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let before = try await shop.exported()
    let euro = try Money("1", .eur)
    var new = NewOrder(
      number: "1", customer: ada.id,
      lines: [
        .init(item.id, amount: euro, discount: .amount(try Money("1.01", .eur))),
        .init(item.id, amount: euro, discount: .rate(.percent(101)), tax: .rate(.percent(-1))),
        .init(
          item.id, amount: euro, tax: .rate(.percent(.max)),
          specification: ["": .flag(true), "text": .text("a\0")]),
        .init(
          item.id, quantity: 0, amount: try Money("-1", .eur), discount: .rate(.percent(101))),
      ])
    new.discount = .amount(try Money("1", .usd))
    new.tax = .amount(try Money("-1", .eur))
    new.requestedAt = Shop.opening - .milliseconds(1)
    new.terms = OrderTerms(
      " ", acceptedAt: .latest, by: .staff("\0"), through: Channel(rawValue: ""))
    let error = await failure { [new] in try await shop.crm.write { try $0.orders.place(new) } }
    #expect(error?.code == .invalid)
    #expect(
      error?.issues.map(\.field) == [
        "lines[0].discount", "lines[1].discount", "lines[1].tax", "lines[2].tax",
        "lines[2].specification", "lines[2].specification.text", "lines[3].quantity",
        "lines[3].amount", "lines[3].discount", "discount", "tax",
        "requested_at", "terms.reference", "terms.accepted_at", "terms.accepted_by",
        "terms.channel",
      ])
    for (change, field) in [
      ({ $0.discount = .amount(try Money("2.01", .eur)) }, "discount"),
      ({ $0.tax = .amount(try Money("2.01", .eur)) }, "tax"),
      ({ $0.lines[1].tax = .amount(try Money("1.01", .eur)) }, "lines[1].tax"),
    ] as [((inout NewOrder) throws -> Void, String)] {
      var new = NewOrder(
        number: "1", customer: ada.id,
        lines: [.init(item.id, amount: euro), .init(item.id, amount: euro)], isTaxIncluded: true)
      try change(&new)
      let error = await failure { [new] in try await shop.crm.write { try $0.orders.place(new) } }
      #expect(error?.issues.map(\.field) == [field])
    }
    #expect(try await shop.exported() == before)
  }

  @Test(
    "An archived item is refused with all other problems, until it is restored",
    arguments: Backend.allCases)
  func archived(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.catalogue.archive(item.id)
      #expect(try tx.catalogue.archive(item.id).version == 2)
      let line = NewOrder.Line(item.id, amount: .zero(.eur))
      let stray = NewOrder.Line(.zero, amount: .zero(.usd))
      #expect(
        refusal {
          try tx.orders.place(NewOrder(number: "", customer: .zero, lines: [line, stray]))
        }?.issues.map(\.field) == [
          "number", "lines[1].amount", "customer", "lines[0].item", "lines[1].item",
        ])
      let new = NewOrder(number: "1", customer: ada.id, lines: [line])
      #expect(refusal { try tx.orders.place(new) }?.code == .unknownReference)
      try tx.catalogue.restore(item.id)
      let order = try tx.orders.place(new)
      // What was ordered stays ordered, and is still the same order.
      try tx.catalogue.archive(item.id)
      #expect(try tx.orders.place(new) == order)
    }
    let types = try await shop.events().map(\.type).filter { $0.hasPrefix("catalogue.") }
    #expect(
      types == [
        "catalogue.item_added", "catalogue.item_archived", "catalogue.item_restored",
        "catalogue.item_archived",
      ])
  }

  @Test("An item keeps its prices, features and kind", arguments: Backend.allCases)
  func item(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let item = try await shop.crm.write { tx in
      try tx.catalogue.add(
        sku: "lamp", name: "Lamp", category: "Light", kind: .service, unit: "hour",
        details: "Warm", features: ["watts": .integer(8)],
        prices: [Money("19.990", .kwd), Money("2000", .jpy)])
    }
    let kept = try await shop.crm.read { try $0.catalogue.get(item.id) }
    #expect(kept == item && kept.features["watts"] == .integer(8) && kept.kind == .service)
    #expect(kept.price(in: .jpy)?.minorUnits == 2_000)
    #expect(kept.price(in: .kwd)?.minorUnits == 19_990)
    #expect(kept.price(in: .eur) == nil)
  }

  @Test(
    "What was agreed stays with the order, whatever the catalogue says later",
    arguments: Backend.allCases)
  func evidence(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let new = NewOrder(
      number: "1", customer: ada.id,
      lines: [
        .init(
          item.id, amount: try Money("9.99", .usd),
          specification: ["colour": .text("blau"), "engraving": .text("Z")])
      ],
      requestedAt: Shop.opening + .seconds(60), promisedAt: Shop.opening + .seconds(120),
      terms: OrderTerms(
        "2026-01", text: "We deliver.", acceptedAt: Shop.opening - .seconds(5),
        by: .customer(ada.id), through: .web))
    let order = try await shop.crm.write { try $0.orders.place(new) }
    try await shop.crm.write { tx in
      var item = item
      item.name = "Renamed"
      try tx.catalogue.update(item)
      var other = new
      other.terms?.text = "We do not."
      #expect(refusal { try tx.orders.place(other) }?.code == .duplicate)
      other = new
      other.lines[0].specification["colour"] = .text("rot")
      #expect(refusal { try tx.orders.place(other) }?.code == .duplicate)
      other = new
      other.requestedAt = nil
      #expect(refusal { try tx.orders.place(other) }?.holder == order.id.description)
      try tx.orders.deliver(order.id)
      let kept = try tx.orders.place(new)
      #expect(kept.terms == new.terms && kept.requestedAt == new.requestedAt)
      let line = try #require(try tx.orders.lines(of: order.id).first)
      #expect(line.name == "A record" && line.specification == new.lines[0].specification)
    }
  }

  @Test("A specification is the same in every form of its text", arguments: Backend.allCases)
  func forms(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    func order(_ name: String) -> NewOrder {
      let facts: Attributes = [name: .text(name), "f": .integer(1)]
      return NewOrder(
        number: "1", customer: ada.id,
        lines: [.init(item.id, amount: .zero(.eur), specification: facts)])
    }
    try await shop.crm.write { tx in
      let placed = try tx.orders.place(order("e\u{301}"))
      #expect(try tx.orders.place(order("e\u{301}")) == placed)
      #expect(try tx.orders.place(order("\u{E9}")) == placed)
      #expect(refusal { try tx.orders.place(order("e")) }?.code == .duplicate)
    }
  }

  /// The same order, added up without the library's own division.
  private struct Model {
    var nets: [Int64] = []
    var discounts: [Int64] = []

    /// Largest remainder, by handing out one unit after the other.
    static func shares(_ amount: Int64, _ weights: [Int64]) -> [Int64] {
      let total = weights.reduce(0, +)
      guard total > 0 else { return weights.map { _ in 0 } }
      var shares = weights.map { amount * $0 / total }
      var rests = weights.map { amount * $0 % total }
      for _ in 0..<(amount - shares.reduce(0, +)) {
        let most = rests.max() ?? 0
        let place = rests.firstIndex(of: most) ?? 0
        shares[place] += 1
        rests[place] = -1
      }
      return shares
    }

    static func halfEven(_ amount: Int64, _ numerator: Int64, _ denominator: Int64) -> Int64 {
      let (whole, rest) = (amount * numerator).quotientAndRemainder(dividingBy: denominator)
      if rest * 2 == denominator { return whole + whole % 2 }
      return rest * 2 > denominator ? whole + 1 : whole
    }
  }

  @Test(
    "Random orders balance to the last unit and agree with a plain model",
    arguments: [Currency.jpy, .eur, .kwd], UInt64(1)...4)
  func model(currency: Currency, seed: UInt64) async throws {
    var numbers = SeededNumbers(seed)
    let shop = try await Shop(.memory, seed: seed)
    let (ada, item) = try await shop.furnished()
    for step in 1...60 {
      func portion(_ most: Int64) -> Portion? {
        switch Int.random(in: 0..<4, using: &numbers) {
        case 0: .amount(Money(minorUnits: Int64.random(in: 0...most, using: &numbers), currency))
        case 1: .rate(.basisPoints(Int.random(in: 0...2_500, using: &numbers)))
        case 2: .rate(.percent([0, 7, 19].randomElement(using: &numbers) ?? 0))
        default: nil
        }
      }
      let isIncluded = Bool.random(using: &numbers)
      var lines: [NewOrder.Line] = []
      for _ in 0...Int.random(in: 0...6, using: &numbers) {
        let amount = Int64.random(in: 0...50_000, using: &numbers)
        var tax = portion(0)
        if case .amount? = tax { tax = nil }
        lines.append(
          .init(
            item.id, quantity: Int.random(in: 1...9, using: &numbers),
            amount: Money(minorUnits: amount, currency), discount: portion(amount), tax: tax))
      }
      var model = Model()
      func part(_ portion: Portion?, _ amount: Int64) -> Int64 {
        switch portion {
        case .amount(let money)?: money.minorUnits
        case .rate(let rate)?: Model.halfEven(amount, rate.partsPerMillion, 1_000_000)
        case nil: 0
        }
      }
      for line in lines {
        let discount = part(line.discount, line.amount.minorUnits)
        model.discounts.append(discount)
        model.nets.append(line.amount.minorUnits - discount)
      }
      let net = model.nets.reduce(0, +)
      let discount = portion(net)
      for (index, share) in Model.shares(part(discount, net), model.nets).enumerated() {
        model.discounts[index] += share
        model.nets[index] -= share
      }
      var tax = portion(0)
      if case .amount? = tax { tax = nil }
      var taxes = lines.map { _ in Int64(0) }
      let rates = lines.map { line -> Int64? in
        if case .rate(let rate)? = line.tax ?? tax { rate.partsPerMillion } else { nil }
      }
      for rate in Set(rates.compactMap { $0 }) {
        let places = lines.indices.filter { rates[$0] == rate }
        let sum = places.map { model.nets[$0] }.reduce(0, +)
        let due = Model.halfEven(sum, rate, isIncluded ? 1_000_000 + rate : 1_000_000)
        for (place, share) in zip(places, Model.shares(due, places.map { model.nets[$0] })) {
          taxes[place] = share
        }
      }
      let new = NewOrder(
        number: "\(step)", customer: ada.id, lines: lines, discount: discount, tax: tax,
        isTaxIncluded: isIncluded)
      let (order, kept) = try await shop.crm.write { tx in
        let order = try tx.orders.place(new)
        #expect(try tx.orders.place(new) == order)
        return (order, try tx.orders.lines(of: order.id))
      }
      #expect(kept.map(\.discount.minorUnits) == model.discounts)
      #expect(kept.map(\.tax.minorUnits) == taxes)
      let totals = zip(model.nets, taxes).map { isIncluded ? $0 : $0 + $1 }
      #expect(kept.map(\.total.minorUnits) == totals)
      #expect(order.subtotal.minorUnits == lines.map(\.amount.minorUnits).reduce(0, +))
      #expect(order.discount.minorUnits == model.discounts.reduce(0, +))
      #expect(order.tax.minorUnits == taxes.reduce(0, +))
      #expect(order.total.minorUnits == totals.reduce(0, +))
    }
  }

  @Test(
    "Sums that do not fit are refused and change nothing", arguments: Backend.allCases, 0..<4)
  func overflow(backend: Backend, kind: Int) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let before = try await shop.exported()
    let most = Money(minorUnits: .max, .kwd)
    var new = NewOrder(number: "1", customer: ada.id, lines: [.init(item.id, amount: most)])
    switch kind {
    case 0: new.tax = .rate(.basisPoints(1))
    case 1: new.tax = .amount(Money(minorUnits: 1, .kwd))
    case 2: new.lines.append(.init(item.id, amount: most, discount: .rate(.percent(100))))
    default: new.lines[0].tax = .rate(.percent(1_000))
    }
    let error = await failure { [new] in try await shop.crm.write { try $0.orders.place(new) } }
    #expect(error?.code == .overflow)
    #expect(try await shop.exported() == before)
    new = NewOrder(
      number: "1", customer: ada.id, lines: [.init(item.id, amount: most)],
      tax: .rate(.percent(1_000)), isTaxIncluded: true)
    let order = try await shop.crm.write { [new] in try $0.orders.place(new) }
    #expect(order.total == most && order.subtotal == most)
  }

  @Test("A tax that no line is left to bear is refused, not dropped", arguments: Backend.allCases)
  func taxWithoutLine(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (customer, item) = try await shop.furnished()
    let line = NewOrder.Line(
      item.id, amount: try Money("100.00", .usd), tax: .rate(.percent(10)))
    let order = NewOrder(
      number: "1", customer: customer.id, lines: [line], tax: .amount(try Money("5.00", .usd)))
    let error = await failure { try await shop.crm.write { try $0.orders.place(order) } }
    #expect(error?.issues.map(\.field) == ["tax"])
    var without = order
    without.tax = .amount(.zero(.usd))
    let placed = try await shop.crm.write { [without] in try $0.orders.place(without) }
    #expect(placed.total == (try Money("110.00", .usd)))
  }
}
