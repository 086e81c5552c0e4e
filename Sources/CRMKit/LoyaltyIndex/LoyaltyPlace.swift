/// A customer's place in the matrix of behaviour and attitude, kept up by itself.
public struct LoyaltyPlace: Record {
  /// What names it for good.
  public let id: Identifier<LoyaltyPlace>

  /// The customer.
  public var customer: Customer.ID

  /// The place.
  public var standing: LoyaltyStanding

  /// Whether the customer's purchases were won by price alone.
  public var isWonByPrice: Bool

  /// Since when both are so.
  public var since: Instant

  /// When time alone changes one of them.
  var movesAt: Instant?

  /// The described fields.
  public struct Fields: Sendable {
    /// ``LoyaltyPlace/customer``, for filters and sorting.
    public let customer = Field<LoyaltyPlace, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``LoyaltyPlace/standing``, for filters and sorting.
    public let standing = Field<LoyaltyPlace, LoyaltyStanding>(
      "standing", { $0.standing }, { $0.standing = $1 })

    /// ``LoyaltyPlace/isWonByPrice``, for filters and sorting.
    public let isWonByPrice = Field<LoyaltyPlace, Bool>(
      "is_won_by_price", { $0.isWonByPrice }, { $0.isWonByPrice = $1 })

    /// ``LoyaltyPlace/since``, for filters and sorting.
    public let since = Field<LoyaltyPlace, Instant>("since", { $0.since }, { $0.since = $1 })

    let movesAt = Field<LoyaltyPlace, Instant?>("moves_at", { $0.movesAt }, { $0.movesAt = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<LoyaltyPlace>(
    "loyalty_places", fields, derived: true,
    indexes: [
      .unique(fields.customer), .ordered(fields.standing, fields.customer),
      .ordered(fields.isWonByPrice, fields.customer),
    ]
  ) {
    LoyaltyPlace(
      id: $0, customer: .zero, standing: .unknown, isWonByPrice: false, since: .earliest)
  }
}

/// A customer came to another place in the matrix, or began or ceased to be won by price alone.
public struct LoyaltyMoved: Event {
  /// The customer.
  public var customer: Customer.ID
  /// Where the customer was; `nil` where that was not measured.
  public var from: LoyaltyStanding?
  /// Where the customer is.
  public var to: LoyaltyStanding
  /// Whether the customer's purchases were won by price alone.
  public var isWonByPrice: Bool

  public static let name = "loyalty_index.moved"

  private struct Fields: Sendable {
    let customer = Field<LoyaltyMoved, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let from = Field<LoyaltyMoved, LoyaltyStanding?>("from", { $0.from }, { $0.from = $1 })
    let to = Field<LoyaltyMoved, LoyaltyStanding>("to", { $0.to }, { $0.to = $1 })
    let isWonByPrice = Field<LoyaltyMoved, Bool>(
      "is_won_by_price", { $0.isWonByPrice }, { $0.isWonByPrice = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: LoyaltyMoved(customer: .zero, to: .unknown, isWonByPrice: false))
}

/// The task to look at a customer when time has moved them.
struct LoyaltyLook: AgendaTask {
  var customer: Customer.ID

  var key: String { customer.description }

  static let name = "loyalty_index.look"

  private struct Fields: Sendable {
    let customer = Field<LoyaltyLook, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
  }

  static let layout = Layout(Fields(), blank: LoyaltyLook(customer: .zero))
}
