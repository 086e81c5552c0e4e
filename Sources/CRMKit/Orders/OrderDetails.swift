/// What few orders have, kept apart so that the others stay small.
struct OrderDetails: SetAside {
  var requestedAt: Instant?
  var partlyClosedAt: Instant?
  var terms: OrderTerms?
  var disputes = 0
  var openDisputes = 0
}

extension Order {
  /// When the customer asked to have it, if they did.
  public internal(set) var requestedAt: Instant? {
    get { details.held?.row.requestedAt }
    set { details.change { $0.requestedAt = newValue } }
  }

  /// When a part of it was last delivered or cancelled, of an order that is open.
  public internal(set) var partlyClosedAt: Instant? {
    get { details.held?.row.partlyClosedAt }
    set { details.change { $0.partlyClosedAt = newValue } }
  }

  /// The terms the customer accepted.
  public internal(set) var terms: OrderTerms? {
    get { details.held?.row.terms }
    set { details.change { $0.terms = newValue } }
  }

  /// How many disputes there were over it.
  public internal(set) var disputes: Int {
    get { details.held?.row.disputes ?? 0 }
    set { details.change { $0.disputes = newValue } }
  }

  /// How many of them are not settled.
  public internal(set) var openDisputes: Int {
    get { details.held?.row.openDisputes ?? 0 }
    set { details.change { $0.openDisputes = newValue } }
  }
}
