import CRMKit
import Testing

@Suite("Exchange rates and conversions")
struct ExchangeRateTests {
  private static let bank = FactSource.system("bank")

  private func shop(_ backend: Backend, _ rates: ExchangeRates) async throws -> Shop {
    try await Shop(backend, CRM.standardCapabilities.replacing(rates))
  }

  @Test("A conversion states the rate, its date and its source", arguments: Backend.allCases)
  func conversion(backend: Backend) async throws {
    let shop = try await shop(backend, ExchangeRates())
    try await shop.crm.write { tx in
      let rate = try tx.exchangeRates.record(
        try #require(Ratio("0.9231")), from: .usd, to: .eur, source: Self.bank)
      let conversion = try tx.exchangeRates.convert(try Money("10.00", .usd), to: .eur)
      #expect(conversion.result.description == "9.23 EUR")
      #expect(conversion.steps.map(\.rate) == [rate] && !conversion.steps[0].isInverse)
      #expect(conversion.asOf == Shop.opening && conversion.rounding == .halfEven)
      #expect(
        conversion.description
          == "10.00 USD = 9.23 EUR at 0.9231 EUR for 1 USD (system:bank, since \(Shop.opening))")
      let same = try tx.exchangeRates.convert(try Money("10.00", .usd), to: .usd)
      #expect(same.result == same.amount && same.steps.isEmpty)
    }
  }

  @Test("The rate that held at the instant is used", arguments: Backend.allCases)
  func dates(backend: Backend) async throws {
    let shop = try await shop(backend, ExchangeRates())
    try await shop.crm.write { tx in
      for (text, days) in [("2", 10), ("3", 5), ("4", -5)] {
        try tx.exchangeRates.record(
          try #require(Ratio(text)), from: .usd, to: .eur,
          validFrom: tx.now - .seconds(days * 86_400), source: Self.bank)
      }
      func at(_ days: Int) throws -> String {
        try tx.exchangeRates.convert(
          try Money("1.00", .usd), to: .eur, at: tx.now - .seconds(days * 86_400)
        ).result.decimalText
      }
      #expect(try at(10) == "2.00" && at(6) == "2.00" && at(5) == "3.00" && at(0) == "3.00")
      #expect(try at(-5) == "4.00")
      let early = refusal { try at(11) }
      #expect(early?.code == .noRate)
      #expect(early?.message.contains("from USD to EUR") == true)
      let all = try tx.exchangeRates.all(from: .usd, to: .eur).items
      #expect(all.map(\.rate.description) == ["4", "3", "2"])
    }
  }

  @Test("Rates are turned round and joined by the stated rule alone", arguments: Backend.allCases)
  func rules(backend: Backend) async throws {
    func answers(_ rule: ConversionRule) async throws -> [String] {
      let shop = try await shop(backend, ExchangeRates(by: rule))
      return try await shop.crm.write { tx in
        try tx.exchangeRates.record(
          try #require(Ratio("1.25")), from: .eur, to: .usd, source: Self.bank)
        try tx.exchangeRates.record(
          try #require(Ratio("160")), from: .eur, to: .jpy, source: Self.bank)
        return try [(Currency.eur, Currency.usd), (.usd, .eur), (.usd, .jpy), (.usd, .gbp)].map {
          from, to in
          let amount = Money(minorUnits: 10_001, from)
          do {
            return try tx.exchangeRates.convert(amount, to: to).result.description
          } catch let error as CRMError {
            return error.code.description
          }
        }
      }
    }
    #expect(try await answers(.quoted) == ["125.01 USD", "noRate", "noRate", "noRate"])
    #expect(
      try await answers(.quotedOrInverse) == ["125.01 USD", "80.01 EUR", "noRate", "noRate"])
    // 100.01 / 1.25 × 160 is 12,801.28.
    #expect(
      try await answers(.through(.eur)) == ["125.01 USD", "80.01 EUR", "12801 JPY", "noRate"])
  }

  @Test("It is exact, whatever the sizes, and rounded once", arguments: UInt64(1)...40)
  func exactness(seed: UInt64) async throws {
    var numbers = SeededNumbers(seed)
    let currencies: [Currency] = [.eur, .jpy, .kwd, .usd]
    let shop = try await shop(.memory, ExchangeRates(by: .through(.gbp)))
    let from = try #require(currencies.randomElement(using: &numbers))
    let to = try #require(currencies.filter { $0 != from }.randomElement(using: &numbers))
    let small = Int64.random(in: -2_000...2_000, using: &numbers)
    let parts = (0..<4).map { _ in Int64.random(in: 1...400, using: &numbers) }
    let first = try #require(Ratio(parts[0], to: parts[1]))
    let second = try #require(Ratio(parts[2], to: parts[3]))
    // Small enough for whole numbers of 64 bits: the model.
    var (above, below) = (abs(small) * parts[0] * parts[2], parts[1] * parts[3])
    for _ in 0..<to.decimals { above *= 10 }
    for _ in 0..<from.decimals { below *= 10 }
    let (quotient, rest) = above.quotientAndRemainder(dividingBy: below)
    try await shop.crm.write { tx in
      try tx.exchangeRates.record(first, from: from, to: .gbp, source: Self.bank)
      try tx.exchangeRates.record(second, from: .gbp, to: to, source: Self.bank)
      for rounding in Money.Rounding.allCases {
        let isRaised =
          switch rounding {
          case .halfEven: 2 * rest > below || (2 * rest == below && quotient % 2 == 1)
          case .halfAwayFromZero: 2 * rest >= below
          case .towardZero: false
          case .awayFromZero: rest > 0
          }
        let expected = (quotient + (isRaised ? 1 : 0)) * small.signum()
        let conversion = try tx.exchangeRates.convert(
          Money(minorUnits: small, from), to: to, rounding: rounding)
        #expect(conversion.result == Money(minorUnits: expected, to))
      }
    }
  }

