/// Reads when the signs of a model show with a customer, if nothing happens; each part of what is
/// known is read once, when a sign first asks for it, and nothing that the figures rule out.
final class WarningReader {
  private let customer: Customer
  private let transaction: Transaction
  private let subject: LifecycleSubject
  private var metrics: CustomerMetrics?
  private let now: Instant
  private var zone: Zone { subject.zone }

  private static let mostSteps = 64

  init(
    _ customer: Customer, _ model: WarningModel, at now: Instant, _ transaction: Transaction
  ) {
    self.customer = customer
    self.now = now
    self.transaction = transaction
    subject = LifecycleSubject(customer, days: model.days, transaction)
  }

  /// When a sign shows, now and next.
  func cases(of sign: WarningSign) throws -> [WarningCase] {
    switch sign {
    case .longGap(let tenths, let gaps): return try longGap(tenths, gaps)
    case .fallingValue(let rate, let span): return try fallingValue(rate, span)
    case .unanswered(let contacts, let span): return try unanswered(contacts, span)
    case .openComplaint(let span): return try openComplaints(span)
    case .returns(let count, let span): return try returns(count, span)
    case .brokenPromises(let count, let span): return try brokenPromises(count, span)
    case .fallingSatisfaction(let below, let drop): return try satisfaction(below, drop)
    case .contactLeft(let types, let span): return try contactsWhoLeft(types, span)
    case .holding(let condition): return try holding(condition)
    case .own(let name):
      let own = transaction.capability(Warnings.self)?.signs.first { $0.name == name }
      return try own?.cases(customer.id, transaction) ?? []
    }
  }

  private func figures() throws -> CustomerMetrics {
    if let metrics { return metrics }
    let found =
      transaction.capability(Metrics.self) == nil
      ? CustomerMetrics(customer.id) : try transaction.metrics.figures(of: customer.id)
    metrics = found
    return found
  }

  // MARK: Purchases

  private func longGap(_ tenths: Int, _ gaps: Int) throws -> [WarningCase] {
    let figures = try figures()
    guard figures.gaps >= gaps, let last = figures.lastOrderAt else { return [] }
    let rhythm = WarningRules.minutes(of: figures.rhythm)
    let wait = rhythm.mean + rhythm.spread * tenths / 10
    return [
      WarningCase(
        key: "\(last.milliseconds)", from: last + .seconds(60 * wait),
        found: [
          ("the last order", last.description),
          ("the mean gap in days", WarningRules.days(rhythm.mean)),
          ("its spread in days", WarningRules.days(rhythm.spread)),
        ])
    ]
  }

  private func fallingValue(_ rate: Rate, _ span: LifecycleSpan) throws -> [WarningCase] {
    guard try figures().orders > 0 else { return [] }
    let twice = span.times(2)
    let start = now - .milliseconds(twice.bounds.upperBound)
    var values = try values(since: start)
    var currencies = Set(values.map(\.value.currency))
    if currencies.count > 1, let last = values.last?.value.currency,
      let converted = try converted(values, to: last)
    {
      (values, currencies) = (converted, [last])
    }
    let sorted = currencies.sorted {
      $0.rawValue.utf8.lexicographicallyPrecedes($1.rawValue.utf8)
    }
    let falls = sorted.compactMap { currency in
      WarningValue(
        values.filter { $0.value.currency == currency }, currency, falling: rate, within: span,
        in: zone
      ).fall(from: now)
    }
    // In whatever currency it shows, or does first.
    let first = falls.first { $0.from == nil } ?? falls.min { $0.from ?? now < $1.from ?? now }
    return first.map { [$0] } ?? []
  }

  /// What was ordered for since an instant and not called off, and when, the earliest first.
  private func values(since start: Instant) throws -> [(value: Money, at: Instant)] {
    guard transaction.capability(Orders.self) != nil else { return [] }
    let id = customer.id
    var values: [(value: Money, at: Instant)] = []
    // Nothing but these two is taken of an order, which has many fields.
    try transaction.records(of: Order.self).scan(
      Query(
        where: { $0.customer == id && $0.placedAt >= start },
        sortedBy: { [.ascending($0.placedAt)] })
    ) { order in
      if order.row.status != .cancelled { values.append((order.row.value, order.row.placedAt)) }
      return true
    }
    return values
  }

