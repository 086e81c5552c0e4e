extension ResponsibilityOperations {
  // MARK: Open work

  /// What somebody has open: files, promises, reminders and whatever else has an owner, by kind
  /// in the order of the capabilities, what was made first first.
  ///
  /// - Complexity: A query for each kind (``Capability/duties``), and then in what is open.
  public func openWork(of owner: Principal, with customer: Customer.ID? = nil) throws -> [OpenWork]
  {
    try found(of: owner, customer.map { .customer($0) } ?? .anyone).map(\.work)
  }

  // MARK: Handing over

  /// Passes the responsibility for a customer, and all that one has open with them, to another.
  ///
  /// What others are responsible for stays with them, the customer's file included. A note tells
  /// who takes over what they should know.
  ///
  /// - Parameters:
  ///   - customer: The customer.
  ///   - from: Who was responsible.
  ///   - to: Who is from now on: a member of the staff or a team.
  ///   - note: What they should know, in a few words.
  ///   - content: The same in full.
  /// - Returns: What went over.
  /// - Throws: ``CRMError/Code/invalid`` with every problem, also where `to` is not known or does
  ///   not work here any more; ``CRMError/Code/unknownReference`` for an unknown or archived
  ///   customer. Nothing has changed then.
  /// - Complexity: As ``openWork(of:with:)``.
  @discardableResult
  public func handOver(
    _ customer: Customer.ID, from: Principal, to: Principal, note: String, content: String? = nil
  ) throws -> HandOver {
    let new = NewInteraction.note(note, on: customer, content: content)
    var problems = InteractionRules.problems(of: new, now: transaction.now)
    problems += try self.problems(from: from, to: to)
    guard problems.isEmpty else {
      throw CRMError.refusal(
        "interactions", problems, unknown: try transaction.interactions.unknown(in: new))
    }
    return try transaction.operation {
      let part = try pass(
        try found(of: from, .customer(customer)), of: customer, leaving: new, from: from, to: to)
      if try transaction.customers.get(customer).owner == nil {
        try assign(
          try transaction.customers.get(customer), to: to, .handOver,
          "handed over by \(from.rawValue)")
      }
      try checkNothingLeft(of: from, .customer(customer))
      return HandOver(from: from, to: to, customers: [part])
    }
  }

  /// Passes all that somebody is responsible for to another, with a note on each customer.
  ///
  /// That is every customer whose file they own or with whom they have something open, and what
  /// they have open with none. Customers whose files are archived get no note.
  ///
  /// - Returns: What went over.
  /// - Throws: ``CRMError/Code/invalid`` as ``handOver(_:from:to:note:content:)``; nothing has
  ///   changed then.
  /// - Complexity: As ``openWork(of:with:)``, and a note for each customer.
  @discardableResult
  public func handOverAll(
    from: Principal, to: Principal, note: String, content: String? = nil
  ) throws -> HandOver {
    var problems = InteractionRules.problems(
      of: .note(note, on: .zero, content: content), now: transaction.now)
    problems += try self.problems(from: from, to: to)
    guard problems.isEmpty else { throw CRMError.invalid("interactions", problems) }
    return try transaction.operation {
      var report = HandOver(from: from, to: to)
      var parts: [Customer.ID: [Duty.Found]] = [:]
      // Territories go first, so that those who lie in them go with them.
      for found in try found(of: from, .anyone) {
        if let customer = found.work.customer {
          parts[customer, default: []].append(found)
        } else {
          try found.pass(to)
          report.others.append(found.work)
        }
      }
      for customer in parts.keys.sorted() {
        report.customers.append(
          try pass(
            parts[customer] ?? [], of: customer,
            leaving: .note(note, on: customer, content: content), from: from, to: to))
      }
      try checkNothingLeft(of: from, .anyone)
      return report
    }
  }

  // MARK: Steps

  private func found(of owner: Principal, _ scope: Duty.Scope) throws -> [Duty.Found] {
    try transaction.engine.registry.duties.flatMap { try $0.find(owner, scope, transaction) }
  }

  private func problems(from: Principal, to: Principal) throws -> [CRMError.Issue] {
    let problems = TextRules.problems(of: from, in: "from")
    if from == to { return problems + [.init("to", "is who hands over")] }
    return problems + (try problem(with: to, in: "to").map { [$0] } ?? [])
  }

  private func pass(
    _ found: [Duty.Found], of customer: Customer.ID, leaving note: NewInteraction,
    from: Principal, to: Principal
  ) throws -> HandOver.Part {
    var left: Interaction.ID?
    if !(try transaction.customers.find(customer)?.isArchived ?? false) {
      var note = note
      note.staff = [from, to]
      left = try transaction.interactions.record(note).id
    }
    for found in found { try found.pass(to) }
    try transaction.emit(
      CustomerHandedOver(
        customer: customer, from: from, to: to, note: left, moved: found.count),
      about: customer)
    return HandOver.Part(customer: customer, note: left, moved: found.map(\.work))
  }

  /// Fails where a kind of work was declared and not passed on.
  private func checkNothingLeft(of owner: Principal, _ scope: Duty.Scope) throws {
    let left = try found(of: owner, scope).map(\.work)
    guard let first = left.first else { return }
    throw CRMError(
      .invalidCapability,
      "\(left.count) things stay with \(owner.rawValue) after a hand-over, the first of "
        + "\(first.kind).",
      recovery: "Let the duty of that kind give the record to its new owner.",
      record: first.kind, identifier: first.identifier)
  }

  /// Passes a file on; one that came by a territory which went over too stays with the territory.
  func pass(_ file: Customer, to owner: Principal) throws {
    let last = try lastAssignment(of: file.id)
    let territory = try last?.territory.flatMap { name in
      try territories.first(where: { $0.name == name && $0.isCurrent == true })
    }
    let isTheirs = last?.to == file.owner && territory?.owner == owner
    try assign(
      file, to: owner, .handOver, territory: isTheirs ? territory?.name : nil,
      "handed over by \(file.owner?.rawValue ?? "nobody")")
  }
}
