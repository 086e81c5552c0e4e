/// What a catalogue item must be like.
enum CatalogueRules {
  /// More than there are currencies.
  static let mostPrices = 200

  /// Every problem of an item, field by field.
  static func problems(of item: CatalogueItem) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    for (field, text, longest) in [
      ("sku", item.sku, 100), ("name", item.name, 500), ("category", item.category ?? "-", 200),
      ("unit", item.unit ?? "-", 50), ("details", item.details ?? "-", 10_000),
    ] {
      problems += TextRules.problems(of: text, in: field, within: longest)
    }
    return problems + factProblems("features", item.features) + priceProblems(item.prices)
  }

  private static func priceProblems(_ prices: [Money]) -> [CRMError.Issue] {
    guard prices.count <= mostPrices else {
      return [.init("prices", "has more than \(mostPrices) entries")]
    }
    var problems: [CRMError.Issue] = []
    var currencies: Set<Currency> = []
    for (index, price) in prices.enumerated() {
      if price.minorUnits < 0 { problems.append(.init("prices[\(index)]", "is negative")) }
      if !currencies.insert(price.currency).inserted {
        problems.append(
          .init("prices[\(index)]", "is a second price in \(price.currency.rawValue)"))
      }
    }
    return problems
  }
}
