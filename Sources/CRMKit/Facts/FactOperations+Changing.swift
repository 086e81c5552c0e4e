extension FactOperations {
  /// Records what a source says of one field of a customer's file.
  ///
  ///     try tx.facts.assert("KR", for: Customer.fields.country, of: yuna.id, from: .system("erp"))
  ///
  /// The same as saying several fields at once, for one.
  @discardableResult
  public func assert<V: FieldValue>(
    _ value: V, for field: Field<Customer, V>, of customer: Customer.ID, from source: FactSource,
    trueAt: Instant? = nil
  ) throws -> Fact {
    try assert(NewFact(field, value), of: customer, from: source, trueAt: trueAt)
  }

  /// Records what a source says of one field of a customer's file.
  ///
  /// The same as saying several fields at once, for one.
  @discardableResult
  public func assert(
    _ new: NewFact, of customer: Customer.ID, from source: FactSource, trueAt: Instant? = nil
  ) throws -> Fact {
    let facts = try assert([new], of: customer, from: source, trueAt: trueAt)
    guard let fact = facts.first else { throw CRMError(Fact.schema.notFound(.zero)) }
    return fact
  }

  /// Records what a source says of a customer's file, and lets the order of trust decide.
  ///
  /// Where it is preferred to what else was said, the file changes with it. Otherwise the file
  /// stays and what was said is kept; it has to be valid all the same. What the file held
  /// before without a fact becomes one, of whoever wrote it there.
  ///
  /// What the source said before of the same instant is returned as it is. Its last word, said
  /// again of a later instant, is confirmed.
  ///
  /// - Parameters:
  ///   - new: What it says, each field once.
  ///   - trueAt: When it was true, if not now; at most a day ahead.
  /// - Returns: The facts, in the order of what was said.
  /// - Throws: ``CRMError/Code/invalid`` with every problem, of what is said and of the file as
  ///   it would be; ``CRMError/Code/unknownReference`` for an unknown or archived customer.
  ///   Nothing has changed then.
  @discardableResult
  public func assert(
    _ new: [NewFact], of customer: Customer.ID, from source: FactSource, trueAt: Instant? = nil
  ) throws -> [Fact] {
    try transaction.operation {
      var (claims, problems) = read(new)
      if let problem = source.problem("source") { problems.append(problem) }
      problems += futureProblems("true_at", trueAt, now: transaction.now)
      guard let file = try transaction.customers.find(customer), !file.isArchived else {
        let unknown = try transaction.problem(with: customer)
        throw CRMError.refusal("facts", problems, unknown: unknown.map { [$0] } ?? [])
      }
      guard problems.isEmpty else {
        throw CRMError.invalid("facts", problems + (try refusals(of: claims, for: file)))
      }
      var book = try open(file, claims.map(\.field))
      let facts = claims.map { claim in
        book.add(
          statement(claim.value, from: source, trueAt: trueAt ?? transaction.now),
          on: claim.field, as: transaction.makeIdentifier())
      }
      book.settle(by: rules)
      let losers = book.added.filter { $0.status == .lost || $0.status == .superseded }
      if losers.contains(where: { facts.contains($0.id) }) {
        // What loses is kept and may stand one day, so it has to be valid too.
        let problems = try refusals(of: claims, for: file)
        guard problems.isEmpty else { throw CRMError.invalid("facts", problems) }
      }
      let kept = try keep(book)
      return facts.compactMap { kept[$0] }
    }
  }

  /// Notes that someone made sure of a fact; what stands does not change by it.
  ///
  /// - Parameter instant: When they did, if not now. A confirmation earlier than the last one
  ///   changes nothing.
  /// - Throws: ``CRMError/Code/notAllowed`` for a fact that was withdrawn or superseded,
  ///   ``CRMError/Code/invalid``, ``CRMError/Code/notFound``; nothing has changed then.
  @discardableResult
  public func confirm(_ id: Fact.ID, at instant: Instant? = nil) throws -> Fact {
    try transaction.operation {
      var fact = try get(id)
      let confirmedAt = instant ?? transaction.now
      let problems = instantProblems(
        "confirmed_at", confirmedAt, from: fact.trueAt, "it was true", now: transaction.now)
      guard fact.status != .withdrawn, fact.status != .superseded else {
        throw notAllowed(fact, "be confirmed", "Confirm what its source says now.", problems)
      }
      guard problems.isEmpty else { throw CRMError.invalid("facts", problems) }
      if let last = fact.confirmedAt, last > confirmedAt { return fact }
      fact.confirmedAt = confirmedAt
      fact.confirmedBy = transaction.attribution.actor
      return try records.update(
        fact, emitting: FactConfirmed(fact: id, customer: fact.customer, field: fact.field),
        at: instant)
    }
  }

  /// Takes a fact back; the next best stands again, and the file follows it.
  ///
  /// Where no other fact is left, the field is emptied. What was said earlier by the same
  /// source counts again.
  ///
  /// - Returns: The fact as it is kept.
  /// - Throws: ``CRMError/Code/notAllowed`` where it was withdrawn before, or where nothing else
  ///   is known of a field that cannot be empty; ``CRMError/Code/invalid`` where the file would
  ///   not be valid; ``CRMError/Code/notFound``. Nothing has changed then.
  @discardableResult
  public func withdraw(_ id: Fact.ID) throws -> Fact {
    try transaction.operation {
      let fact = try get(id)
      guard fact.status != .withdrawn else {
        throw notAllowed(fact, "be withdrawn again", "Leave it as it is.")
      }
      let kept = try withdraw(fact.customer, [fact.field]) { $0.id == id }
      return kept[id] ?? fact
    }
  }

  /// Takes back everything a source says of a customer, as ``withdraw(_:)`` does one fact.
  ///
  /// - Returns: The facts that were taken back.
  @discardableResult
  public func withdrawAll(from source: FactSource, of customer: Customer.ID) throws -> [Fact] {
    try transaction.operation {
      let facts = try records.all(where: {
        $0.source == source && $0.customer == customer && $0.status != .withdrawn
      })
      guard !facts.isEmpty else { return [] }
      let kept = try withdraw(customer, Set(facts.map(\.field)).sorted()) { $0.source == source }
      return facts.compactMap { kept[$0.id] }
    }
  }

  /// Decides anew which facts of a customer stand, after the order of trust was changed.
  ///
  /// - Throws: ``CRMError/Code/invalid`` where the file would not be valid, with nothing changed.
  public func decideAgain(for customer: Customer.ID) throws {
    try transaction.operation {
      let file = try transaction.customers.get(customer)
      var book = try open(file, try standing(of: customer).compactMap { field(of: $0) })
      book.settle(by: rules)
      try keep(book)
    }
  }

  /// Makes a fact of what someone wrote into a file by hand, where facts are kept of the field.
  func adopt(_ edit: RecordedEvent, of customer: Customer.ID) throws {
    let columns = Set(edit.changes.map(\.field))
    let fields = try standing(of: customer).compactMap { field(of: $0) }.filter {
      columns.contains($0.column)
    }
    guard !fields.isEmpty else { return }
    let file = try transaction.customers.get(customer)
    try keep(try open(file, fields, edit))
  }
}

