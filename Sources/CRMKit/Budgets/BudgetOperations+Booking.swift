extension BudgetOperations {
  // MARK: By hand

  /// Books money spent on a customer that no contact says of, such as a gift or a share of a
  /// mailing.
  ///
  /// - Parameters:
  ///   - amount: How much.
  ///   - customer: The customer.
  ///   - purpose: For what.
  ///   - reason: What it was; up to 1,000 bytes of UTF-8.
  ///   - about: What it belongs to, if to something. It is a cost of a plan or of an action to win
  ///     customers that is named here.
  ///   - time: How much time of staff it took.
  ///   - instant: When, if not now.
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/unknownReference``;
  ///   nothing has changed then.
  /// - Complexity: As ``plan(_:for:_:of:group:)``.
  @discardableResult
  public func spend(
    _ amount: Money, on customer: Customer.ID, for purpose: Spending.Purpose,
    because reason: String, about: RecordReference? = nil, time: Duration = .zero,
    at instant: Instant? = nil
  ) throws -> Spending {
    let spentAt = instant ?? transaction.now
    var problems = TextRules.problems(of: reason, in: "reason", within: 1_000)
    if amount.minorUnits < 0 { problems.append(.init("amount", "is negative")) }
    if time < .zero { problems.append(.init("time", "is less than none")) }
    problems += futureProblems("spent_at", spentAt, now: transaction.now)
    var unknown = try transaction.problem(with: customer).map { [$0] } ?? []
    unknown += try transaction.unknown(about.map { [$0] } ?? [], in: "about").map {
      .init("about", $0.problem)
    }
    guard problems.isEmpty, unknown.isEmpty else {
      throw CRMError.refusal("spendings", problems, unknown: unknown)
    }
    return try transaction.operation {
      try open()
      return try book(
        Spending(
          id: transaction.makeIdentifier(), customer: customer, purpose: purpose, amount: amount,
          milliseconds: Int(InteractionRules.milliseconds(time)), spentAt: spentAt, about: about,
          reason: trimmed(reason), modifiedAt: transaction.now, version: 1))
    }
  }

  /// Says for what something was spent, where the rule or somebody said otherwise.
  ///
  /// - Throws: ``CRMError/Code/notFound``, ``CRMError/Code/invalid`` without a reason; nothing has
  ///   changed then.
  @discardableResult
  public func reclassify(
    _ id: Spending.ID, as purpose: Spending.Purpose, because reason: String
  ) throws -> Spending {
    var spending = try spendings.get(id)
    let problems = TextRules.problems(of: reason, in: "reason", within: 1_000)
    guard problems.isEmpty else { throw CRMError.invalid("spendings", problems) }
    spending.purpose = purpose
    spending.reason = trimmed(reason)
    return try change(spending)
  }

  /// Takes back what was booked by hand and never spent.
  ///
  /// - Throws: ``CRMError/Code/notAllowed`` for what comes from a contact or from goodwill, which
  ///   say what was spent; ``CRMError/Code/notFound``. Nothing has changed then.
  public func cancel(_ id: Spending.ID) throws {
    let spending = try spendings.get(id)
    if let origin = spending.origin {
      throw CRMError(
        .notAllowed, "Spending \(id) comes from \(origin.key).",
        recovery: "Correct what it comes from.", record: "spendings", identifier: id.description)
    }
    try remove(spending)
  }

  /// What was spent on a customer, the latest first.
  public func spendings(
    on customer: Customer.ID, after cursor: Cursor<Spending>? = nil, limit: Int = 50
  ) throws -> Page<Spending, Cursor<Spending>> {
    try spendings.page(
      Query(
        where: { $0.customer == customer }, sortedBy: { [.descending($0.spentAt)] }, after: cursor,
        limit: limit))
  }

  /// What was spent on account of some records up to an instant, the earliest first.
  ///
  /// What contacts cost is left out: it is the contact that belongs to a record.
  ///
  /// - Parameters:
  ///   - keys: The keys of the records (``RecordReference/key``), at most 500.
  ///   - end: What was spent at this instant is in.
  /// - Complexity: O(*k* log *n*) in what is found, by an index.
  func spendings(about keys: [String], until end: Instant) throws -> [Spending] {
    guard transaction.capability(Budgets.self) != nil else { return [] }
    return try spendings.all(
      where: { $0.aboutKey.isOne(of: keys) && $0.spentAt <= end },
      sortedBy: { [.ascending($0.spentAt)] }
    ).filter { $0.origin?.id(of: Interaction.self) == nil }
  }

  // MARK: By itself

  private var isOpen: Bool {
    get throws {
      try transaction.recall(of: BudgetBook.self) { try books.find(BudgetBook.identifier) != nil }
    }
  }

  /// Opens the book, with all that was before; one that is open is left alone.
  func open() throws {
    guard try !isOpen else { return }
    try books.put(BudgetBook(id: BudgetBook.identifier, openedAt: transaction.now))
    var contacts: [Interaction.ID] = []
    try transaction.records(of: Interaction.self).scan(
      Query(sortedBy: { _ in [.oldestFirst] })
    ) { held in
      if held.row.isCostly { contacts.append(held.id) }
      return true
    }
    for contact in contacts { try notice(contact) }
    let granted = try transaction.records(of: Goodwill.self).all(
      where: { $0.status == .granted }, sortedBy: { _ in [.oldestFirst] })
    for goodwill in granted { try notice(goodwill.id) }
    for (place, revenue) in try revenueOfAll().sorted(by: { $0.key < $1.key }) {
      try keep(revenue, of: place.customer, in: place.month)
    }
  }

  /// Books what a contact says was spent, as it is now.
  func notice(_ id: Interaction.ID) throws {
    guard try isOpen else { return }
    let origin = RecordReference(id)
    let old = try spendings.first(where: { $0.originKey == origin.key })
    guard let contact = try transaction.records(of: Interaction.self).find(id), contact.isCostly,
      try transaction.metrics.isPast(contact)
    else {
      if let old { try remove(old) }
      return
    }
    if var spending = old, spending.customer == contact.customer {
      spending.amount = contact.cost
      spending.milliseconds = contact.durationMilliseconds ?? 0
      spending.spentAt = contact.occurredAt
      if spending != old { try change(spending) }
      return
    }
    if let old { try remove(old) }
    let (purpose, reason) =
      try named(by: contact)
      ?? SpendingRules.purpose(
        in: try situation(of: contact.customer, at: contact.occurredAt), contact.direction)
    try book(
      Spending(
        id: transaction.makeIdentifier(), customer: contact.customer, purpose: purpose,
        amount: contact.cost, milliseconds: contact.durationMilliseconds ?? 0,
        spentAt: contact.occurredAt, origin: origin, reason: reason, modifiedAt: transaction.now,
        version: 1))
  }

  /// Books goodwill that was granted.
  func notice(_ id: Goodwill.ID) throws {
    guard try isOpen, let goodwill = try transaction.records(of: Goodwill.self).find(id),
      let grantedAt = goodwill.decidedAt
    else { return }
    let origin = RecordReference(id)
    guard try spendings.first(where: { $0.originKey == origin.key }) == nil else { return }
    let (purpose, reason) = SpendingRules.purpose(
      in: try situation(of: goodwill.customer, at: grantedAt), nil)
    try book(
      Spending(
        id: transaction.makeIdentifier(), customer: goodwill.customer, purpose: purpose,
        amount: goodwill.amount, milliseconds: 0, spentAt: grantedAt, origin: origin,
        about: goodwill.about, reason: reason, modifiedAt: transaction.now, version: 1))
  }

  /// Books what the orders of a month come to, after one of them was placed or changed.
  func notice(_ id: Order.ID) throws {
    guard try isOpen, let order = try transaction.records(of: Order.self).find(id) else { return }
    let month = month(of: order.placedAt)
    try keep(
      try revenue(of: order.customer, in: month), of: order.customer, in: month)
  }

  /// What a contact says it is for by what it belongs to.
  private func named(by contact: Interaction) throws -> (
    purpose: Spending.Purpose, reason: String
  )? {
    if contact.about.contains(where: { $0.id(of: AcquisitionAction.self) != nil }) {
      return (.acquisition, "belongs to an acquisition action")
    }
    guard transaction.capability(Plans.self) != nil else { return nil }
    for plan in contact.about.compactMap({ $0.id(of: Plan.self) }) {
      guard try transaction.records(of: Plan.self).find(plan)?.kind == .winBack else { continue }
      return (.winBack, "belongs to a win-back plan")
    }
    return nil
  }

  private func situation(of customer: Customer.ID, at instant: Instant) throws
    -> SpendingRules.Situation
  {
    let first = try transaction.records(of: Order.self).first(where: {
      $0.customer == customer && $0.placedAt <= instant && $0.status != .cancelled
    })
    var situation = SpendingRules.Situation(hasBought: first != nil)
    guard first != nil, transaction.capability(Lifecycles.self) != nil else { return situation }
    for position in try transaction.lifecycle.positions(of: customer) {
      let move = try transaction.lifecycle.transitions.first(
        where: {
          $0.customer == customer && $0.lifecycle == position.lifecycle && $0.at <= instant
        }, sortedBy: { [.descending($0.at), .newestFirst] })
      guard let move, move.toKind == .lapsed || move.toKind == .lost, let stage = move.to
      else { continue }
      situation.lostStage = "\(stage) of \(position.lifecycle)"
    }
    return situation
  }

  // MARK: Keeping

  @discardableResult
  private func book(_ spending: Spending) throws -> Spending {
    try transaction.operation {
      let kept = try spendings.insert(
        spending,
        emitting: SpendingBooked(
          spending: spending.id, customer: spending.customer, purpose: spending.purpose),
        at: spending.spentAt)
      try add(kept)
      return kept
    }
  }

  @discardableResult
  private func change(_ spending: Spending) throws -> Spending {
    try transaction.operation {
      try add(try spendings.get(spending.id), sign: -1)
      let kept = try spendings.update(
        spending,
        emitting: SpendingUpdated(spending: spending.id, customer: spending.customer))
      try add(kept)
      return kept
    }
  }

  private func remove(_ spending: Spending) throws {
    try transaction.operation {
      try add(spending, sign: -1)
      try spendings.delete(
        spending.id,
        emitting: SpendingCancelled(spending: spending.id, customer: spending.customer))
    }
  }

  private func add(_ spending: Spending, sign: Int = 1) throws {
    let month = month(of: spending.spentAt)
    let kind = BudgetFigure.Kind(spending.purpose)
    let rows = try figures.all(where: { $0.customer == spending.customer && $0.month == month })
    var figure =
      rows.first { $0.kind == kind && $0.currency == spending.amount?.currency }
      ?? BudgetFigure(
        id: transaction.makeIdentifier(), customer: spending.customer, month: month, kind: kind,
        currency: spending.amount?.currency, minorUnits: 0, count: 0, milliseconds: 0)
    try figure.add(spending, sign: sign)
    if figure.count == 0 {
      try figures.remove(figure.id)
    } else {
      try figures.put(figure)
    }
  }

  private func keep(
    _ revenue: [Currency: BudgetRevenue], of customer: Customer.ID, in month: CalendarDate
  )
    throws
  {
    let rows = try figures.all(where: { $0.customer == customer && $0.month == month }).filter {
      $0.kind == .revenue
    }
    for row in rows where row.currency.flatMap({ revenue[$0] }) == nil {
      try figures.remove(row.id)
    }
    for (currency, sum) in revenue.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      try figures.put(
        BudgetFigure(
          id: rows.first { $0.currency == currency }?.id ?? transaction.makeIdentifier(),
          customer: customer, month: month, kind: .revenue, currency: currency,
          minorUnits: sum.amount.minorUnits, count: sum.orders, milliseconds: 0))
    }
  }

  func month(of instant: Instant) -> CalendarDate {
    CalendarUnit.month.start(of: transaction.zone.date(of: instant))
  }

  /// What the orders of a customer in a month come to, by currency; those cancelled left out.
  ///
  /// - Complexity: O(*k*) in the customer's orders of the month.
  private func revenue(of customer: Customer.ID, in month: CalendarDate) throws
    -> [Currency: BudgetRevenue]
  {
    let zone = transaction.zone
    let (start, end) = (
      zone.startOfDay(month), zone.startOfDay(CalendarUnit.month.end(of: month))
    )
    var sums: [Currency: BudgetRevenue] = [:]
    try transaction.records(of: Order.self).scan(
      Query(where: { $0.customer == customer && $0.placedAt >= start && $0.placedAt < end })
    ) { held in
      try sums.add(held.row)
      return true
    }
    return sums
  }

  /// The same of all customers and months, read once.
  func revenueOfAll() throws -> [BudgetPlace: [Currency: BudgetRevenue]] {
    var sums: [BudgetPlace: [Currency: BudgetRevenue]] = [:]
    try transaction.records(of: Order.self).scan { held in
      let place = BudgetPlace(
        customer: held.row.customer, month: month(of: held.row.placedAt))
      try sums[place, default: [:]].add(held.row)
      return true
    }
    return sums.filter { !$0.value.isEmpty }
  }
}

