/// What happened that may earn points, as the host or the store's own orders tell it.
///
///     EarnRequest(
///       order: "77", at: paidAt, [EarnLine(try Money("9.99", .eur), item: "cd-1")])
public struct EarnRequest: Hashable, Sendable {
  /// What happened.
  public var cause: Cause

  /// When it happened.
  public var occurredAt: Instant

  /// What an order is made up of.
  public var lines: [EarnLine]

  /// How much of an order is paid with points.
  public var paidWithPoints: Money?

  /// What happened.
  public enum Cause: Hashable, Sendable {
    /// An order, by the host's number of it.
    case order(String)
    /// Something the host has a name for, with what it was about: the product of a review.
    case activity(String, subject: String? = nil)
    /// A birthday.
    case birthday
  }

  /// An order.
  public init(
    order: String, at occurredAt: Instant, _ lines: [EarnLine], paidWithPoints: Money? = nil
  ) {
    cause = .order(order)
    self.occurredAt = occurredAt
    self.lines = lines
    self.paidWithPoints = paidWithPoints
  }

  /// Something else that happened.
  public init(_ cause: Cause, at occurredAt: Instant) {
    self.cause = cause
    self.occurredAt = occurredAt
    lines = []
  }
}

/// A line of an order that may earn points.
public struct EarnLine: Hashable, Sendable {
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
    case giftCard
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
}
