/// What is known of a customer in numbers, kept up to date with everything that happens.
///
/// The row of a customer has the customer's own identifier in its place, so it is found by that.
/// Money is kept by currency (``PurchaseMetrics``).
public struct CustomerMetrics: Record {
  /// What names the figures for good: the customer's identifier.
  public let id: Identifier<CustomerMetrics>

  /// The customer.
  public var customer: Customer.ID

  /// How many orders, those cancelled left out and those returned in.
  public var orders: Int

  /// How many units, those cancelled or returned left out.
  public var units: Int

  /// When the first order that was not cancelled was placed.
  public var firstOrderAt: Instant?

  /// When the last order that was not cancelled was placed.
  public var lastOrderAt: Instant?

  /// On how many days there were such orders; days are the firm's (``CRM/zone``).
  public var purchaseDays: Int

  /// How many gaps lie between these days, of each customer on their own.
  public var gaps: Int

  /// How many days all gaps have together.
  public var gapDays: Int

  /// The squares of the gaps, in days, added up.
  public var gapDaySquares: Int

  /// How often the customer turned to the firm; placing an order is one such contact.
  public var inboundContacts: Int

  /// How often the firm turned to the customer.
  public var outboundContacts: Int

  /// When the first contact was; notes among staff are none.
  public var firstContactAt: Instant?

  /// When the customer last turned to the firm.
  public var lastInboundAt: Instant?

  /// When the firm last turned to the customer.
  public var lastOutboundAt: Instant?

  /// The contacts by channel, in the order of the channels' names.
  public var channels: [ChannelFigures]

  /// The contact that was the last, of several at one instant the one recorded last.
  var lastContact: Interaction.ID?

  /// Who turned to whom in it.
  var lastDirection: Interaction.Direction?

  /// The number of the last event that was in the records when these were last read whole.
  var countedTo: Int64

  var details = Aside<CustomerMetricsDetails>()

  /// When the last contact was, whoever turned to whom.
  public var lastContactAt: Instant? {
    guard let lastInboundAt, let lastOutboundAt else { return lastInboundAt ?? lastOutboundAt }
    return max(lastInboundAt, lastOutboundAt)
  }

  /// The gaps between days of purchase.
  public var rhythm: PurchaseRhythm {
    PurchaseRhythm(gaps: gaps, days: gapDays, daySquares: gapDaySquares)
  }
}

extension CustomerMetrics {
  /// The described fields.
  public struct Fields: Sendable {
    /// ``CustomerMetrics/customer``, for filters and sorting.
    public let customer = Field<CustomerMetrics, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``CustomerMetrics/orders``, for filters and sorting.
    public let orders = Field<CustomerMetrics, Int>("orders", { $0.orders }, { $0.orders = $1 })

    /// ``CustomerMetrics/units``, for filters and sorting.
    public let units = Field<CustomerMetrics, Int>("units", { $0.units }, { $0.units = $1 })

    /// ``CustomerMetrics/firstOrderAt``, for filters and sorting.
    public let firstOrderAt = Field<CustomerMetrics, Instant?>(
      "first_order_at", { $0.firstOrderAt }, { $0.firstOrderAt = $1 })

    /// ``CustomerMetrics/lastOrderAt``, for filters and sorting.
    public let lastOrderAt = Field<CustomerMetrics, Instant?>(
      "last_order_at", { $0.lastOrderAt }, { $0.lastOrderAt = $1 })

    /// ``CustomerMetrics/purchaseDays``, for filters and sorting.
    public let purchaseDays = Field<CustomerMetrics, Int>(
      "purchase_days", { $0.purchaseDays }, { $0.purchaseDays = $1 })

    /// ``CustomerMetrics/gaps``, for filters and sorting.
    public let gaps = Field<CustomerMetrics, Int>("gaps", { $0.gaps }, { $0.gaps = $1 })

    /// ``CustomerMetrics/gapDays``, for filters and sorting.
    public let gapDays = Field<CustomerMetrics, Int>(
      "gap_days", { $0.gapDays }, { $0.gapDays = $1 })

    /// ``CustomerMetrics/gapDaySquares``, for filters and sorting.
    public let gapDaySquares = Field<CustomerMetrics, Int>(
      "gap_day_squares", { $0.gapDaySquares }, { $0.gapDaySquares = $1 })

    /// ``CustomerMetrics/inboundContacts``, for filters and sorting.
    public let inboundContacts = Field<CustomerMetrics, Int>(
      "inbound_contacts", { $0.inboundContacts }, { $0.inboundContacts = $1 })

    /// ``CustomerMetrics/outboundContacts``, for filters and sorting.
    public let outboundContacts = Field<CustomerMetrics, Int>(
      "outbound_contacts", { $0.outboundContacts }, { $0.outboundContacts = $1 })

    /// ``CustomerMetrics/firstContactAt``, for filters and sorting.
    public let firstContactAt = Field<CustomerMetrics, Instant?>(
      "first_contact_at", { $0.firstContactAt }, { $0.firstContactAt = $1 })

    /// ``CustomerMetrics/lastInboundAt``, for filters and sorting.
    public let lastInboundAt = Field<CustomerMetrics, Instant?>(
      "last_inbound_at", { $0.lastInboundAt }, { $0.lastInboundAt = $1 })

