/// What a customer cost the firm, of one kind and in one currency.
public struct CustomerCost: Described, Codable {
  /// For what it was spent.
  public var kind: Kind

  /// How much.
  public var amount: Money

  /// For what money is spent on a customer.
  public struct Kind: Hashable, Sendable, Codable, RawRepresentable, FieldValue {
    /// The stored name.
    public let rawValue: String

    /// A kind by its stored name.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// Contacts and notes (``Interaction/cost``); of several customers the first one bears it.
    public static let interaction = Kind(rawValue: "interaction")
  }

  private struct Fields: Sendable {
    let kind = Field<CustomerCost, Kind>("kind", { $0.kind }, { $0.kind = $1 })
    let amount = Field<CustomerCost, Money>("amount", { $0.amount }, { $0.amount = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: CustomerCost(kind: .interaction, amount: .zero(.eur)))
}

extension [CustomerCost] {
  /// The same with a cost more.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  mutating func add(_ cost: CustomerCost) throws(CRMError) {
    let currency = cost.amount.currency
    guard
      let index = firstIndex(where: { $0.kind == cost.kind && $0.amount.currency == currency })
    else {
      append(cost)
      sort { a, b in
        a.kind == b.kind
          ? a.amount.currency.rawValue.utf8.lexicographicallyPrecedes(
            b.amount.currency.rawValue.utf8)
          : a.kind.rawValue.utf8.lexicographicallyPrecedes(b.kind.rawValue.utf8)
      }
      return
    }
    self[index].amount = try self[index].amount + cost.amount
  }
}