// MARK: - Steps

extension FactOperations {
  private struct Claim {
    let field: FactField
    let value: Value
  }

  /// What can be read of what is said, and what is wrong with the rest.
  private func read(_ new: [NewFact]) -> (claims: [Claim], problems: [CRMError.Issue]) {
    let attributes = attributes
    var claims: [Claim] = []
    var problems: [CRMError.Issue] = []
    var named: Set<String> = []
    for fact in new {
      guard let field = FactField(fact.field, attributes: attributes) else {
        problems.append(FactField.problem(with: fact.field, attributes: attributes))
        continue
      }
      guard named.insert(field.name).inserted else {
        problems.append(.init(field.name, "is said twice"))
        continue
      }
      do throws(StorageError) {
        claims.append(Claim(field: field, value: try field.kept(fact.value)))
      } catch {
        // The error's own words can have the value in them.
        problems.append(.init(field.name, "does not take the value: it is kept as \(field.type)"))
      }
    }
    return (claims, problems)
  }

  private func field(of fact: Fact) -> FactField? {
    FactField(fact.field, attributes: attributes)
  }

  private func statement(_ value: Value, from source: FactSource, trueAt: Instant)
    -> FactBook.Statement
  {
    FactBook.Statement(
      value: value, source: source, trueAt: trueAt, recordedAt: transaction.recordedAt,
      recordedBy: transaction.attribution.actor)
  }

  /// Every problem a file would have if it said what is claimed: the update is tried and undone.
  private func refusals(of claims: [Claim], for customer: Customer) throws -> [CRMError.Issue] {
    struct Trial: Error {}
    var file = customer
    for claim in claims { try set(claim.value, claim.field, on: &file) }
    do {
      try transaction.attempt { () throws -> Void in
        try transaction.customers.update(file)
        throw Trial()
      }
      return []
    } catch is Trial {
      return []
    } catch let error as CRMError where error.code == .invalid {
      return error.issues
    }
  }

