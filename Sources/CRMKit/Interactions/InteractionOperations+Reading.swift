extension InteractionOperations {
  /// The contact of an identifier.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func get(_ id: Interaction.ID) throws -> Interaction { try records.get(id) }

  /// The contact of another system's name for it, if there is one.
  public func find(_ id: ExternalID) throws -> Interaction? {
    guard !id.key.utf8.contains(0) else { return nil }
    return try records.first(where: { $0.externalKeys.contains(id.key) })
  }

  /// The customers who take part in a contact, the first customer first.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func customers(of id: Interaction.ID) throws -> [Customer.ID] {
    try customers(of: try get(id))
  }

  /// A customer's contacts, the latest first; what is planned comes before all that was.
  ///
  /// - Parameters:
  ///   - customer: The customer.
  ///   - end: Nothing later than this; what happens at this instant is in.
  ///   - limit: How many at most; `nil` for all.
  public func all(
    of customer: Customer.ID, until end: Instant = .latest, limit: Int? = nil
  ) throws -> [Interaction] {
    if let limit { return try page(of: [customer], until: end, limit: limit).items }
    var merge = InteractionMerge(transaction, of: [customer], until: end, after: nil)
    return try merge.page(limit: nil).items
  }

  /// The contacts of several customers as one list, the latest first, each once.
  ///
  /// An organisation's with those of its people, for example.
  ///
  /// - Parameters:
  ///   - customers: The customers.
  ///   - end: Nothing later than this; what happens at this instant is in.
  ///   - cursor: The place to go on from. What is recorded before it does not move it.
  ///   - limit: How many at most.
  /// - Throws: ``CRMError/Code/invalidQuery`` for a negative limit.
  /// - Complexity: For *k* customers, 2 *k* index look-ups and O(*k* · *limit*) steps, wherever
  ///   the place lies.
  public func page(
    of customers: [Customer.ID], until end: Instant = .latest,
    after cursor: InteractionCursor? = nil, limit: Int = 50
  ) throws -> Page<Interaction, InteractionCursor> {
    guard limit > 0 else {
      // Refuses what is negative.
      _ = try records.page(Query(limit: limit))
      return Page(items: [], next: cursor)
    }
    var merge = InteractionMerge(
      transaction, of: customers, until: end, after: cursor)
    return try merge.page(limit: limit)
  }

  /// The contacts that belong to something, such as an order, the latest first.
  ///
  /// - Complexity: An index finds them; sorting is O(*m* log *m*) in how many belong to it.
  public func page(
    about reference: RecordReference, after cursor: Cursor<Interaction>? = nil, limit: Int = 50
  ) throws -> Page<Interaction, Cursor<Interaction>> {
    try records.page(
      Query(
        where: { $0.subjects.contains(reference.key) },
        sortedBy: { [.descending($0.occurredAt)] }, after: cursor, limit: limit))
  }

  /// The last contact with a customer up to now, if there was one; notes among staff are none.
  ///
  /// A contact that is planned counts from its instant on.
  ///
  /// - Parameter direction: Who turned to whom; `nil` for either. There is none of the direction
  ///   ``Interaction/Direction/internal``.
  /// - Complexity: O(log *n*), in at most three look-ups.
  public func lastContact(
    of customer: Customer.ID, direction: Interaction.Direction? = nil
  ) throws -> Interaction? {
    let now = transaction.now
    guard let direction else {
      return try contact(
        records.first(
          where: { $0.customer == customer && $0.contactAt <= now },
          sortedBy: { [.descending($0.contactAt)] }),
        participants.first(
          where: { $0.customer == customer && $0.contactAt <= now },
          sortedBy: { [.descending($0.contactAt)] }), isLater: true)
    }
    guard direction != .internal else { return nil }
    return try contact(
      records.first(
        where: {
          $0.customer == customer && $0.direction == direction && $0.occurredAt <= now
        }, sortedBy: { [.descending($0.occurredAt)] }),
      participants.first(
        where: {
          $0.customer == customer && $0.direction == direction && $0.occurredAt <= now
        }, sortedBy: { [.descending($0.occurredAt)] }), isLater: true)
  }

  /// The contact with a customer that is planned next, if one is; notes among staff are none.
  ///
  /// - Parameter direction: Who turns to whom; `nil` for either.
  /// - Complexity: O(log *n*), in at most three look-ups.
  public func nextContact(
    of customer: Customer.ID, direction: Interaction.Direction? = nil
  ) throws -> Interaction? {
    let now = transaction.now
    guard let direction else {
      return try contact(
        records.first(
          where: { $0.customer == customer && $0.contactAt > now && $0.isPlanned == true },
          sortedBy: { [.ascending($0.contactAt)] }),
        participants.first(
          where: { $0.customer == customer && $0.contactAt > now && $0.isPlanned == true },
          sortedBy: { [.ascending($0.contactAt)] }), isLater: false)
    }
    guard direction != .internal else { return nil }
    return try contact(
      records.first(
        where: {
          $0.customer == customer && $0.direction == direction && $0.occurredAt > now
            && $0.isPlanned == true
        },
        sortedBy: { [.ascending($0.occurredAt)] }),
      participants.first(
        where: {
          $0.customer == customer && $0.direction == direction && $0.occurredAt > now
            && $0.isPlanned == true
        },
        sortedBy: { [.ascending($0.occurredAt)] }), isLater: false)
  }

  /// The later or earlier of a customer's own contact and one the customer takes part in.
  private func contact(
    _ own: Interaction?, _ shared: InteractionParticipant?, isLater: Bool
  ) throws -> Interaction? {
    guard let shared else { return own }
    if let own {
      // Of two at one instant the one made later is the last, as lists have it.
      let places = ((own.occurredAt, own.id), (shared.occurredAt, shared.interaction))
      if isLater ? places.0 > places.1 : places.0 < places.1 { return own }
    }
    return try records.find(shared.interaction)
  }

  /// How many contacts meet a filter.
  public func count(where filter: (Interaction.Fields) -> Filter<Interaction> = { _ in .all })
    throws -> Int
  {
    try records.count(where: filter)
  }
}
