/// Every contact with a customer; placing an order is one.
public struct Interactions: Capability {
  /// The capability.
  public init() {}

  public var records: [any Record.Type] { [Interaction.self] }
  public var events: [any Event.Type] { [InteractionRecorded.self] }

  public var reactions: [Reaction] {
    [
      Reaction(to: OrderPlaced.self) { order, tx in
        try tx.interactions.record(InteractionRules.contact(for: order))
      }
    ]
  }
}

extension Transaction {
  /// Contacts with customers.
  public var interactions: InteractionOperations { InteractionOperations(self) }
}

/// Recording contacts and finding them.
public struct InteractionOperations {
  private let transaction: Transaction
  private let records: Records<Interaction>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: Interaction.self)
  }

  /// Records a contact.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/unknownReference``
  ///   for an unknown customer; nothing has changed then.
  @discardableResult
  public func record(_ new: NewInteraction) throws -> Interaction {
    let problems = InteractionRules.problems(of: new, now: transaction.now)
    guard problems.isEmpty else { throw CRMError.invalid("interactions", problems) }
    let interaction = Interaction(
      id: transaction.makeIdentifier(), customer: new.customer, channel: new.channel,
      direction: new.direction, subject: trimmed(new.subject), orderNumber: new.orderNumber,
      occurredAt: new.occurredAt ?? transaction.now, recordedAt: transaction.recordedAt)
    return try records.insert(
      interaction,
      emitting: InteractionRecorded(
        interaction: interaction.id, customer: new.customer, channel: new.channel,
        direction: new.direction),
      at: interaction.occurredAt)
  }

  /// A customer's contacts, the latest first.
  public func all(
    of customer: Customer.ID, until end: Instant = .latest, limit: Int? = nil
  ) throws -> [Interaction] {
    try records.all(
      where: { $0.customer == customer && $0.occurredAt <= end },
      sortedBy: { [.descending($0.occurredAt)] }, limit: limit)
  }

  /// How many contacts meet a filter.
  public func count(where filter: (Interaction.Fields) -> Filter<Interaction> = { _ in .all })
    throws -> Int
  {
    try records.count(where: filter)
  }
}
