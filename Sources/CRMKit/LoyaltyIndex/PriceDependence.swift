/// What price has to do with a customer's purchases.
public struct PriceDependence: Sendable, Hashable {
  /// How many orders there are, those cancelled left out.
  public let orders: Int

  /// How many of them were won by a discount.
  public let atDiscount: Int

  /// Offers after which the customer bought at full price within their own rhythm.
  public let followed: Int

  /// Offers after which nothing came within it.
  public let dropped: Int

  /// Until when a purchase at full price is waited for after the last offer, if it is.
  public let waitingUntil: Instant?

  /// What was taken off all orders, by currency.
  public let reductions: [Reduction]

  /// Why the customer is taken to be won by price alone; empty where they are not.
  public let reasons: [Reason]

  /// Whether purchases were won by price alone.
  public var isWonByPrice: Bool { !reasons.isEmpty }

  /// What was taken off a customer's orders in one currency; kept within 64 bits of minor units.
  public struct Reduction: Described, Codable {
    /// What the orders came to before.
    public var full: Money
    /// What was taken off.
    public var off: Money

    private struct Fields: Sendable {
      let full = Field<Reduction, Money>("full", { $0.full }, { $0.full = $1 })
      let off = Field<Reduction, Money>("off", { $0.off }, { $0.off = $1 })
    }

    public static let layout = Layout(
      Fields(), blank: Reduction(full: .zero(.eur), off: .zero(.eur)))
  }

  /// Why a customer is taken to be won by price alone.
  public enum Reason: Sendable, Hashable, CustomStringConvertible {
    /// So many of so many orders were won by a discount.
    case bought(atDiscount: Int, of: Int)
    /// After so many of so many offers that ended nothing came at full price in time.
    case left(afterOffers: Int, of: Int)

    public var description: String {
      switch self {
      case .bought(let count, let all): "\(count) of \(all) orders were won by a discount"
      case .left(let count, let all):
        "nothing followed at full price on \(count) of \(all) offers that ended"
      }
    }
  }
}
