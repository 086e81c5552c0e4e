extension BudgetOperations {
  // MARK: Reading

  /// What was to be spent on customers in a period, what was, and what came back.
  ///
  /// Who is in a group is so now; who is new had placed no order that stands before the period.
  ///
  /// - Parameters:
  ///   - unit: A month, a quarter or a year.
  ///   - date: Any day of it.
  ///   - currency: The currency; there is a report in each.
  ///   - group: The short name of a group; `nil` for all customers.
  /// - Throws: ``CRMError/Code/invalid`` for another unit, ``CRMError/Code/notFound`` for an
  ///   unknown group, ``CRMError/Code/overflow``.
  /// - Complexity: O(*k*) in the kept figures of the period, whatever was bought or spent in it,
  ///   a query for 500 customers, and as ``GroupOperations/members(of:)``.
  public func report(
    _ unit: CalendarUnit, of date: CalendarDate, in currency: Currency, group: String? = nil
  ) throws -> BudgetReport {
    let members = try group.map { Set(try transaction.groups.members(of: $0)) }
    let efforts = try efforts(unit, date, currency, where: { members?.contains($0) ?? true })
    return try report(on: efforts, unit, date, currency, group)
  }

  /// The same of one customer.
  ///
  /// - Complexity: O(log *n*) and then in the months of the period.
  public func report(
    on customer: Customer.ID, _ unit: CalendarUnit, of date: CalendarDate, in currency: Currency
  ) throws -> CustomerEffort {
    try efforts(unit, date, currency, of: customer).first
      ?? CustomerEffort(
        customer: customer, isNew: try isNew([customer], unit.start(of: date))[customer] ?? true,
        part: BudgetPart(currency))
  }

  /// What was spent and came back by the stage of a lifecycle at which customers stand now; those
  /// who stand at none are in none.
  ///
  /// - Throws: ``CRMError/Code/notFound`` for an unknown lifecycle, and as
  ///   ``report(_:of:in:group:)``.
  public func report(
    _ unit: CalendarUnit, of date: CalendarDate, in currency: Currency, byStageOf lifecycle: String
  ) throws -> [String: BudgetPart] {
    _ = try transaction.lifecycle.model(lifecycle)
    let efforts = try efforts(unit, date, currency)
    var parts: [String: BudgetPart] = [:]
    for start in stride(from: 0, to: efforts.count, by: 500) {
      let some = efforts[start..<min(start + 500, efforts.count)]
      let ids = some.map(\.customer)
      let rows = try transaction.lifecycle.positions.all(where: {
        $0.customer.isOne(of: ids) && $0.lifecycle == lifecycle
      })
      let stages = Dictionary(rows.map { ($0.customer, $0.stage) }) { first, _ in first }
      for effort in some {
        guard let stage = stages[effort.customer] ?? nil else { continue }
        try parts[stage, default: BudgetPart(currency)].add(effort.part)
      }
    }
    return parts
  }

  /// The customers on whom money and time return most or least, to see where more or less of both
  /// is due.
  ///
  /// - Throws: As ``report(_:of:in:group:)``.
  public func efforts(
    _ unit: CalendarUnit, of date: CalendarDate, in currency: Currency, group: String? = nil,
    by order: EffortOrder, limit: Int = 10
  ) throws -> [CustomerEffort] {
    let members = try group.map { Set(try transaction.groups.members(of: $0)) }
    let efforts = try efforts(unit, date, currency, where: { members?.contains($0) ?? true })
    let nets = try efforts.map { (effort: $0, net: try $0.part.net.minorUnits) }
    let sorted = nets.sorted { a, b in
      switch order {
      case .leastNet: (a.net, a.effort.customer) < (b.net, b.effort.customer)
      case .mostNet: (b.net, a.effort.customer) < (a.net, b.effort.customer)
      }
    }
    return sorted.prefix(max(0, limit)).map(\.effort)
  }

  // MARK: Steps

  private func report(
    on efforts: [CustomerEffort], _ unit: CalendarUnit, _ date: CalendarDate,
    _ currency: Currency, _ group: String?
  ) throws -> BudgetReport {
    var (new, existing) = (BudgetPart(currency), BudgetPart(currency))
    for effort in efforts {
      if effort.isNew { try new.add(effort.part) } else { try existing.add(effort.part) }
    }
    var all = new
    try all.add(existing)
    let from = unit.start(of: date)
    let lines = try Spending.Purpose.allCases.map { purpose in
      let planned = try planned(purpose, unit, from: from, currency, group)
      let actual = all.spent[purpose] ?? .zero(currency)
      return BudgetReport.Line(
        purpose: purpose, planned: planned, actual: actual,
        remaining: try planned.map { try $0 - actual })
    }
    return BudgetReport(
      from: from, until: unit.end(of: from), currency: currency, group: group, lines: lines,
      new: new, existing: existing, all: all)
  }

  /// What was spent on customers, and what they bought, those added first first.
  private func efforts(
    _ unit: CalendarUnit, _ date: CalendarDate, _ currency: Currency,
    of customer: Customer.ID? = nil,
    where isMeant: (Customer.ID) -> Bool = { _ in true }
  ) throws -> [CustomerEffort] {
    let problems = Self.problems(of: unit)
    guard problems.isEmpty else { throw CRMError.invalid("budget_plans", problems) }
    let (from, until) = (unit.start(of: date), unit.end(of: date))
    var parts: [Customer.ID: BudgetPart] = [:]
    let fields = BudgetFigure.fields
    var filter = fields.month >= from && fields.month < until
    if let customer { filter = fields.customer == customer && filter }
    try figures.scan(Query(where: { _ in filter })) { held in
      let figure = held.row
      guard figure.currency == currency || figure.currency == nil, isMeant(figure.customer)
      else { return true }
      try parts[figure.customer, default: BudgetPart(currency)].add(figure)
      return true
    }
    let customers = parts.keys.sorted()
    let new = try isNew(customers, from)
    return customers.map { customer in
      var part = parts[customer] ?? BudgetPart(currency)
      part.customers = 1
      return CustomerEffort(customer: customer, isNew: new[customer] ?? true, part: part)
    }
  }

  /// Who had placed no order that stands before a day at the firm.
  private func isNew(_ customers: [Customer.ID], _ day: CalendarDate) throws
    -> [Customer.ID: Bool]
  {
    let start = transaction.zone.startOfDay(day)
    let hasMetrics = transaction.capability(Metrics.self) != nil
    var new: [Customer.ID: Bool] = [:]
    for index in stride(from: 0, to: customers.count, by: 500) {
      let ids = customers[index..<min(index + 500, customers.count)]
      let rows =
        hasMetrics
        ? try transaction.metrics.records.find(ids.map(CustomerMetrics.identifier)) : [:]
      for id in ids {
        // Where no figures are kept, the orders say it.
        let first =
          try rows[CustomerMetrics.identifier(of: id)].map(\.firstOrderAt)
          ?? firstOrder(of: id)
        new[id] = first.map { $0 >= start } ?? true
      }
    }
    return new
  }

  private func firstOrder(of customer: Customer.ID) throws -> Instant? {
    try transaction.records(of: Order.self).first(
      where: { $0.customer == customer && $0.status != .cancelled },
      sortedBy: { [.ascending($0.placedAt)] })?.placedAt
  }

  // MARK: Verifying

  /// Makes all figures of what was booked and ordered, and tells of each that is kept otherwise,
  /// and of contacts whose cost is booked otherwise than they say.
  ///
  /// - Complexity: O(*n* log *n*) in what was booked and in the orders; it holds one figure for
  ///   each customer, month and purpose.
  func verify(_ report: inout VerificationReport) throws {
    guard try books.find(BudgetBook.identifier) != nil else { return }
    var expected: [BudgetPlace: [BudgetFigure]] = [:]
    try spendings.scan { held in
      let spending = held.row
      let place = BudgetPlace(customer: spending.customer, month: month(of: spending.spentAt))
      let kind = BudgetFigure.Kind(spending.purpose)
      var rows = expected[place] ?? []
      let index = rows.firstIndex {
        $0.kind == kind && $0.currency == spending.amount?.currency
      }
      var figure =
        index.map { rows.remove(at: $0) }
        ?? BudgetFigure(
          id: .zero, customer: place.customer, month: place.month, kind: kind,
          currency: spending.amount?.currency, minorUnits: 0, count: 0, milliseconds: 0)
      try figure.add(spending)
      expected[place] = rows + [figure]
      return true
    }
    for (place, sums) in try revenueOfAll() {
      for (currency, sum) in sums {
        expected[place, default: []].append(
          BudgetFigure(
            id: .zero, customer: place.customer, month: place.month, kind: .revenue,
            currency: currency, minorUnits: sum.amount.minorUnits, count: sum.orders,
            milliseconds: 0))
      }
    }
    try figures.scan { held in
      let kept = held.row
      let place = BudgetPlace(customer: kept.customer, month: kept.month)
      let index = expected[place]?.firstIndex {
        $0.kind == kept.kind && $0.currency == kept.currency
      }
      let counted = index.flatMap { expected[place]?.remove(at: $0) }
      if counted?.isSame(as: kept) != true {
        report.noteDamage(
          of: BudgetFigure.schema.name, id: "customer \(kept.customer)",
          "\(kept.month) \(kept.kind.rawValue) is kept otherwise than it was booked")
      }
      return true
    }
    for (place, rows) in expected.sorted(by: { $0.key < $1.key }) {
      for row in rows {
        report.noteDamage(
          of: BudgetFigure.schema.name, id: "customer \(place.customer)",
          "\(place.month) \(row.kind.rawValue) is not kept")
      }
    }
    try verifyContacts(&report)
  }

  private func verifyContacts(_ report: inout VerificationReport) throws {
    try transaction.records(of: Interaction.self).scan { held in
      let contact = held.row
      guard contact.isCostly, try transaction.metrics.isPast(contact) else { return true }
      let origin = RecordReference(contact.id)
      let spending = try spendings.first(where: { $0.originKey == origin.key })
      if spending?.amount != contact.cost || spending?.customer != contact.customer {
        report.noteDamage(
          of: Spending.schema.name, id: "interaction \(contact.id)",
          "it is booked otherwise than the contact says")
      }
      return true
    }
  }
}

extension BudgetFigure {
  fileprivate func isSame(as other: BudgetFigure) -> Bool {
    minorUnits == other.minorUnits && count == other.count && milliseconds == other.milliseconds
  }
}