  /// The facts on some fields, with one for each value of the file that had none.
  ///
  /// - Parameter edit: What wrote such values, if it is known.
  private func open(_ file: Customer, _ fields: [FactField], _ edit: RecordedEvent? = nil) throws
    -> FactBook
  {
    let names = fields.map(\.name)
    let facts =
      try names.isEmpty
      ? []
      : records.all(
        where: { $0.customer == file.id && $0.field.isOne(of: names) },
        sortedBy: { [.ascending($0.field), .ascending($0.trueAt)] })
    var book = FactBook(file, fields, facts)
    let unexplained = book.unexplained
    let origins =
      try edit.map { edit in unexplained.map { _ in edit } }
      ?? origins(of: unexplained, in: file)
    for (field, origin) in zip(unexplained, origins) {
      let statement = FactBook.Statement(
        value: field.value(of: file), source: FactSource(of: origin.actor, through: origin.channel),
        trueAt: origin.occurredAt, recordedAt: transaction.recordedAt, recordedBy: origin.actor)
      _ = book.add(statement, on: field, as: transaction.makeIdentifier(), isEdit: true)
    }
    if !unexplained.isEmpty { book.settle(by: rules) }
    return book
  }

  /// The event that last changed each field of a file; the one that opened it where none did.
  private func origins(of fields: [FactField], in file: Customer) throws -> [RecordedEvent] {
    guard !fields.isEmpty else { return [] }
    var origins: [String: RecordedEvent] = [:]
    var first: RecordedEvent?
    try transaction.events.scanHistory(of: file.id) { event in
      first = event
      for field in fields where origins[field.name] == nil {
        if event.changes.contains(where: { field.isChanged(by: $0) }) {
          origins[field.name] = event
        }
      }
      return origins.count < fields.count
    }
    return fields.compactMap { origins[$0.name] ?? first }
  }

  private func withdraw(
    _ customer: Customer.ID, _ names: [String], where isMeant: (Fact) -> Bool
  ) throws -> [Fact.ID: Fact] {
    let file = try transaction.customers.get(customer)
    var book = try open(file, try names.map(known))
    book.withdraw(at: transaction.now, where: isMeant)
    book.settle(by: rules)
    return try keep(book)
  }

  /// The field of a fact that is there.
  private func known(_ name: String) throws -> FactField {
    guard let field = FactField(name, attributes: attributes) else {
      throw CRMError.invalid("facts", [FactField.problem(with: name, attributes: attributes)])
    }
    return field
  }

  /// Brings the file and the stored facts in line with a settled book.
  ///
  /// The file comes first: it is refused before anything has changed.
  @discardableResult
  private func keep(_ settled: FactBook) throws -> [Fact.ID: Fact] {
    var book = settled
    var file = book.customer
    for field in book.fields {
      guard let value = book.standing(field)?.value ?? field.silence else {
        throw CRMError(
          .notAllowed, "facts: nothing else is known of \(field.name), which cannot be empty.",
          recovery: "Let another source say what it is first.",
          issues: [.init(field.name, "cannot be empty")], record: "facts",
          identifier: book.customer.id.description)
      }
      if field.value(of: file) != value { try set(value, field, on: &file) }
    }
    if file != book.customer { book.follow(try transaction.customers.update(file)) }
    var kept: [Fact.ID: Fact] = [:]
    for fact in book.added {
      kept[fact.id] = try records.insert(
        fact,
        emitting: FactAsserted(
          fact: fact.id, customer: fact.customer, field: fact.field, source: fact.source,
          status: fact.status))
    }
    for (old, fact) in book.changed { kept[fact.id] = try update(fact, from: old) }
    return kept.merging(book.unchanged) { new, _ in new }
  }

  private func update(_ fact: Fact, from old: Fact) throws -> Fact {
    if fact.status == .withdrawn {
      return try records.update(
        fact,
        emitting: FactWithdrawn(
          fact: fact.id, customer: fact.customer, field: fact.field, source: fact.source))
    }
    if fact.confirmedAt != old.confirmedAt {
      return try records.update(
        fact,
        emitting: FactConfirmed(fact: fact.id, customer: fact.customer, field: fact.field))
    }
    return try records.update(
      fact,
      emitting: FactSettled(
        fact: fact.id, customer: fact.customer, field: fact.field, status: fact.status))
  }

  private func set(_ value: Value, _ field: FactField, on customer: inout Customer) throws {
    do {
      try field.set(value, on: &customer)
    } catch {
      throw CRMError.translated(error)
    }
  }

  private func notAllowed(
    _ fact: Fact, _ what: String, _ recovery: String, _ problems: [CRMError.Issue] = []
  ) -> CRMError {
    CRMError(
      .notAllowed, "Fact \(fact.id) is \(fact.status.rawValue) and cannot \(what).",
      recovery: recovery, issues: problems, record: "facts", identifier: fact.id.description)
  }
}
