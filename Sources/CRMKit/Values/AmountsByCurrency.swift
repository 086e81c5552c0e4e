/// Amounts that add up by currency.
struct AmountsByCurrency {
  private var amounts: [Currency: Money] = [:]

  /// The sums, in the order of their currencies' codes.
  var sorted: [Money] {
    amounts.values.sorted {
      $0.currency.rawValue.utf8.lexicographicallyPrecedes($1.currency.rawValue.utf8)
    }
  }

  /// Adds an amount.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  mutating func add(_ amount: Money) throws(CRMError) {
    let sum = amounts[amount.currency] ?? .zero(amount.currency)
    amounts[amount.currency] = try sum + amount
  }
}