  @Test("Parts of 64 bits on either side of the fraction do not overflow on the way")
  func sizes() async throws {
    let shop = try await shop(.memory, ExchangeRates(by: .through(.gbp)))
    try await shop.crm.write { tx in
      let ratio = try #require(Ratio(.max, to: .max - 1))
      try tx.exchangeRates.record(ratio, from: .usd, to: .gbp, source: Self.bank)
      try tx.exchangeRates.record(ratio, from: .eur, to: .gbp, source: Self.bank)
      let most = Money(minorUnits: .max - 1, .usd)
      #expect(try tx.exchangeRates.convert(most, to: .eur).result.minorUnits == .max - 1)
      let beyond = refusal {
        try tx.exchangeRates.convert(
          Money(minorUnits: .max, .usd), to: .gbp, rounding: .awayFromZero)
      }
      #expect(beyond?.code == .overflow)
    }
  }

  @Test("One rate begins at an instant; a wrong one is removed", arguments: Backend.allCases)
  func recording(backend: Backend) async throws {
    let shop = try await shop(backend, ExchangeRates())
    let two = try #require(Ratio("2"))
    try await shop.crm.write { tx in
      let rate = try tx.exchangeRates.record(two, from: .usd, to: .eur, source: Self.bank)
      #expect(
        try tx.exchangeRates.record(two, from: .usd, to: .eur, source: Self.bank) == rate)
      let other = refusal {
        try tx.exchangeRates.record(.one, from: .usd, to: .eur, source: Self.bank)
      }
      #expect(other?.code == .duplicate && other?.holder == rate.id.description)
      let wrong = refusal {
        try tx.exchangeRates.record(two, from: .usd, to: .usd, source: FactSource(rawValue: "x"))
      }
      #expect(wrong?.issues.map(\.field) == ["to", "source"])
      try tx.exchangeRates.remove(rate.id)
      try tx.exchangeRates.record(.one, from: .usd, to: .eur, source: Self.bank)
    }
    let types = try await shop.events().map(\.type)
    #expect(
      types == ["exchange_rates.recorded", "exchange_rates.removed", "exchange_rates.recorded"])
  }

  @Test("A file and a roll-up add up in the firm's currency", arguments: Backend.allCases)
  func totals(backend: Backend) async throws {
    let shop = try await shop(
      backend, ExchangeRates(by: .quotedOrInverse, reporting: .eur))
    let (ada, item) = try await shop.furnished()
    let firm = try await shop.crm.write { tx in
      let firm = try tx.customers.add(.household("Lovelace"))
      try tx.relationships.add(NewRelationship(ada.id, .householdMember, of: firm.id))
      for (number, amount) in ["10.00 USD", "7.50 EUR", "1000 JPY"].enumerated() {
        let parts = amount.split(separator: " ")
        let currency = try #require(Currency(rawValue: String(parts[1])))
        try tx.orders.place(
          NewOrder(
            number: "\(number)", customer: ada.id,
            lines: [.init(item.id, amount: try Money(String(parts[0]), currency))]))
      }
      try tx.exchangeRates.record(
        try #require(Ratio("1.25")), from: .eur, to: .usd, source: Self.bank)
      return firm
    }
    let partial = try await shop.crm.read { try $0.customers.file(of: ada.id) }
    #expect(partial.purchaseTotal?.total == nil)
    #expect(partial.purchaseTotal?.missing == [.jpy])
    try await shop.crm.write { tx in
      _ = try tx.exchangeRates.record(
        try #require(Ratio("0.006")), from: .jpy, to: .eur, source: Self.bank)
    }
    let (file, rollUp) = try await shop.crm.read { tx in
      (try tx.customers.file(of: ada.id), try tx.relationships.rollUp(to: firm.id))
    }
    #expect(file.purchaseTotal?.total?.description == "21.50 EUR")
    #expect(
      file.purchaseTotal?.conversions.map { "\($0.amount) \($0.result)" }
        == ["7.50 EUR 7.50 EUR", "1000 JPY 6.00 EUR", "10.00 USD 8.00 EUR"])
    #expect(rollUp.total == file.purchaseTotal)
  }

  @Test("A total that is too large leaves the file readable", arguments: Backend.allCases)
  func overflow(backend: Backend) async throws {
    let shop = try await shop(backend, ExchangeRates(by: .quoted, reporting: .eur))
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      for currency in [Currency.eur, .usd] {
        let amount = Money(minorUnits: .max / 4 * 3, currency)
        try tx.orders.place(
          NewOrder(
            number: currency.rawValue, customer: ada.id,
            lines: [.init(item.id, amount: amount)]))
      }
      try tx.exchangeRates.record(
        try #require(Ratio("1")), from: .usd, to: .eur, source: Self.bank)
    }
    let file = try await shop.crm.read { try $0.customers.file(of: ada.id) }
    #expect(file.purchases.count == 2 && file.purchaseTotal == nil)
  }

  @Test("A fraction is read and written exactly")
  func fractions() throws {
    for text in ["1.0835", "2", "0.000001", "1/3", "123456789012345678", "0.5"] {
      #expect(Ratio(text)?.description == text)
    }
    #expect(Ratio("1.50")?.description == "1.5" && Ratio("4/2")?.description == "2")
    for text in ["", "0", "-1", "1.", ".5", "1e3", "1/0", "1.5/2", "1/2/3", "9999999999999999999"] {
      #expect(Ratio(text) == nil, "\(text)")
    }
    #expect(Ratio(1, to: 3)?.inverse == Ratio("3"))
    #expect(Ratio(0, to: 1) == nil && Ratio(1, to: -1) == nil)
  }
}
