/// That a customer came back who had stayed away, and whether a plan is credited with it.
///
/// Two things are recognised as a return: an order under a plan to win the customer back, and a
/// lifecycle's move from a stage of the kind lapsed or lost to one of the kind won back or active.
/// Who belongs to an account or a household comes back under its plan, too.
public struct Comeback: Record {
  /// What names it for good.
  public let id: Identifier<Comeback>

  /// The customer; under the plan of an account or a household the member who came back.
  public internal(set) var customer: Customer.ID

  /// When the customer came back.
  public internal(set) var returnedAt: Instant

  /// When that was recognised.
  public internal(set) var recognisedAt: Instant

  /// The order with which the customer did, if it was one.
  public internal(set) var order: Order.ID?

  /// What that order came to when it was placed.
  public internal(set) var value: Money?

  /// The lifecycle that told of it, where it was not an order under a plan.
  public internal(set) var lifecycle: String?

  /// The plan that is credited, or else the oldest that was open; `nil` where none was.
  public internal(set) var plan: Plan.ID?

  /// Whether the plan is credited with it.
  public internal(set) var isCredited: Bool

  /// Why it is, or is not.
  public internal(set) var reason: String

  /// The contact for which the plan is credited.
  public internal(set) var contact: Interaction.ID?

  /// When it turned out to be none, as the order was cancelled.
  public internal(set) var withdrawnAt: Instant?

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Comeback/customer``, for filters and sorting.
    public let customer = Field<Comeback, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``Comeback/returnedAt``, for filters and sorting.
    public let returnedAt = Field<Comeback, Instant>(
      "returned_at", { $0.returnedAt }, { $0.returnedAt = $1 })

    /// ``Comeback/recognisedAt``, for filters and sorting.
    public let recognisedAt = Field<Comeback, Instant>(
      "recognised_at", { $0.recognisedAt }, { $0.recognisedAt = $1 })

    /// ``Comeback/order``, for filters and sorting.
    public let order = Field<Comeback, Order.ID?>("order", { $0.order }, { $0.order = $1 })

    /// ``Comeback/value``, for filters and sorting.
    public let value = Field<Comeback, Money?>("value", { $0.value }, { $0.value = $1 })

    /// ``Comeback/lifecycle``, for filters and sorting.
    public let lifecycle = Field<Comeback, String?>(
      "lifecycle", { $0.lifecycle }, { $0.lifecycle = $1 })

    /// ``Comeback/plan``, for filters and sorting.
    public let plan = Field<Comeback, Plan.ID?>("plan", { $0.plan }, { $0.plan = $1 })

    /// ``Comeback/isCredited``, for filters and sorting.
    public let isCredited = Field<Comeback, Bool>(
      "is_credited", { $0.isCredited }, { $0.isCredited = $1 })

    /// ``Comeback/reason``, for filters and sorting.
    public let reason = Field<Comeback, String>("reason", { $0.reason }, { $0.reason = $1 })

    /// ``Comeback/contact``, for filters and sorting.
    public let contact = Field<Comeback, Interaction.ID?>(
      "contact", { $0.contact }, { $0.contact = $1 })

    /// ``Comeback/withdrawnAt``, for filters and sorting.
    public let withdrawnAt = Field<Comeback, Instant?>(
      "withdrawn_at", { $0.withdrawnAt }, { $0.withdrawnAt = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<Comeback>(
    "comebacks", fields,
    indexes: [
      .ordered(fields.customer, fields.recognisedAt), .ordered(fields.returnedAt),
      .ordered(fields.plan), .ordered(fields.order),
    ]
  ) {
    Comeback(
      id: $0, customer: .zero, returnedAt: .earliest, recognisedAt: .earliest, isCredited: false,
      reason: "")
  }
}
