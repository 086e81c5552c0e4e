/// What rules see of a customer; each part is read once, when a rule first asks for it.
final class LifecycleSubject {
  let customer: Customer
  let transaction: Transaction
  let zone: Zone

  /// As of when the customer is looked at.
  let now: Instant

  private var metrics: Held<CustomerMetrics>??
  private var purchases: [PurchaseMetrics]?
  private var figures: [String: MetricFigure] = [:]
  private var positions: [String: LifecyclePosition?] = [:]
  private var filters: [Condition: Bool] = [:]
  private var scores: [String: ScoreBasis] = [:]
  private var scored: [Scored: LifecycleVerdict] = [:]

  /// A question on a score at an instant, which is asked again as rules are gone through.
  private struct Scored: Hashable {
    let name: String
    let comparison: Comparison
    let count: Int
    let instant: Instant
  }

  convenience init(
    _ customer: Customer, days: LifecycleModel.DayZone, _ transaction: Transaction,
    at now: Instant? = nil
  ) {
    let zone = days == .customer ? customer.zone ?? transaction.zone : transaction.zone
    self.init(customer, transaction, zone, at: now ?? transaction.now)
  }

  private init(
    _ customer: Customer, _ transaction: Transaction, _ zone: Zone, at now: Instant
  ) {
    self.customer = customer
    self.transaction = transaction
    self.zone = zone
    self.now = now
  }

  /// The customer once labels were put on the file and taken off; what else is known stays so.
  func after(_ actions: [LifecycleAction]) -> LifecycleSubject {
    if actions.isEmpty { return self }
    var changed = customer
    for action in actions { action.label(&changed) }
    guard changed.tags != customer.tags else { return self }
    let subject = LifecycleSubject(changed, transaction, zone, at: now)
    subject.metrics = metrics
    subject.purchases = purchases
    subject.figures = figures
    subject.positions = positions
    return subject
  }

  /// Whether a condition holds at an instant, if nothing happens until then.
  ///
  /// - Parameter entered: When the stage was entered that the customer is at then.
  func verdict(
    on condition: LifecycleCondition, at instant: Instant, since entered: Instant?
  ) throws -> LifecycleVerdict {
    switch condition {
    case .always: return LifecycleVerdict(holds: true)
    case .file(let condition): return LifecycleVerdict(holds: try meets(condition))
    case .quantity(.score(let name), let comparison, let count):
      return try verdict(on: name, comparison, count, at: instant)
    case .quantity(let quantity, let comparison, let count):
      return LifecycleVerdict(holds: comparison.holds(try value(of: quantity), count))
    case .happened(let moment):
      guard let moment = try self.moment(moment, since: entered) else {
        return LifecycleVerdict(holds: false)
      }
      return LifecycleVerdict(
        holds: moment <= instant, changesAt: moment <= instant ? nil : moment)
    case .passed(let span, let moment):
      guard let moment = try self.moment(moment, since: entered) else {
        return LifecycleVerdict(holds: false)
      }
      let end = span.end(from: moment, in: zone)
      return LifecycleVerdict(holds: end <= instant, changesAt: end <= instant ? nil : end)
    case .stands(let names, let lifecycle):
      let stands = try position(in: lifecycle)?.foreseen(at: instant)
      return LifecycleVerdict(
        holds: stands?.stage.map(names.contains) ?? false, changesAt: stands?.until)
    case .all(let parts):
      var all = LifecycleVerdict.all
      for part in parts { all.and(try verdict(on: part, at: instant, since: entered)) }
      return all
    case .any(let parts):
      var any = LifecycleVerdict.all.negated
      for part in parts { any.or(try verdict(on: part, at: instant, since: entered)) }
      return any
    case .not(let part):
      return try verdict(on: part, at: instant, since: entered).negated
    }
  }

  /// What a condition looked at, and what was found there.
  func evidence(
    for condition: LifecycleCondition, at instant: Instant, since entered: Instant?
  ) throws -> [LifecycleEvidence] {
    try evidence(for: condition.leaves, at: instant, since: entered)
  }

  /// What the leaves of a condition looked at, and what was found there.
  func evidence(
    for leaves: [LifecycleCondition], at instant: Instant, since entered: Instant?
  ) throws -> [LifecycleEvidence] {
    var found: [LifecycleEvidence] = []
    for leaf in leaves {
      guard let evidence = try evidence(forLeaf: leaf, at: instant, since: entered),
        !found.contains(where: { $0.what == evidence.what })
      else { continue }
      found.append(evidence)
    }
    return found
  }

