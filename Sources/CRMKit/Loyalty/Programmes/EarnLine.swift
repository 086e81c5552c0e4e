/// A line of an order that may earn points.
public struct EarnLine: Described {
  /// What the customer pays for it, discounts taken off and tax put on.
  public var amount: Money

  /// The tax in the amount.
  public var tax: Money

  /// How many units.
  public var quantity: Int

  /// The host's number of the item.
  public var item: String?

  /// The category it is sold under.
  public var category: String?

  /// What kind of line it is.
  public var kind: Kind

  /// What kind of line it is.
  public enum Kind: String, Sendable, Codable, CaseIterable, FieldValue {
    /// Something that is sold.
    case item
    /// The sending of it.
    case shipping
    /// A gift card.
    case giftCard = "gift_card"
  }

  /// A line.
  public init(
    _ amount: Money, tax: Money? = nil, quantity: Int = 1, item: String? = nil,
    category: String? = nil, kind: Kind = .item
  ) {
    self.amount = amount
    self.tax = tax ?? .zero(amount.currency)
    self.quantity = quantity
    self.item = item
    self.category = category
    self.kind = kind
  }

  private struct Fields: Sendable {
    let amount = Field<EarnLine, Money>("amount", { $0.amount }, { $0.amount = $1 })
    let tax = Field<EarnLine, Money>("tax", { $0.tax }, { $0.tax = $1 })
    let quantity = Field<EarnLine, Int>("quantity", { $0.quantity }, { $0.quantity = $1 })
    let item = Field<EarnLine, String?>("item", { $0.item }, { $0.item = $1 })
    let category = Field<EarnLine, String?>("category", { $0.category }, { $0.category = $1 })
    let kind = Field<EarnLine, Kind>("kind", { $0.kind }, { $0.kind = $1 })
  }

  public static let layout = Layout(Fields(), blank: EarnLine(.zero(.eur)))
}

extension EarnLine {
  /// Looks whether it makes sense.
  func check(in currency: Currency, at index: Int) throws(LoyaltyError) {
    guard amount.currency == currency, tax.currency == currency else {
      throw LoyaltyError(.currencyMismatch, "lines[\(index)] beside \(currency.rawValue)")
    }
    guard amount.minorUnits >= 0 else {
      throw LoyaltyError(
        .invalidAmount, requested: amount.minorUnits, allowed: 0, "lines[\(index)].amount")
    }
    guard (0...amount.minorUnits).contains(tax.minorUnits) else {
      throw LoyaltyError(
        .invalidAmount, requested: tax.minorUnits, allowed: 0, "lines[\(index)].tax")
    }
    guard quantity > 0 else {
      throw LoyaltyError(
        .invalidAmount, requested: Int64(quantity), allowed: 1, "lines[\(index)].quantity")
    }
  }
}
