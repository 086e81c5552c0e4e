extension OrderRules {
  /// Where an order that is there already differs from the one to be placed, field by field.
  static func differences(
    between order: Order, _ lines: [OrderLine], and new: NewOrder, _ pricing: OrderPricing
  ) -> [CRMError.Issue] {
    var fields: [String] = []
    func compare(_ field: String, _ isSame: Bool) {
      if !isSame { fields.append(field) }
    }
    compare("customer", order.customer == new.customer)
    compare("placed_at", new.placedAt.map { $0 == order.placedAt } ?? true)
    compare("requested_at", new.requestedAt == order.requestedAt)
    compare("promised_at", new.promisedAt == order.promisedAt)
    compare("terms", new.terms == order.terms)
    compare("is_tax_included", new.isTaxIncluded == order.isTaxIncluded)
    compare("lines", lines.count == new.lines.count)
    for (index, (line, (new, price))) in zip(lines, zip(new.lines, pricing.lines)).enumerated() {
      let field = "lines[\(index)]"
      compare("\(field).item", line.item == new.item)
      compare("\(field).quantity", line.quantity == new.quantity)
      compare("\(field).amount", line.amount == new.amount)
      compare("\(field).specification", line.specification == kept(new.specification))
      compare("\(field).discount", line.discount == price.discount)
      compare("\(field).tax", line.tax == price.tax && line.taxRate == price.taxRate)
    }
    return fields.map { .init($0, "is not what was placed under the number") }
  }

  /// Where what is recorded under a reference differs from what is recorded there again.
  ///
  /// - Parameter fields: Whether each is the same.
  static func differences(_ fields: KeyValuePairs<String, Bool>) -> [CRMError.Issue] {
    fields.filter { !$0.value }.map {
      .init($0.key, "is not what was recorded under the reference")
    }
  }
}