/// A customer's month.
struct BudgetPlace: Hashable, Comparable {
  let customer: Customer.ID
  let month: CalendarDate

  static func < (a: BudgetPlace, b: BudgetPlace) -> Bool {
    (a.customer, a.month) < (b.customer, b.month)
  }
}

/// What orders come to.
struct BudgetRevenue {
  var amount: Money
  var orders = 0
}

extension [Currency: BudgetRevenue] {
  /// Adds an order, unless it was cancelled.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  fileprivate mutating func add(_ order: Order) throws {
    guard order.status != .cancelled else { return }
    let currency = order.total.currency
    var sum = self[currency] ?? BudgetRevenue(amount: .zero(currency))
    sum.amount = try sum.amount + order.value
    sum.orders += 1
    self[currency] = sum
  }
}

extension BudgetFigure {
  /// Adds what was spent, or takes it off.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  mutating func add(_ spending: Spending, sign: Int = 1) throws {
    if let amount = spending.amount {
      let sum = try Money(minorUnits: minorUnits, amount.currency) + amount * sign
      minorUnits = sum.minorUnits
    }
    count += sign
    milliseconds += sign * spending.milliseconds
  }
}

extension Interaction {
  /// Whether it says of money or of time that it took.
  var isCostly: Bool { cost != nil || durationMilliseconds != nil }
}
