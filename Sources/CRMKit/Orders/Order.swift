/// What a customer ordered, and what became of it.
///
/// What was agreed (who, when, what for how much, on which terms) never changes once the order is
/// placed; what happens afterwards is told by events and counted beside it.
public struct Order: Versioned {
  /// What names the order for good.
  public let id: Identifier<Order>

  /// The host's own number of the order, held by one order.
  public internal(set) var number: String

  /// The customer who ordered.
  public internal(set) var customer: Customer.ID

  /// How far it is: the last stage that all of it has reached.
  public internal(set) var status: Status

  /// When it was placed.
  public internal(set) var placedAt: Instant

  /// When it was promised to be delivered, if it was.
  public internal(set) var promisedAt: Instant?

  /// When all of it was delivered or cancelled.
  public internal(set) var closedAt: Instant?

  /// Whether the promise passed before the order was delivered or cancelled; of an open one,
  /// whether that was told (``OrderOperations/late(against:asOf:limit:)`` goes by the time).
  public internal(set) var isLate: Bool

  /// How many units were ordered in all.
  public internal(set) var units: Int

  /// How many of them were called off before they were sent.
  public internal(set) var cancelledUnits: Int

  /// How many were made ready to be sent, those sent included.
  public internal(set) var pickedUnits: Int

  /// How many were sent, those delivered included.
  public internal(set) var shippedUnits: Int

  /// How many reached the customer, those that came back included.
  public internal(set) var deliveredUnits: Int

  /// How many came back.
  public internal(set) var returnedUnits: Int

  /// What is taken off, on all lines together.
  public internal(set) var discount: Money

  /// The tax, on all lines together.
  public internal(set) var tax: Money

  /// Whether the amounts of the lines have the tax in them, or it comes on top.
  public internal(set) var isTaxIncluded: Bool

  /// What the customer agreed to pay.
  public internal(set) var total: Money

  /// What cancelled and returned units came to.
  public internal(set) var credited: Money

  /// What came in.
  public internal(set) var paid: Money

  /// What went back to the customer.
  public internal(set) var refunded: Money

  public var modifiedAt: Instant

  public var version: Int

  /// What few orders have.
  var details = Aside<OrderDetails>()

  /// The stages of an order.
  ///
  /// An order is at the last stage that all of its units have reached, those cancelled left out:
  /// one of which half is shipped is still picked, and ``shippedUnits`` says how much is gone.
  public enum Status: String, Sendable, Codable, FieldValue, CaseIterable {
    /// Ordered.
    case placed
    /// Paid in full, not yet picked.
    case paid
    /// Ready to be sent.
    case picked
    /// On its way.
    case shipped
    /// With the customer.
    case delivered
    /// Called off before anything was sent.
    case cancelled
    /// All of it came back.
    case returned
  }

  /// What the amounts of the lines add up to.
  public var subtotal: Money {
    // It was computed when the order was placed, so that it is known to fit.
    let added = isTaxIncluded ? 0 : tax.minorUnits
    return Money(minorUnits: total.minorUnits &- added &+ discount.minorUnits, total.currency)
  }

  /// What it comes to in the end: the total, less what cancelled and returned units came to, or
  /// less what was refunded where that is more.
  public var value: Money {
    Money(
      minorUnits: total.minorUnits &- max(credited.minorUnits, refunded.minorUnits),
      total.currency)
  }

  /// What is still to be paid; negative where the firm owes the customer.
  public var outstanding: Money {
    Money(
      minorUnits: value.minorUnits &- paid.minorUnits &+ refunded.minorUnits, total.currency)
  }

  /// How many units are neither sent nor cancelled.
  public var openUnits: Int { units - cancelledUnits - shippedUnits }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Order/number``, for filters and sorting.
    public let number = Field<Order, String>("number", { $0.number }, { $0.number = $1 })

    /// ``Order/customer``, for filters and sorting.
    public let customer = Field<Order, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``Order/status``, for filters and sorting.
    public let status = Field<Order, Status>("status", { $0.status }, { $0.status = $1 })

    /// ``Order/placedAt``, for filters and sorting.
    public let placedAt = Field<Order, Instant>("placed_at", { $0.placedAt }, { $0.placedAt = $1 })

    /// ``Order/requestedAt``, for filters and sorting.
    public let requestedAt = Field<Order, Instant?>(
      "requested_at", { $0.requestedAt }, { $0.requestedAt = $1 })

    /// ``Order/isLaterThanRequested``, for filters and sorting.
    public let isLaterThanRequested = Field<Order, Bool>(
      "is_later_than_requested", { $0.isLaterThanRequested }, { $0.isLaterThanRequested = $1 })

    /// ``Order/promisedAt``, for filters and sorting.
    public let promisedAt = Field<Order, Instant?>(
      "promised_at", { $0.promisedAt }, { $0.promisedAt = $1 })

    /// ``Order/partlyClosedAt``, for filters and sorting.
    public let partlyClosedAt = Field<Order, Instant?>(
      "partly_closed_at", { $0.partlyClosedAt }, { $0.partlyClosedAt = $1 })

