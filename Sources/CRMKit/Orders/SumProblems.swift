/// What is wrong with the sums of an order, each problem once.
///
/// It computes on with nothing where something does not fit, so that all problems are found.
struct SumProblems {
  private(set) var issues: [CRMError.Issue] = []
  private var isOverflowOnly = true

  var isEmpty: Bool { issues.isEmpty }

  /// The failure they are.
  var error: CRMError {
    guard isOverflowOnly else { return .invalid("orders", issues) }
    return CRMError(
      .overflow, "The order comes to more than 64 bits of minor units.",
      recovery: "Use smaller amounts.", issues: issues, record: "orders")
  }

  mutating func add(_ field: String, _ problem: String) {
    isOverflowOnly = false
    note(field, problem)
  }

  mutating func sum(_ a: Money, _ b: Money) -> Money {
    fitting("lines", a.currency) { () throws(CRMError) in try a + b }
  }

  mutating func difference(_ a: Money, _ b: Money) -> Money {
    fitting("lines", a.currency) { () throws(CRMError) in try a - b }
  }

  mutating func part(_ portion: Portion?, of amount: Money, _ field: String) -> Money {
    switch portion {
    case .amount(let part)?: part
    case .rate(let rate)?:
      fitting(field, amount.currency) { () throws(CRMError) in try amount.proportion(rate) }
    case nil: .zero(amount.currency)
    }
  }

  mutating func tax(_ tax: Portion, on net: Money, isIncluded: Bool, _ field: String) -> Money {
    guard case .rate(let rate) = tax, isIncluded else { return part(tax, of: net, field) }
    return fitting(field, net.currency) { () throws(CRMError) in
      try net.proportion(rate.partsPerMillion, of: 1_000_000 + rate.partsPerMillion)
    }
  }

  /// Shares of an amount that stand to each other as parts do; none where they come to nothing.
  mutating func shares(of amount: Money, by parts: [Money], _ field: String) -> [Money] {
    do throws(CRMError) {
      return try amount.allocated(by: parts.map(\.minorUnits))
    } catch {
      note(field, "comes to more than 64 bits of minor units")
      return parts.map { _ in .zero(amount.currency) }
    }
  }

  private mutating func fitting(
    _ field: String, _ currency: Currency, _ body: () throws(CRMError) -> Money
  ) -> Money {
    do throws(CRMError) {
      return try body()
    } catch {
      note(field, "\(field == "lines" ? "come" : "comes") to more than 64 bits of minor units")
      return .zero(currency)
    }
  }

  private mutating func note(_ field: String, _ problem: String) {
    let issue = CRMError.Issue(field, problem)
    if !issues.contains(issue) { issues.append(issue) }
  }
}
