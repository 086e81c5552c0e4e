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
            sku: currency.rawValue, name: "A", price: Money(minorUnits: max(0, units), currency)
          ).id
        )
      }
      try await shop.crm.read { tx in
        #expect(try tx.customers.get(ids.0).attributes["credit"] == .money(money))
        #expect(try tx.catalogue.get(ids.1).price?.minorUnits == max(0, units))
        let found = try tx.records(of: CatalogueItem.self).count(where: {
          $0.price == Money(minorUnits: max(0, units), currency)
        })
        #expect(found == 1)
      }
    }
  }
}
