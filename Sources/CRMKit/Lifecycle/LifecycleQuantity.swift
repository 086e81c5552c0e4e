/// A number kept on a customer that rules compare; see ``CustomerMetrics`` and ``PurchaseMetrics``.
public enum LifecycleQuantity: Hashable, Sendable, Codable {
  /// Orders that stand: those cancelled left out.
  case orders
  /// Units of them.
  case units
  /// Orders called off.
  case cancelledOrders
  /// How often goods came back.
  case returns
  /// Days on which something was bought.
  case purchaseDays
  /// What was bought for in a currency, in its minor units.
  case revenue(Currency)
  /// Contacts from the customer.
  case inboundContacts
  /// Contacts from the firm.
  case outboundContacts
  /// Promises kept in time.
  case promisesKept
  /// Promises kept late, or not.
  case promisesBroken
  /// Promises, questions, follow-ups and tasks still open.
  case openCommitments
  /// Complaints in all.
  case complaints
  /// Complaints still open.
  case openComplaints
  /// The sum of a figure of the host's own (``Metric``).
  case figure(String)
  /// The value of a score (``ScoreModel``), which time changes too.
  case score(String)
}

extension LifecycleQuantity {
  /// What it comes to in figures; zero for what is not in them: money, a host's own, scores.
  func count(in metrics: CustomerMetrics) -> Int {
    switch self {
    case .orders: metrics.orders
    case .units: metrics.units
    case .cancelledOrders: metrics.cancelledOrders
    case .returns: metrics.returns
    case .purchaseDays: metrics.purchaseDays
    case .inboundContacts: metrics.inboundContacts
    case .outboundContacts: metrics.outboundContacts
    case .promisesKept: metrics.promisesKept
    case .promisesBroken: metrics.promisesBroken
    case .openCommitments: metrics.openCommitments
    case .complaints: metrics.complaints
    case .openComplaints: metrics.openComplaints
    case .revenue, .figure, .score: 0
    }
  }
}

extension LifecycleQuantity: CustomStringConvertible {
  public var description: String {
    switch self {
    case .orders: "orders"
    case .units: "units"
    case .cancelledOrders: "cancelled orders"
    case .returns: "returns"
    case .purchaseDays: "days of purchases"
    case .revenue(let currency): "revenue in \(currency.rawValue)"
    case .inboundContacts: "contacts from the customer"
    case .outboundContacts: "contacts from the firm"
    case .promisesKept: "promises kept"
    case .promisesBroken: "promises broken"
    case .openCommitments: "open commitments"
    case .complaints: "complaints"
    case .openComplaints: "open complaints"
    case .figure(let name): name
    case .score(let name): "the score “\(name)”"
    }
  }
}