    /// ``Order/handedOverAt``, for filters and sorting.
    public let handedOverAt = Field<Order, Instant?>(
      "handed_over_at", { $0.handedOverAt }, { $0.handedOverAt = $1 })

    /// ``Order/closedAt``, for filters and sorting.
    public let closedAt = Field<Order, Instant?>("closed_at", { $0.closedAt }, { $0.closedAt = $1 })

    /// ``Order/isLate``, for filters and sorting.
    public let isLate = Field<Order, Bool>("is_late", { $0.isLate }, { $0.isLate = $1 })

    /// ``Order/units``, for filters and sorting.
    public let units = Field<Order, Int>("units", { $0.units }, { $0.units = $1 })

    /// ``Order/cancelledUnits``, for filters and sorting.
    public let cancelledUnits = Field<Order, Int>(
      "cancelled_units", { $0.cancelledUnits }, { $0.cancelledUnits = $1 })

    /// ``Order/pickedUnits``, for filters and sorting.
    public let pickedUnits = Field<Order, Int>(
      "picked_units", { $0.pickedUnits }, { $0.pickedUnits = $1 })

    /// ``Order/shippedUnits``, for filters and sorting.
    public let shippedUnits = Field<Order, Int>(
      "shipped_units", { $0.shippedUnits }, { $0.shippedUnits = $1 })

    /// ``Order/deliveredUnits``, for filters and sorting.
    public let deliveredUnits = Field<Order, Int>(
      "delivered_units", { $0.deliveredUnits }, { $0.deliveredUnits = $1 })

    /// ``Order/returnedUnits``, for filters and sorting.
    public let returnedUnits = Field<Order, Int>(
      "returned_units", { $0.returnedUnits }, { $0.returnedUnits = $1 })

    /// ``Order/discount``, for filters and sorting.
    public let discount = Field<Order, Money>("discount", { $0.discount }, { $0.discount = $1 })

    /// ``Order/tax``, for filters and sorting.
    public let tax = Field<Order, Money>("tax", { $0.tax }, { $0.tax = $1 })

    /// ``Order/isTaxIncluded``, for filters and sorting.
    public let isTaxIncluded = Field<Order, Bool>(
      "is_tax_included", { $0.isTaxIncluded }, { $0.isTaxIncluded = $1 })

    /// ``Order/total``, for filters and sorting.
    public let total = Field<Order, Money>("total", { $0.total }, { $0.total = $1 })

    /// ``Order/credited``, for filters and sorting.
    public let credited = Field<Order, Money>("credited", { $0.credited }, { $0.credited = $1 })

    /// ``Order/paid``, for filters and sorting.
    public let paid = Field<Order, Money>("paid", { $0.paid }, { $0.paid = $1 })

    /// ``Order/refunded``, for filters and sorting.
    public let refunded = Field<Order, Money>("refunded", { $0.refunded }, { $0.refunded = $1 })

    /// ``Order/terms``, for filters and sorting.
    public let terms = Field<Order, OrderTerms?>("terms", { $0.terms }, { $0.terms = $1 })
      .personal()

    /// ``Order/disputes``, for filters and sorting.
    public let disputes = Field<Order, Int>("disputes", { $0.disputes }, { $0.disputes = $1 })

    /// ``Order/openDisputes``, for filters and sorting.
    public let openDisputes = Field<Order, Int>(
      "open_disputes", { $0.openDisputes }, { $0.openDisputes = $1 })

    /// ``Order/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<Order, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``Order/version``, for filters and sorting.
    public let version = Field<Order, Int>("version", { $0.version }, { $0.version = $1 })

    /// Whether something of it is neither delivered nor cancelled.
    public let isOpen = Field<Order, Bool>(derived: "is_open") { $0.closedAt == nil }

    /// The earlier of ``Order/promisedAt`` and ``Order/requestedAt``, of an order that is open.
    public let firstDueAt = Field<Order, Instant?>(derived: "first_due_at") { order in
      order.closedAt == nil ? [order.promisedAt, order.requestedAt].compactMap { $0 }.min() : nil
    }
  }

  public static let fields = Fields()

  public static let schema = Schema<Order>(
    "orders", fields,
    indexes: [
      .unique(fields.number), .ordered(fields.customer, fields.placedAt),
      .ordered(fields.placedAt), .ordered(fields.isOpen, fields.promisedAt),
      .ordered(fields.isOpen, fields.requestedAt), .ordered(fields.customer, fields.firstDueAt),
    ]
  ) {
    Order(id: $0, number: "", customer: .zero, placedAt: .earliest, units: 0, total: .zero(.eur))
  }
}

extension Order {
  /// An order of which nothing has happened yet.
  init(
    id: Order.ID, number: String, customer: Customer.ID, placedAt: Instant, units: Int,
    total: Money
  ) {
    let nothing = Money.zero(total.currency)
    self.init(
      id: id, number: number, customer: customer, status: .placed, placedAt: placedAt,
      isLate: false, units: units, cancelledUnits: 0, pickedUnits: 0, shippedUnits: 0,
      deliveredUnits: 0, returnedUnits: 0, discount: nothing, tax: nothing, isTaxIncluded: false,
      total: total, credited: nothing, paid: nothing, refunded: nothing, modifiedAt: .earliest,
      version: 1)
  }
}