  /// Values in one currency, each by the rate of its time; `nil` where one is not known.
  private func converted(
    _ values: [(value: Money, at: Instant)], to currency: Currency
  ) throws -> [(value: Money, at: Instant)]? {
    guard transaction.capability(ExchangeRates.self) != nil else { return nil }
    do {
      return try values.map { value, instant in
        let inOne = try transaction.exchangeRates.convert(value, to: currency, at: instant)
        return (inOne.result, instant)
      }
    } catch let error as CRMError where error.code == .noRate {
      return nil
    }
  }

  private func returns(_ count: Int, _ span: LifecycleSpan) throws -> [WarningCase] {
    guard try figures().returns >= count else { return [] }
    let orders = try orders { $0.returnedUnits > 0 }.map(\.id)
    let returns = try transaction.records(of: Return.self).all(
      where: { $0.order.isOne(of: orders) }
    ).sorted { ($0.returnedAt, $0.id) < ($1.returnedAt, $1.id) }
    return WarningRules.runs(
      of: returns.map { ($0.id.description, $0.returnedAt) }, "returns", count, within: span,
      in: zone)
  }

  private func openComplaints(_ span: LifecycleSpan) throws -> [WarningCase] {
    guard try figures().openComplaints > 0 else { return [] }
    return try orders { $0.openDisputes > 0 }.flatMap { order in
      try transaction.orders.disputes(of: order.id).filter { $0.settledAt == nil }.map { dispute in
        WarningCase(
          key: dispute.id.description, from: span.end(from: dispute.openedAt, in: zone),
          found: [
            ("complaint", dispute.reference), ("open since", dispute.openedAt.description),
          ])
      }
    }
  }

  private func orders(
    where filter: (Order.Fields) -> Filter<Order>
  ) throws -> [Order] {
    guard transaction.capability(Orders.self) != nil else { return [] }
    let id = customer.id
    return try transaction.records(of: Order.self).all(
      where: { $0.customer == id && $0.status != .cancelled && filter($0) },
      sortedBy: { [.ascending($0.placedAt)] })
  }

  // MARK: Contacts

  private func unanswered(_ contacts: Int, _ span: LifecycleSpan) throws -> [WarningCase] {
    let figures = try figures()
    guard figures.outboundContacts >= contacts, let latest = figures.lastOutboundAt,
      figures.lastInboundAt.map({ $0 < latest }) ?? true
    else { return [] }
    let since = figures.lastInboundAt ?? .earliest
    let id = customer.id
    var all: [Instant] = []
    try transaction.records(of: Interaction.self).scan(
      Query(
        where: { $0.customer == id && $0.direction == .outbound && $0.occurredAt > since },
        sortedBy: { [.ascending($0.occurredAt)] }, limit: contacts)
    ) { contact in
      all.append(contact.row.occurredAt)
      return true
    }
    try transaction.records(of: InteractionParticipant.self).scan(
      Query(
        where: { $0.customer == id && $0.direction == .outbound && $0.occurredAt > since },
        sortedBy: { [.ascending($0.occurredAt)] }, limit: contacts)
    ) { part in
      all.append(part.row.occurredAt)
      return true
    }
    all.sort()
    guard all.count >= contacts else { return [] }
    return [
      WarningCase(
        key: figures.lastInboundAt.map { "\($0.milliseconds)" } ?? "never",
        from: span.end(from: all[contacts - 1], in: zone),
        found: [
          ("contacts from the firm", "\(contacts)"),
          ("the last of them", all[contacts - 1].description),
          ("the last contact from the customer", figures.lastInboundAt?.description ?? "never"),
        ])
    ]
  }

