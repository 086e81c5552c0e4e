/// What a catalogue item must be like.
enum CatalogueRules {
  /// Every problem of an item, field by field.
  static func problems(of item: CatalogueItem) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    for (field, text, longest) in [
      ("sku", item.sku, 100), ("name", item.name, 500), ("category", item.category ?? "-", 200),
    ] {
      if trimmed(text).isEmpty { problems.append(.init(field, "is empty")) }
      if !isKept(text, within: longest) {
        problems.append(.init(field, "has more than \(longest) bytes"))
      }
      if text.utf8.contains(0) { problems.append(.init(field, "contains the NUL character")) }
    }
    if let price = item.price, price.minorUnits < 0 {
      problems.append(.init("price", "is negative"))
    }
    return problems
  }
}