  private func evidence(
    forLeaf leaf: LifecycleCondition, at instant: Instant, since entered: Instant?
  ) throws -> LifecycleEvidence? {
    switch leaf {
    case .quantity(.score(let name), _, _):
      let found = try ScoreCourse(score(name), at: instant).value()
      return LifecycleEvidence(LifecycleQuantity.score(name).description, found.description)
    case .quantity(let quantity, _, _):
      return LifecycleEvidence(quantity.description, String(try value(of: quantity)))
    case .happened(let moment), .passed(_, let moment):
      let found = try self.moment(moment, since: entered)
      return LifecycleEvidence(moment.description, found?.description ?? "never")
    case .file(let condition):
      return LifecycleEvidence(
        condition.fields.joined(separator: ", "), try meets(condition) ? "as asked" : "otherwise")
    case .stands(_, let lifecycle):
      let stage = try position(in: lifecycle)?.foreseen(at: instant).stage
      return LifecycleEvidence("stage of \(lifecycle)", stage ?? "none")
    case .always, .all, .any, .not: return nil
    }
  }

  // MARK: What is known

  func value(of quantity: LifecycleQuantity) throws -> Int {
    switch quantity {
    case .revenue(let currency): try revenue(in: currency)
    case .figure(let name): Int(clamping: try figure(name).sum)
    case .score(let name): try ScoreCourse(score(name), at: now).value().whole
    default: try kept().map { quantity.count(in: $0.row) } ?? 0
    }
  }

  private func moment(_ moment: LifecycleMoment, since entered: Instant?) throws -> Instant? {
    switch moment {
    case .added: customer.createdAt
    case .firstOrder: try kept()?.row.firstOrderAt
    case .lastOrder: try kept()?.row.lastOrderAt
    case .firstContact: try kept()?.row.firstContactAt
    case .lastContact: try kept()?.row.lastContactAt
    case .lastInbound: try kept()?.row.lastInboundAt
    case .lastOutbound: try kept()?.row.lastOutboundAt
    case .stageEntered: entered
    case .figure(let name): try figure(name).lastAt
    }
  }

  private func kept() throws -> Held<CustomerMetrics>? {
    if let metrics { return metrics }
    let found = try transaction.metrics.kept(of: customer.id)
    metrics = .some(found)
    return found
  }

  private func revenue(in currency: Currency) throws -> Int {
    let found = try purchases ?? transaction.metrics.purchases(of: customer.id)
    purchases = found
    return Int(
      clamping: found.first { $0.revenue.currency == currency }?.revenue.minorUnits ?? 0)
  }

  private func figure(_ name: String) throws -> MetricFigure {
    if let found = figures[name] { return found }
    let found = try transaction.metrics.figure(name, of: customer.id)
    figures[name] = found
    return found
  }

  /// How a score compares at an instant, and when time alone changes that.
  private func verdict(
    on name: String, _ comparison: Comparison, _ count: Int, at instant: Instant
  ) throws -> LifecycleVerdict {
    let question = Scored(name: name, comparison: comparison, count: count, instant: instant)
    if let known = scored[question] { return known }
    let course = try ScoreCourse(score(name), at: instant)
    let verdict = LifecycleVerdict(
      holds: comparison.holds(try course.value(), ScorePoints(count)),
      changesAt: try course.firstChange(of: comparison, count))
    scored[question] = verdict
    return verdict
  }

  private func score(_ name: String) throws -> ScoreBasis {
    if let found = scores[name] { return found }
    let found = try transaction.scores.basis(
      for: customer, transaction.scores.model(name), from: now)
    scores[name] = found
    return found
  }

  private func position(in lifecycle: String) throws -> LifecyclePosition? {
    if let found = positions[lifecycle] { return found }
    let found = try transaction.lifecycle.known(of: customer.id, in: lifecycle)
    positions[lifecycle] = .some(found)
    return found
  }

  private func meets(_ condition: Condition) throws -> Bool {
    if let known = filters[condition] { return known }
    let query = try PreparedQuery(
      Query<Customer>(where: { _ in Filter(condition) }), in: transaction.reader.catalog)
    let holds = try query.predicate(in: transaction.reader)(Held(customer))
    filters[condition] = holds
    return holds
  }
}

extension Comparison {
  func holds<Value: Comparable>(_ a: Value, _ b: Value) -> Bool {
    switch self {
    case .equal: a == b
    case .notEqual: a != b
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    }
  }
}

extension Condition {
  /// The names of the fields it looks at, each once.
  var fields: [String] {
    var seen: Set<String> = []
    return everyField.filter { seen.insert($0).inserted }
  }

  private var everyField: [String] {
    switch self {
    case .always: []
    case .compare(let field, _, _), .among(let field, _), .hasPrefix(let field, _),
      .isMissing(let field):
      [field]
    case .all(let parts), .any(let parts): parts.flatMap(\.everyField)
    case .not(let part): part.everyField
    case .exists(let record, _, _): [record]
    }
  }
}
