/// What few commitments have, kept apart so that the others stay small.
struct CommitmentDetails: SetAside {
  var requestedAt: Instant?
  var requestedDate: CalendarDate?
  var requestedZone: Zone?
  var isLaterThanRequested = false
}

extension Commitment {
  /// The last instant at which it is as early as the customer asked, if they asked for a time.
  public var requestedAt: Instant? {
    get { details.held?.row.requestedAt }
    set { details.set(newValue, from: requestedAt) { $0.requestedAt = $1 } }
  }

  /// The day by whose end the customer asked for it, where they named a day.
  public var requestedDate: CalendarDate? {
    get { details.held?.row.requestedDate }
    set { details.set(newValue, from: requestedDate) { $0.requestedDate = $1 } }
  }

  /// Where that day is meant.
  public var requestedZone: Zone? {
    get { details.held?.row.requestedZone }
    set { details.set(newValue, from: requestedZone) { $0.requestedZone = $1 } }
  }

  /// Whether the time the customer asked for passed before it was closed.
  public var isLaterThanRequested: Bool {
    get { details.held?.row.isLaterThanRequested ?? false }
    set { details.set(newValue, from: isLaterThanRequested) { $0.isLaterThanRequested = $1 } }
  }
}

extension Commitment {
  /// By when the customer asked for it, if they asked for a time.
  public var requested: Deadline? {
    if let requestedDate, let requestedZone { return .by(requestedDate, in: requestedZone) }
    return requestedAt.map { .at($0) }
  }

  /// When it is due, by what the firm said or by what the customer asked.
  public func dueAt(_ yardstick: Yardstick) -> Instant? {
    switch yardstick {
    case .promised: dueAt
    case .requested: requestedAt
    }
  }

  /// The dates at which it is due that have passed by an instant, the earliest first.
  func passed(by instant: Instant) -> [(yardstick: Yardstick, dueAt: Instant)] {
    Yardstick.passed(by: instant) { dueAt($0) }
  }

  /// Whether it was closed too late, or is still open and was told to be late.
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
