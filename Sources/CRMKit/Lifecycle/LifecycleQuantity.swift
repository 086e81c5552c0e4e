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
  /// Promises, questions and follow-ups still open.
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
