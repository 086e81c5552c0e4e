/// What customers need, and whether they have it by now.
public struct Needs: Capability {
  static let key = RecordKey("tx.needs")

  /// The capability.
  public init() {}

  public var records: [any Record.Type] { [Need.self] }

  public var lock: RecordLock? { Self.key.lock }

  public var nextSteps: [NextStepSource] { [.needs] }

  public var events: [any Event.Type] {
    [
      NeedStated.self, NeedConfirmed.self, NeedMet.self, NeedWithdrawn.self, NeedAssigned.self,
    ]
  }

  public var duties: [Duty] {
    [
      Duty(Need.self) {
        $0.owner == $1 && $0.status == .unmet
      } pass: { need, owner, tx in
        try tx.needs.assign(need.id, to: owner)
      }
    ]
  }
}

extension Transaction {
  /// What customers need.
  public var needs: NeedOperations { NeedOperations(self) }
}

/// Recording needs, following them and counting them.
public struct NeedOperations {
  private let transaction: Transaction
  private let records: Records<Need>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: Need.self, with: Needs.key)
  }

  // MARK: Changing

  /// Records a need.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/unknownReference``
  ///   for an unknown or archived customer; nothing has changed then.
  @discardableResult
  public func state(_ new: NewNeed) throws -> Need {
    let problems = NeedRules.problems(of: new, now: transaction.now)
    let unknown = try transaction.problem(with: new.customer).map { [$0] } ?? []
    guard problems.isEmpty, unknown.isEmpty else {
      throw CRMError.refusal("needs", problems, unknown: unknown)
    }
    let need = Need(
      id: transaction.makeIdentifier(), customer: new.customer, category: trimmed(new.category),
      text: trimmed(new.text), language: new.language, kind: new.kind, source: new.source,
      statedAt: new.statedAt ?? transaction.now, recordedAt: transaction.recordedAt,
      recordedBy: transaction.attribution.actor, owner: new.owner, status: .unmet)
    return try records.insert(
      need,
      emitting: NeedStated(
        need: need.id, customer: need.customer, category: need.category, kind: need.kind),
      at: need.statedAt)
  }

  /// Notes that someone made sure of a need: the customer has it still.
  ///
  /// - Parameter instant: When they did, if not now. A confirmation earlier than the last one
  ///   changes nothing.
  /// - Throws: ``CRMError/Code/notAllowed`` unless the need is open, with all that is wrong
  ///   besides; ``CRMError/Code/invalid``, ``CRMError/Code/notFound``; nothing has changed then.
  @discardableResult
  public func confirm(_ id: Need.ID, at instant: Instant? = nil) throws -> Need {
    var need = try get(id)
    let confirmedAt = instant ?? transaction.now
    let problems = instantProblems(
      "confirmed_at", confirmedAt, from: need.statedAt, "the need was stated",
      now: transaction.now)
    try check(need, "confirmed", problems)
    if let last = need.confirmedAt, last > confirmedAt { return need }
    need.confirmedAt = confirmedAt
    need.confirmedBy = transaction.attribution.actor
    return try records.update(
      need,
      emitting: NeedConfirmed(need: id, customer: need.customer, category: need.category),
      at: instant)
  }

  /// Notes that a customer has what they needed.
  ///
  /// - Parameters:
  ///   - order: The order that met it, if one did.
  ///   - outcome: How it was met, in up to 1,000 bytes; required where no order did.
  ///   - instant: When it was met, if not now.
  /// - Throws: ``CRMError/Code/notAllowed`` unless the need is open, with all that is wrong
  ///   besides; ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/unknownReference``
  ///   for an unknown order, ``CRMError/Code/notFound``; nothing has changed then.
  @discardableResult
  public func meet(
    _ id: Need.ID, by order: Order.ID? = nil, outcome: String? = nil, at instant: Instant? = nil
  ) throws -> Need {
    var need = try get(id)
    let closedAt = instant ?? transaction.now
    var problems = NeedRules.problems(of: outcome, at: closedAt, for: need, now: transaction.now)
    if order == nil, outcome == nil {
      problems.append(.init("outcome", "is missing, and no order is named"))
    }
    var unknown: [CRMError.Issue] = []
    if let order, try transaction.records(of: Order.self).find(order) == nil {
      unknown.append(.init("order", "\(order) does not exist"))
    }
    try check(need, "met", problems, unknown: unknown)
    need.status = .met
    need.closedAt = closedAt
    need.order = order
    need.outcome = outcome.map(trimmed)
    return try records.update(
      need,
      emitting: NeedMet(need: id, customer: need.customer, category: need.category, order: order),
      at: instant)
  }

  /// Notes that a customer does not need something any more, or never did.
  ///
  /// - Parameters:
  ///   - outcome: Why, in up to 1,000 bytes.
  ///   - instant: Since when, if not now.
  /// - Throws: ``CRMError/Code/notAllowed`` unless the need is open, with all that is wrong
  ///   besides; ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/notFound``; nothing
  ///   has changed then.
  @discardableResult
  public func withdraw(_ id: Need.ID, outcome: String? = nil, at instant: Instant? = nil) throws
    -> Need
  {
    var need = try get(id)
    let closedAt = instant ?? transaction.now
    let problems = NeedRules.problems(of: outcome, at: closedAt, for: need, now: transaction.now)
    try check(need, "withdrawn", problems)
    need.status = .withdrawn
    need.closedAt = closedAt
    need.outcome = outcome.map(trimmed)
    return try records.update(
      need,
      emitting: NeedWithdrawn(need: id, customer: need.customer, category: need.category),
      at: instant)
  }

  /// Says who sees to an open need, or that nobody does.
  ///
  /// - Throws: ``CRMError/Code/invalid``, ``CRMError/Code/notAllowed`` unless the need is open,
  ///   ``CRMError/Code/notFound``; nothing has changed then.
  @discardableResult
  public func assign(_ id: Need.ID, to owner: Principal?) throws -> Need {
    var need = try get(id)
    try check(need, "assigned", owner.map { TextRules.problems(of: $0, in: "owner") } ?? [])
    need.owner = owner
    return try records.update(
      need, emitting: NeedAssigned(need: id, customer: need.customer, owner: owner))
  }

  /// Refuses a change of a need that is closed, with all that is wrong with the call besides.
  private func check(
    _ need: Need, _ what: String, _ problems: [CRMError.Issue], unknown: [CRMError.Issue] = []
  ) throws(CRMError) {
    guard need.status == .unmet else {
      throw CRMError(
        .notAllowed, "Need \(need.id) is \(need.status.rawValue) and cannot be \(what).",
        recovery: "State the need anew if the customer has it again.",
        issues: problems + unknown, record: "needs", identifier: need.id.description)
    }
    guard problems.isEmpty, unknown.isEmpty else {
      throw CRMError.refusal("needs", problems, unknown: unknown)
    }
  }

  // MARK: Reading

  /// The need of an identifier.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func get(_ id: Need.ID) throws -> Need { try records.get(id) }

  /// A customer's needs that are open, the latest first.
  public func open(
    of customer: Customer.ID, after place: Cursor<Need>? = nil, limit: Int = 50
  ) throws -> Page<Need, Cursor<Need>> {
    try all(of: customer, .unmet, after: place, limit: limit)
  }

  /// A customer's needs of which this or that came, the latest first.
  public func all(
    of customer: Customer.ID, _ status: Need.Status, after place: Cursor<Need>? = nil,
    limit: Int = 50
  ) throws -> Page<Need, Cursor<Need>> {
    try records.page(
      Query(
        where: { $0.customer == customer && $0.status == status },
        sortedBy: { [.descending($0.statedAt)] }, after: place, limit: limit))
  }

  /// Everybody's open needs of a category, those that have waited longest first.
  public func open(
    in category: String, after place: Cursor<Need>? = nil, limit: Int = 50
  ) throws -> Page<Need, Cursor<Need>> {
    try records.page(
      Query(
        where: { $0.category == category && $0.status == .unmet },
        sortedBy: { [.ascending($0.statedAt)] }, after: place, limit: limit))
  }

  /// A part of a query's needs, and the place to go on from.
  public func page(_ query: Query<Need>) throws -> Page<Need, Cursor<Need>> {
    try records.page(query)
  }

  /// How needs came up and were met, month by month of the firm's calendar, then by category.
  ///
  /// Months without needs of a category are left out.
  ///
  /// - Parameters:
  ///   - first: A day of the first month.
  ///   - last: A day of the last month, at most 1,199 months later.
  /// - Throws: ``CRMError/Code/invalid`` for months in the wrong order or too many.
  /// - Complexity: O(*n*) in the needs stated or met in these months, found by index.
  public func trend(from first: CalendarDate, through last: CalendarDate) throws -> [NeedTrend] {
    let months = try NeedMonths(from: first, through: last, in: transaction.zone)
    guard let start = months.bounds.first, let end = months.bounds.last else { return [] }
    var counts = months.days.map { _ in [String: NeedTrend]() }
    func count(_ category: String, at instant: Instant, _ counter: WritableKeyPath<NeedTrend, Int>)
    {
      guard let place = months.place(of: instant) else { return }
      let empty = NeedTrend(category: category, month: months.days[place])
      counts[place][category, default: empty][keyPath: counter] += 1
    }
    try records.scan(
      Query(
        where: { $0.statedAt >= start && $0.statedAt < end },
        sortedBy: { [.ascending($0.statedAt)] })
    ) { need in
      count(need.category, at: need.statedAt, \.stated)
      return true
    }
    try records.scan(
      Query(
        where: { $0.status == .met && $0.closedAt >= start && $0.closedAt < end },
        sortedBy: { [.ascending($0.closedAt)] })
    ) { need in
      if let metAt = need.closedAt { count(need.category, at: metAt, \.met) }
      return true
    }
    return counts.flatMap { month in
      month.values.sorted { String.compare($0.category, $1.category) ?? 0 < 0 }
    }
  }
}