    /// ``CustomerMetrics/lastOutboundAt``, for filters and sorting.
    public let lastOutboundAt = Field<CustomerMetrics, Instant?>(
      "last_outbound_at", { $0.lastOutboundAt }, { $0.lastOutboundAt = $1 })

    /// ``CustomerMetrics/lastContactAt``, for filters and sorting.
    public let lastContactAt = Field<CustomerMetrics, Instant?>(derived: "last_contact_at") {
      $0.lastContactAt
    }

    /// ``CustomerMetrics/channels``, for filters and sorting.
    public let channels = Field<CustomerMetrics, [ChannelFigures]>(
      "channels", { $0.channels }, { $0.channels = $1 })

    let lastContact = Field<CustomerMetrics, Interaction.ID?>(
      "last_contact", { $0.lastContact }, { $0.lastContact = $1 })

    let lastDirection = Field<CustomerMetrics, Interaction.Direction?>(
      "last_direction", { $0.lastDirection }, { $0.lastDirection = $1 })

    let countedTo = Field<CustomerMetrics, Int64>(
      "counted_to", { $0.countedTo }, { $0.countedTo = $1 })

    /// ``CustomerMetrics/cancelledOrders``, for filters and sorting.
    public let cancelledOrders = Field<CustomerMetrics, Int>(
      "cancelled_orders", { $0.cancelledOrders }, { $0.cancelledOrders = $1 })

    /// ``CustomerMetrics/returns``, for filters and sorting.
    public let returns = Field<CustomerMetrics, Int>(
      "returns", { $0.returns }, { $0.returns = $1 })

    /// ``CustomerMetrics/returnedUnits``, for filters and sorting.
    public let returnedUnits = Field<CustomerMetrics, Int>(
      "returned_units", { $0.returnedUnits }, { $0.returnedUnits = $1 })

    /// ``CustomerMetrics/answers``, for filters and sorting.
    public let answers = Field<CustomerMetrics, Int>(
      "answers", { $0.answers }, { $0.answers = $1 })

    /// ``CustomerMetrics/answerMilliseconds``, for filters and sorting.
    public let answerMilliseconds = Field<CustomerMetrics, Int>(
      "answer_milliseconds", { $0.answerMilliseconds }, { $0.answerMilliseconds = $1 })

    /// ``CustomerMetrics/responses``, for filters and sorting.
    public let responses = Field<CustomerMetrics, Int>(
      "responses", { $0.responses }, { $0.responses = $1 })

    /// ``CustomerMetrics/responseMilliseconds``, for filters and sorting.
    public let responseMilliseconds = Field<CustomerMetrics, Int>(
      "response_milliseconds", { $0.responseMilliseconds }, { $0.responseMilliseconds = $1 })

    /// ``CustomerMetrics/waitingSince``, for filters and sorting.
    public let waitingSince = Field<CustomerMetrics, Instant?>(
      "waiting_since", { $0.waitingSince }, { $0.waitingSince = $1 })

    /// ``CustomerMetrics/promisesKept``, for filters and sorting.
    public let promisesKept = Field<CustomerMetrics, Int>(
      "promises_kept", { $0.promisesKept }, { $0.promisesKept = $1 })

    /// ``CustomerMetrics/promisesBroken``, for filters and sorting.
    public let promisesBroken = Field<CustomerMetrics, Int>(
      "promises_broken", { $0.promisesBroken }, { $0.promisesBroken = $1 })

    /// ``CustomerMetrics/questionsAnswered``, for filters and sorting.
    public let questionsAnswered = Field<CustomerMetrics, Int>(
      "questions_answered", { $0.questionsAnswered }, { $0.questionsAnswered = $1 })

    /// ``CustomerMetrics/openCommitments``, for filters and sorting.
    public let openCommitments = Field<CustomerMetrics, Int>(
      "open_commitments", { $0.openCommitments }, { $0.openCommitments = $1 })

    /// ``CustomerMetrics/complaints``, for filters and sorting.
    public let complaints = Field<CustomerMetrics, Int>(
      "complaints", { $0.complaints }, { $0.complaints = $1 })

    /// ``CustomerMetrics/openComplaints``, for filters and sorting.
    public let openComplaints = Field<CustomerMetrics, Int>(
      "open_complaints", { $0.openComplaints }, { $0.openComplaints = $1 })

    /// ``CustomerMetrics/costs``, for filters and sorting.
    public let costs = Field<CustomerMetrics, [CustomerCost]>(
      "costs", { $0.costs }, { $0.costs = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<CustomerMetrics>(
    "customer_metrics", fields, derived: true, indexes: [.unique(fields.customer)]
  ) {
    CustomerMetrics(id: $0, customer: .zero)
  }

  /// The figures of a customer of whom nothing is known.
  init(_ customer: Customer.ID) {
    self.init(id: CustomerMetrics.identifier(of: customer), customer: customer)
  }

  private init(id: Identifier<CustomerMetrics>, customer: Customer.ID) {
    self.init(
      id: id, customer: customer, orders: 0, units: 0, purchaseDays: 0, gaps: 0, gapDays: 0,
      gapDaySquares: 0, inboundContacts: 0, outboundContacts: 0, channels: [], countedTo: 0)
  }

  static func identifier(of customer: Customer.ID) -> Identifier<CustomerMetrics> {
    Identifier(high: customer.high, low: customer.low)
  }
}