  private func brokenPromises(_ count: Int, _ span: LifecycleSpan) throws -> [WarningCase] {
    let figures = try figures()
    guard figures.promisesBroken + figures.openCommitments >= count else { return [] }
    let id = customer.id
    // What was broken before that counts for no run that still shows.
    let start = now - .milliseconds(span.bounds.upperBound)
    let broken = try transaction.records(of: Commitment.self).all(
      where: { $0.customer == id && $0.brokenAt >= start }, sortedBy: { [.ascending($0.brokenAt)] }
    ).compactMap { promise in
      promise.brokenAt.map { (key: promise.id.description, at: $0) }
    }.sorted { ($0.at, $0.key) < ($1.at, $1.key) }
    return WarningRules.runs(of: broken, "promises broken", count, within: span, in: zone)
  }

  private func satisfaction(_ below: Int, _ drop: Int) throws -> [WarningCase] {
    guard transaction.capability(Satisfaction.self) != nil else { return [] }
    let answers = try transaction.satisfaction.answers(of: customer.id, limit: 4)
    guard let last = answers.first else { return [] }
    let before = answers.dropFirst().map(\.percent)
    // Held against the mean without dividing: sum − n × last ≥ n × drop.
    let hasDropped =
      !before.isEmpty
      && before.reduce(0, +) - before.count * last.percent >= before.count * max(1, drop)
    guard last.percent < below || hasDropped else { return [] }
    return [
      WarningCase(
        key: last.id.description, from: last.answeredAt,
        found: [("the latest answer in percent", "\(last.percent)")]
          + (before.isEmpty
            ? [] : [("the mean before", "\(before.reduce(0, +) / before.count)")]))
    ]
  }

  private func contactsWhoLeft(
    _ types: [RelationshipType.Key], _ span: LifecycleSpan
  ) throws -> [WarningCase] {
    guard customer.kind != .person, transaction.capability(Relationships.self) != nil else {
      return []
    }
    // Whoever left before that shows no more.
    let start = now - .milliseconds(span.bounds.upperBound)
    let first = CalendarDate(daysSinceEpoch: start.dateInUTC.daysSinceEpoch - 2)
    let members = try transaction.relationships.members(
      of: customer.id, types: types.isEmpty ? nil : types, since: first)
    return members.compactMap { member in
      guard let departure = WarningRules.departure(by: member.links) else { return nil }
      // The last day counts in full, at the firm.
      let left = transaction.zone.startOfDay(departure.gone)
      let back = departure.back.map { transaction.zone.startOfDay($0) }
      let end = span.end(from: left, in: zone)
      return WarningCase(
        key: departure.link.description, from: left, until: back.map { min($0, end) } ?? end,
        found: [
          ("who left", member.member.description),
          ("the last day", departure.last.description),
        ])
    }
  }

  // MARK: Conditions

  /// The time in which a condition holds now, or does next.
  private func holding(_ condition: LifecycleCondition) throws -> [WarningCase] {
    var instant = now
    for _ in 0..<Self.mostSteps {
      let verdict = try subject.verdict(on: condition, at: instant, since: nil)
      if verdict.holds {
        let found = try subject.evidence(for: condition, at: instant, since: nil)
        return [
          WarningCase(
            key: nil, from: instant == now ? nil : instant,
            until: try end(of: condition, verdict.changesAt),
            found: found.map { ($0.what, $0.found) })
        ]
      }
      guard let change = verdict.changesAt, change > instant else { return [] }
      instant = change
    }
    // There is nothing before that instant; it is looked at again then.
    return [WarningCase(key: nil, from: instant, until: instant, found: [])]
  }

  /// When a condition that holds first does not, which it may not yet at its first change.
  private func end(of condition: LifecycleCondition, _ change: Instant?) throws -> Instant? {
    var change = change
    for _ in 0..<Self.mostSteps {
      guard let instant = change else { return nil }
      let verdict = try subject.verdict(on: condition, at: instant, since: nil)
      if !verdict.holds { return instant }
      change = verdict.changesAt
    }
    return change
  }
}
