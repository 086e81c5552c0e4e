import CRMKit
import CRMTesting
import Testing

@Suite("Money (HC-172)")
struct MoneyTests {
  @Test("Ten times 0.10 is 1.00")
  func sum() throws {
    var total = Money.zero(.usd)
    for _ in 1...10 { total = try total + Money("0.10", .usd) }
    #expect(total == (try Money("1.00", .usd)))
    #expect(total.description == "1.00 USD")
  }

  private static let clf = Currency(rawValue: "CLF") ?? .eur

  @Test(
    "Amounts are read and written with the decimals of their currency",
    arguments: [
      ("29.33", Currency.usd, Int64(2_933), "29.33 USD"), ("12", .usd, 1_200, "12.00 USD"),
      ("0.5", .eur, 50, "0.50 EUR"), ("-0.05", .eur, -5, "-0.05 EUR"), ("-0", .eur, 0, "0.00 EUR"),
      ("007.10", .eur, 710, "7.10 EUR"), ("24000", .krw, 24_000, "24000 KRW"),
      ("-1", .jpy, -1, "-1 JPY"), ("0", .jpy, 0, "0 JPY"),
      ("0.001", .kwd, 1, "0.001 KWD"), ("-12.3", .kwd, -12_300, "-12.300 KWD"),
      ("0.0001", clf, 1, "0.0001 CLF"), ("1234.5", clf, 12_345_000, "1234.5000 CLF"),
      ("92233720368547758.07", .usd, .max, "92233720368547758.07 USD"),
      ("-92233720368547758.08", .usd, .min, "-92233720368547758.08 USD"),
      ("9223372036854775807", .jpy, .max, "9223372036854775807 JPY"),
      ("-922337203685477.5808", clf, .min, "-922337203685477.5808 CLF"),
    ])
  func text(text: String, currency: Currency, units: Int64, printed: String) throws {
    let money = try Money(text, currency)
    #expect(money.minorUnits == units)
    #expect(money.description == printed)
    #expect(try Money(money.decimalText, currency) == money)
  }

  @Test(
    "What is no amount is refused",
    arguments: [
      "", "-", ".", ".5", "5.", "+5", "1,00", "1 000", " 1", "1 ", "1e3", "--1", "1.2.3", "0x10",
      "1.234", "NaN", "∞", "١", "１", "1\0", "12-", "1.-2",
    ])
  func refused(text: String) {
    #expect(refusal { try Money(text, .usd) }?.code == .invalid)
  }

  @Test(
    "Amounts beyond 64 bits are refused",
    arguments: [
      ("92233720368547758.08", Currency.usd), ("-92233720368547758.09", .usd),
      ("9223372036854775808", .jpy), ("99999999999999999999999999", .krw),
      ("9223372036854776", .kwd),
    ])
  func overflow(text: String, currency: Currency) {
    #expect(refusal { try Money(text, currency) }?.code == .overflow)
  }

  @Test("Sums, differences and multiples that do not fit are refused")
  func arithmetic() throws {
    let most = Money(minorUnits: .max, .eur)
    let least = Money(minorUnits: .min, .eur)
    let one = Money(minorUnits: 1, .eur)
    #expect(refusal { try most + one }?.code == .overflow)
    #expect(refusal { try least - one }?.code == .overflow)
    #expect(refusal { try Money.zero(.eur) - least }?.code == .overflow)
    #expect(refusal { try most * 2 }?.code == .overflow)
    #expect(refusal { try least * -1 }?.code == .overflow)
    #expect(try most - one + one == most)
    #expect(try one * 0 == .zero(.eur))
    #expect(try least + most == Money(minorUnits: -1, .eur))
  }

  @Test("Different currencies are not joined")
  func mismatch() throws {
    let euro = try Money("1", .eur)
    let dollar = try Money("1", .usd)
    #expect(refusal { try euro + dollar }?.code == .currencyMismatch)
    #expect(refusal { try euro - dollar }?.code == .currencyMismatch)
    #expect(refusal { try euro + .zero(.usd) }?.code == .currencyMismatch)
    #expect(euro != dollar)
  }

  @Test(
    "Only currencies of ISO 4217 are known",
    arguments: ["", "eur", "EURO", "XXX", "ZZZ", "€", "EU\0"])
  func unknownCurrency(code: String) {
    #expect(Currency(rawValue: code) == nil)
  }

  @Test(
    "A currency knows its decimals",
    arguments: [("JPY", 0), ("KRW", 0), ("USD", 2), ("BGN", 2), ("KWD", 3), ("TND", 3), ("CLF", 4)])
  func decimals(code: String, decimals: Int) {
    #expect(Currency(rawValue: code)?.decimals == decimals)
  }

  @Test(
    "Every amount survives every store exactly", arguments: Backend.allCases,
    [Int64.min, .min + 1, -1, 0, 1, 10, 9_007_199_254_740_993, .max])
  func kept(backend: Backend, units: Int64) async throws {
    let settings = Customers(attributes: [AttributeDefinition("credit", .money)])
    let shop = try await Shop(backend, [settings, Catalogue(), Orders()])
    for currency in [Currency.kwd, .jpy, .usd, Self.clf] {
      let money = Money(minorUnits: units, currency)
      let ids = try await shop.crm.write { tx in
        (
          try tx.customers.add(.person("Ada", attributes: ["credit": .money(money)])).id,
          try tx.catalogue.add(
            sku: currency.rawValue, name: "A",
            prices: [Money(minorUnits: max(0, units), currency)]
          ).id
        )
      }
      try await shop.crm.read { tx throws in
        #expect(try tx.customers.get(ids.0).attributes["credit"] == .money(money))
        #expect(try tx.catalogue.get(ids.1).price(in: currency)?.minorUnits == max(0, units))
      }
    }
  }
}

