import CRMKit
import CRMTesting
import Testing

@Suite("The page on currencies")
struct CurrenciesPageTests {
  @Test("Documentation/Currencies.md")
  func currencies() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let page = "Documentation/Currencies.md"
    let clock = TestClock("2026-03-02T10:00:00Z")
    let crm = try await CRM(
      storage: MemoryStorage(),
      capabilities: CRM.standardCapabilities.replacing(
        ExchangeRates(by: .through(.eur), reporting: .eur)),
      clock: clock)
    try await crm.write { tx in
      for (text, currency) in [("1.0835", Currency.usd), ("161.5", .jpy)] {
        guard let rate = Ratio(text) else { continue }
        try tx.exchangeRates.record(rate, from: .eur, to: currency, source: .system("bank"))
      }
      let conversion = try tx.exchangeRates.convert(try Money("100.00", .usd), to: .eur)
      print(conversion)
      print(try tx.exchangeRates.convert(try Money("100.00", .usd), to: .jpy).steps.count)
    }
    try output.isShown(on: page)
    try await crm.write { tx in
      let yuna = try tx.customers.add(.person("김유나"))
      let tea = try tx.catalogue.add(sku: "TEA-50", name: "Green tea, 50 g")
      for (number, amount) in [try Money("21.67", .usd), try Money("8.90", .eur)].enumerated() {
        try tx.orders.place(
          NewOrder(
            number: "\(number)", customer: yuna.id, lines: [.init(tea.id, amount: amount)]))
      }
      let file = try tx.customers.file(of: yuna.id)
      if let total = file.purchaseTotal?.total { print(total) }
      for conversion in file.purchaseTotal?.conversions ?? [] {
        print(conversion.amount, conversion.result)
      }
    }
    try output.isShown(on: page)
  }
}
