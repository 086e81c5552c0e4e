/// What few orders have, kept apart so that the others stay small.
struct OrderDetails: SetAside {
  var requestedAt: Instant?
  var isLaterThanRequested = false
  var partlyClosedAt: Instant?
  var handedOverAt: Instant?
  var terms: OrderTerms?
  var disputes = 0
  var openDisputes = 0
}

extension Order {
  /// When the customer asked to have it, if they did.
  public internal(set) var requestedAt: Instant? {
    get { details.held?.row.requestedAt }
    set { details.set(newValue, from: requestedAt) { $0.requestedAt = $1 } }
  }

  /// Whether the instant the customer asked for passed before it was delivered or cancelled.
  public internal(set) var isLaterThanRequested: Bool {
    get { details.held?.row.isLaterThanRequested ?? false }
    set { details.set(newValue, from: isLaterThanRequested) { $0.isLaterThanRequested = $1 } }
  }

  /// When a part of it was last delivered or cancelled, of an order that is open.
  public internal(set) var partlyClosedAt: Instant? {
    get { details.held?.row.partlyClosedAt }
    set { details.set(newValue, from: partlyClosedAt) { $0.partlyClosedAt = $1 } }
  }

  /// When what was in no shipment reached the customer, where a shipment came later.
  public internal(set) var handedOverAt: Instant? {
    get { details.held?.row.handedOverAt }
    set { details.set(newValue, from: handedOverAt) { $0.handedOverAt = $1 } }
  }

  /// The terms the customer accepted.
  public internal(set) var terms: OrderTerms? {
    get { details.held?.row.terms }
    set { details.set(newValue, from: terms) { $0.terms = $1 } }
  }

  /// How many disputes there were over it.
  public internal(set) var disputes: Int {
    get { details.held?.row.disputes ?? 0 }
    set { details.set(newValue, from: disputes) { $0.disputes = $1 } }
  }

  /// How many of them are not settled.
  public internal(set) var openDisputes: Int {
    get { details.held?.row.openDisputes ?? 0 }
    set { details.set(newValue, from: openDisputes) { $0.openDisputes = $1 } }
  }
}

extension Order {
  /// When it is due, by what the firm said or by what the customer asked.
  public func dueAt(_ yardstick: Yardstick) -> Instant? {
    switch yardstick {
    case .promised: promisedAt
    case .requested: requestedAt
    }
  }

  /// The dates at which it is due that have passed by an instant, the earliest first.
  func passed(by instant: Instant) -> [(yardstick: Yardstick, dueAt: Instant)] {
    Yardstick.passed(by: instant) { dueAt($0) }
  }

  /// Whether it was delivered or cancelled too late, or is still open and was told to be late.
  public func isLate(against yardstick: Yardstick) -> Bool {
    switch yardstick {
    case .promised: isLate
    case .requested: isLaterThanRequested
    }
  }

  mutating func setLate(_ isLate: Bool, against yardstick: Yardstick) {
    switch yardstick {
    case .promised: self.isLate = isLate
    case .requested: isLaterThanRequested = isLate
    }
  }
}