@Suite("Shares of money")
struct MoneyShareTests {
  private static let currencies: [Currency] = [.jpy, .eur, .kwd]

  private static let fractions: [(Int64, Int64, Int64, [Int64])] = [
    (5, 1, 2, [2, 3, 2, 3]), (7, 1, 2, [4, 4, 3, 4]), (-5, 1, 2, [-2, -3, -2, -3]),
    (5, -1, 2, [-2, -3, -2, -3]), (-5, -1, 2, [2, 3, 2, 3]), (10, 1, 3, [3, 3, 3, 4]),
    (11, 1, 3, [4, 4, 3, 4]), (9, 1, 3, [3, 3, 3, 3]), (0, 7, 9, [0, 0, 0, 0]),
    (.max, 3, 3, [.max, .max, .max, .max]), (.min, .max, .max, [.min, .min, .min, .min]),
    (.max, .min + 1, .max, [.min + 1, .min + 1, .min + 1, .min + 1]),
  ]

  @Test("A fraction is rounded as it is named", arguments: fractions)
  func proportion(units: Int64, numerator: Int64, denominator: Int64, rounded: [Int64]) throws {
    let money = Money(minorUnits: units, .eur)
    for (rounding, expected) in zip(
      [Money.Rounding.halfEven, .halfAwayFromZero, .towardZero, .awayFromZero], rounded)
    {
      #expect(
        try money.proportion(numerator, of: denominator, rounding: rounding).minorUnits == expected)
    }
  }

  @Test("A fraction that does not fit or is none is refused")
  func refused() {
    let most = Money(minorUnits: .max, .eur)
    #expect(refusal { try most.proportion(2, of: 1) }?.code == .overflow)
    #expect(refusal { try most.proportion(.max, of: 1) }?.code == .overflow)
    #expect(refusal { try most.proportion(.min, of: .max - 1) }?.code == .overflow)
    #expect(refusal { try Money(minorUnits: .min, .eur).proportion(-1, of: 1) }?.code == .overflow)
    for denominator in [Int64(0), -1, .min] {
      #expect(refusal { try most.proportion(1, of: denominator) }?.code == .invalid)
    }
    #expect(refusal { try most.proportion(.percent(.max)) }?.code == .overflow)
  }

  @Test(
    "Rates count millionths",
    arguments: [
      (Rate.percent(19), "19.00", "3.61"), (.basisPoints(725), "100.00", "7.25"),
      (Rate(partsPerMillion: 88_750), "10.00", "0.89"), (.zero, "10.00", "0.00"),
      (.percent(100), "0.01", "0.01"),
    ])
  func rates(rate: Rate, amount: String, share: String) throws {
    #expect(try Money(amount, .usd).proportion(rate) == Money(share, .usd))
  }

  private static let divisions: [(Int64, [Int64], [Int64])] = [
    (100, [1, 1, 1], [34, 33, 33]), (-100, [1, 1, 1], [-34, -33, -33]),
    (5, [0, 3, 7, 0], [0, 2, 3, 0]), (1, [1, 2], [0, 1]), (7, [7], [7]), (0, [0, 0], [0, 0]),
    (0, [], []), (3, [5, 5, 5, 5], [1, 1, 1, 0]), (.max, [.max, 0], [.max, 0]),
    (.min, [1, 1], [.min / 2, .min / 2]), (.max, [1, 1], [.max / 2 + 1, .max / 2]),
  ]

  @Test(
    "What is left over goes to those who lost most, of equal ones to the first",
    arguments: divisions)
  func allocated(units: Int64, weights: [Int64], parts: [Int64]) throws {
    let shares = try Money(minorUnits: units, .kwd).allocated(by: weights)
    #expect(shares.map(\.minorUnits) == parts)
  }

  @Test("Shares always add up, none is a unit off its due", arguments: UInt64(1)...20)
  func balance(seed: UInt64) throws {
    var numbers = SeededNumbers(seed)
    for _ in 0..<200 {
      let currency = Self.currencies.randomElement(using: &numbers) ?? .eur
      let large = Bool.random(using: &numbers)
      let units = Int64.random(in: large ? .min ... .max : -500...500, using: &numbers)
      var weights = (0...Int.random(in: 0...12, using: &numbers)).map { _ in
        Int64.random(in: 0...(large ? .max / 16 : 20), using: &numbers)
      }
      weights[0] += 1
      let shares = try Money(minorUnits: units, currency).allocated(by: weights)
      var sum = Money.zero(currency)
      let total = weights.reduce(0, +)
      for (share, weight) in zip(shares, weights) {
        sum = try sum + share
        let due = try Money(minorUnits: units, currency).proportion(
          weight, of: total, rounding: .towardZero)
        let extra = share.minorUnits.magnitude - due.minorUnits.magnitude
        #expect(extra <= 1 && (weight > 0 || share.minorUnits == 0))
      }
      #expect(sum == Money(minorUnits: units, currency))
    }
  }

  @Test("Weights that cannot be are refused, each by its place")
  func weights() throws {
    let one = Money(minorUnits: 1, .eur)
    #expect(
      refusal { try one.allocated(by: [1, -1, 2, .min]) }?.issues.map(\.field) == [
        "weights[1]", "weights[3]",
      ])
    #expect(refusal { try one.allocated(by: []) }?.issues.map(\.field) == ["weights"])
    #expect(refusal { try one.allocated(by: [0, 0]) }?.code == .invalid)
    #expect(refusal { try one.allocated(by: [.max, .max, .max]) }?.code == .overflow)
    #expect(try one.allocated(by: [.max, .max]).map(\.minorUnits) == [1, 0])
  }
}
