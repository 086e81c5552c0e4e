extension ResponsibilityOperations {
  // MARK: Limits

  /// Sets how much someone may spend on goodwill by their own decision.
  ///
  /// All limits that somebody has in a currency hold together; without any they may spend nothing
  /// in it. Of one kind (measure, period, currency) a person's own limit goes before that of their
  /// roles, that before the one of their team, that before those of the teams it belongs to; of
  /// several roles or teams the highest holds.
  ///
  ///     try tx.responsibility.allow(.role("service"), Money("50.00", .eur), .perCase)
  ///     try tx.responsibility.allow(.staff("kim"), Money("500.00", .eur), .altogether, in: .month)
  ///
  /// - Parameters:
  ///   - holder: A person, a role or a team.
  ///   - amount: How much at most; zero for nothing at all.
  ///   - measure: What is added up.
  ///   - period: Within what time, at the firm; without one whenever it was.
  /// - Returns: The limit, in place of the one of its kind if there was one.
  /// - Throws: ``CRMError/Code/invalid`` with every problem; nothing has changed then.
  @discardableResult
  public func allow(
    _ holder: Principal, _ amount: Money, _ measure: DiscretionLimit.Measure,
    in period: CalendarUnit? = nil
  ) throws -> DiscretionLimit {
    var problems = TextRules.problems(of: holder, in: "holder")
    if amount.minorUnits < 0 { problems.append(.init("amount", "is negative")) }
    if holder.teamName != nil, let problem = try problem(with: holder, in: "holder") {
      problems.append(problem)
    }
    guard problems.isEmpty else { throw CRMError.invalid("discretion_limits", problems) }
    let old = try limits.all(where: { $0.holder == holder }).first {
      $0.withdrawnAt == nil && $0.measure == measure && $0.period == period
        && $0.amount.currency == amount.currency
    }
    if var limit = old {
      limit.amount = amount
      return try limits.update(limit, emitting: DiscretionLimitSet(limit: limit.id))
    }
    let limit = DiscretionLimit(
      id: transaction.makeIdentifier(), holder: holder, measure: measure, period: period,
      amount: amount, setAt: transaction.now, modifiedAt: transaction.now, version: 1)
    return try limits.insert(limit, emitting: DiscretionLimitSet(limit: limit.id))
  }

  /// Withdraws a limit; what was granted within it stays.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  @discardableResult
  public func withdraw(_ id: DiscretionLimit.ID) throws -> DiscretionLimit {
    var limit = try limits.get(id)
    limit.withdrawnAt = limit.withdrawnAt ?? transaction.now
    return try limits.update(limit, emitting: DiscretionLimitWithdrawn(limit: id))
  }

  /// The limits that hold for somebody now, and how far each is used up.
  ///
  /// - Parameters:
  ///   - principal: Who.
  ///   - customer: The customer that limits per customer are looked at for.
  ///   - about: The case that limits per case are looked at for.
  /// - Complexity: A query for each limit, and then in what was granted within it.
  public func discretion(
    of principal: Principal, for customer: Customer.ID, about: RecordReference? = nil
  ) throws -> [Discretion] {
    let circles = try circles(around: principal)
    let holders = circles.flatMap { $0 }
    if holders.isEmpty { return [] }
    let all = try limits.all(where: { $0.holder.isOne(of: holders) }).filter {
      $0.withdrawnAt == nil
    }
    return try DiscretionRules.effective(all, within: circles).map { limit in
      Discretion(limit: limit, spent: try spent(limit, by: principal, for: customer, about))
    }
  }

  // MARK: Goodwill

  /// Spends money to satisfy a customer, by the decision of whoever acts.
  ///
  /// - Parameters:
  ///   - amount: How much.
  ///   - customer: The customer.
  ///   - about: The case: what it makes good, such as a dispute or an order.
  ///   - reason: Why; up to 1,000 bytes of UTF-8.
  /// - Throws: ``CRMError/Code/overLimit`` where it is more than whoever acts may spend, with
  ///   every limit in the way, what is spent of it and what was asked: ask for it then
  ///   (``ask(_:for:about:because:)``). The same where it is about no case and all limits of
  ///   whoever acts are per case. ``CRMError/Code/invalid`` with every problem,
  ///   ``CRMError/Code/unknownReference``. Nothing has changed then.
  /// - Complexity: As ``discretion(of:for:about:)``.
  @discardableResult
  public func grant(
    _ amount: Money, for customer: Customer.ID, about: RecordReference? = nil,
    because reason: String
  ) throws -> Goodwill {
    var goodwill = try checked(amount, customer, about, reason)
    try checkLimits(of: goodwill)
    goodwill.status = .granted
    goodwill.decidedBy = goodwill.askedBy
    goodwill.decidedAt = goodwill.askedAt
    return try grants.insert(
      goodwill,
      emitting: GoodwillGranted(goodwill: goodwill.id, customer: customer, amount: amount))
  }

  /// Asks for money to satisfy a customer, to be granted by someone with a higher limit.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/unknownReference``;
  ///   nothing has changed then.
  @discardableResult
  public func ask(
    _ amount: Money, for customer: Customer.ID, about: RecordReference? = nil,
    because reason: String
  ) throws -> Goodwill {
    let goodwill = try checked(amount, customer, about, reason)
    return try grants.insert(
      goodwill,
      emitting: GoodwillAsked(goodwill: goodwill.id, customer: customer, amount: amount))
  }

  /// Grants what somebody else asked for, within the limits of whoever acts.
  ///
  /// - Throws: ``CRMError/Code/notAllowed`` where it is decided already, or whoever acts asked for
  ///   it themselves; ``CRMError/Code/overLimit`` as
  ///   ``grant(_:for:about:because:)``; ``CRMError/Code/notFound``. Nothing has changed then.
  @discardableResult
  public func approve(_ id: Goodwill.ID, because decision: String? = nil) throws -> Goodwill {
    var goodwill = try decided(id, decision)
    try checkLimits(of: goodwill)
    goodwill.status = .granted
    return try grants.update(
      goodwill,
      emitting: GoodwillGranted(
        goodwill: id, customer: goodwill.customer, amount: goodwill.amount))
  }

  /// Declines what somebody else asked for.
  ///
  /// - Throws: ``CRMError/Code/notAllowed`` as ``approve(_:because:)``,
  ///   ``CRMError/Code/invalid``, ``CRMError/Code/notFound``; nothing has changed then.
  @discardableResult
  public func decline(_ id: Goodwill.ID, because decision: String) throws -> Goodwill {
    var goodwill = try decided(id, decision)
    goodwill.status = .declined
    return try grants.update(
      goodwill,
      emitting: GoodwillDeclined(
        goodwill: id, customer: goodwill.customer, amount: goodwill.amount))
  }

  /// What was asked for and is to be decided on, who waits longest first.
  public func undecidedGoodwill(after cursor: Cursor<Goodwill>? = nil, limit: Int = 50) throws
    -> Page<Goodwill, Cursor<Goodwill>>
  {
    try grants.page(
      Query(
        where: { $0.status == .asked }, sortedBy: { [.ascending($0.askedAt)] }, after: cursor,
        limit: limit))
  }

  /// A part of a query's goodwill, and the place to go on from.
  public func goodwill(_ query: Query<Goodwill>) throws -> Page<Goodwill, Cursor<Goodwill>> {
    try grants.page(query)
  }

  // MARK: Steps

  /// Whose limits may hold for somebody, the nearest first.
  private func circles(around principal: Principal) throws -> [[Principal]] {
    var circles = [[principal]]
    if let member = try staff.first(where: { $0.principal == principal }) {
      // Who has left spends nothing more.
      guard member.isPresent(at: transaction.now) else { return [] }
      circles.append(member.roles.map(Principal.role))
    }
    var level = try teams(of: principal)
    var known: Set<Team.ID> = []
    while !level.isEmpty {
      circles.append(level.map(\.principal))
      known.formUnion(level.map(\.id))
      let parents = Set(level.compactMap(\.parent)).subtracting(known).sorted()
      let found = try teams.find(parents)
      level = parents.compactMap { found[$0] }
    }
    return circles
  }

  private func spent(
    _ limit: DiscretionLimit, by principal: Principal, for customer: Customer.ID,
    _ about: RecordReference?
  ) throws -> Money {
    let currency = limit.amount.currency
    var filter: Filter<Goodwill>
    let fields = Goodwill.fields
    switch limit.measure {
    case .perCase:
      guard let about else { return .zero(currency) }
      filter = fields.caseKey == about.key && fields.status == .granted
    case .perCustomer: filter = fields.customer == customer && fields.status == .granted
    case .altogether: filter = fields.decidedBy == principal && fields.status == .granted
    }
    if let period = limit.period {
      let range = period.range(around: transaction.now, in: transaction.zone)
      filter =
        filter && fields.decidedAt >= range.lowerBound && fields.decidedAt < range.upperBound
    }
    var sum = Money.zero(currency)
    try grants.scan(Query(where: { _ in filter })) { held in
      if held.row.amount.currency == currency { sum = try sum + held.row.amount }
      return true
    }
    return sum
  }

  /// Refuses what is more than whoever acts may spend.
  private func checkLimits(of goodwill: Goodwill) throws {
    let actor = transaction.attribution.actor
    let asked = goodwill.amount
    let all = try discretion(of: actor, for: goodwill.customer, about: goodwill.about).filter {
      $0.limit.amount.currency == asked.currency
    }
    try checkCase(of: goodwill, within: all)
    let inTheWay = all.filter { !$0.allows(asked) }
    guard inTheWay.isEmpty, !all.isEmpty else {
      let none = CRMError.Issue(
        "amount", "\(asked) was asked, and there is no limit in \(asked.currency.rawValue)")
      throw CRMError(
        .overLimit, "\(actor.rawValue) may not spend \(asked) on goodwill.",
        recovery: "Ask for it: someone with a higher limit can grant it.",
        issues: all.isEmpty
          ? [none]
          : inTheWay.map {
            .init(
              "amount",
              "the limit is \($0.limit): \($0.spent) was spent and \(asked) asked")
          },
        record: "goodwill", holder: inTheWay.first?.limit.id.description,
        current: inTheWay.first?.limit)
    }
  }

  /// Refuses what somebody grants by themselves for no case, where nothing but limits per case
  /// would bound how often.
  private func checkCase(of goodwill: Goodwill, within all: [Discretion]) throws {
    guard goodwill.about == nil, goodwill.askedBy == transaction.attribution.actor,
      let limit = all.first?.limit, all.allSatisfy({ $0.limit.measure == .perCase })
    else { return }
    throw CRMError(
      .overLimit, "\(goodwill.askedBy.rawValue) may spend goodwill on cases alone.",
      recovery: "Say what it makes good, or ask for it.",
      issues: [.init("about", "is missing: the limit is \(limit)")], record: "goodwill",
      holder: limit.id.description, current: limit)
  }

  private func checked(
    _ amount: Money, _ customer: Customer.ID, _ about: RecordReference?, _ reason: String
  ) throws -> Goodwill {
    let problems = DiscretionRules.problems(amount, reason, about)
    var unknown = try transaction.problem(with: customer).map { [$0] } ?? []
    unknown += try transaction.unknown(about.map { [$0] } ?? [], in: "about").map {
      .init("about", $0.problem)
    }
    guard problems.isEmpty, unknown.isEmpty else {
      throw CRMError.refusal("goodwill", problems, unknown: unknown)
    }
    return Goodwill(
      id: transaction.makeIdentifier(), customer: customer, amount: amount, about: about,
      reason: trimmed(reason), status: .asked, askedBy: transaction.attribution.actor,
      askedAt: transaction.now)
  }

  /// What was asked for, with who decides on it now.
  private func decided(_ id: Goodwill.ID, _ decision: String?) throws -> Goodwill {
    var goodwill = try grants.get(id)
    let actor = transaction.attribution.actor
    let problems = TextRules.problems(of: decision, in: "decision", within: 1_000)
    let isOwn = goodwill.askedBy == actor
    guard goodwill.status == .asked, !isOwn else {
      throw CRMError(
        .notAllowed,
        goodwill.status == .asked
          ? "\(actor.rawValue) asked for it themselves." : "It is \(goodwill.status.rawValue).",
        recovery: "Somebody else decides on what was asked for, once.", issues: problems,
        record: "goodwill", identifier: id.description)
    }
    guard problems.isEmpty else { throw CRMError.invalid("goodwill", problems) }
    goodwill.decidedBy = actor
    goodwill.decidedAt = transaction.now
    goodwill.decision = decision.map(trimmed)
    return goodwill
  }
}
