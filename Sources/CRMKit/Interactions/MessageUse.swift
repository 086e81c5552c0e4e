/// How far what the firm says rests on the customers' files.
public struct MessageUse: Hashable, Sendable {
  /// How many times the firm turned to a customer.
  public let messages: Int

  /// How many of these used nothing of the file.
  public let impersonal: Int

  /// How many used each part of the file, by the parts' names.
  public let uses: [String: Int]
}

extension InteractionOperations {
  /// Counts the contacts in which the firm turned to customers, and those that used nothing of
  /// the customer's file (``Interaction/uses``).
  ///
  /// - Parameters:
  ///   - customer: With whom; `nil` for all customers.
  ///   - start: From when on.
  ///   - end: Up to when; what happens at this instant is not in.
  /// - Complexity: O(*n*) in the customer's contacts of the time; in all contacts where no
  ///   customer is named.
  public func messageUse(
    with customer: Customer.ID? = nil, from start: Instant = .earliest, until end: Instant
  ) throws -> MessageUse {
    let query = Query<Interaction>(where: { fields in
      let inTime =
        fields.direction == .outbound && fields.occurredAt >= start && fields.occurredAt < end
      return customer.map { fields.customer == $0 && inTime } ?? inTime
    })
    var (messages, impersonal) = (0, 0)
    var uses: [String: Int] = [:]
    try records.scan(query) { held in
      messages += 1
      let parts = Set(held.row.uses)
      if parts.isEmpty { impersonal += 1 }
      for part in parts { uses[part, default: 0] += 1 }
      return true
    }
    return MessageUse(messages: messages, impersonal: impersonal, uses: uses)
  }

  /// What is wrong with the names of parts of a file.
  func useProblems(_ uses: [String]) -> [CRMError.Issue] {
    if uses.isEmpty { return [] }
    guard uses.count <= InteractionRules.mostParticipants else {
      return [.init("uses", "has more than \(InteractionRules.mostParticipants) entries")]
    }
    let attributes = transaction.capability(Customers.self)?.attributes ?? []
    return uses.enumerated().compactMap { index, name in
      let isPart =
        transaction.engine.catalog.schema(named: name) != nil
        || Customer.schema.layout.stored.contains { $0.name == name }
        || FactField(name, attributes: attributes) != nil
      if isPart { return nil }
      let problem = FactField.problem(with: name, attributes: attributes)
      return .init("uses[\(index)]", "“\(problem.field)” \(problem.problem)")
    }
  }
}
