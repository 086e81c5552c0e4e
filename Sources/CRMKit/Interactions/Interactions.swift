/// Every contact with customers, what is planned, and what staff note about them.
///
/// Placing an order is a contact.
public struct Interactions: Capability {
  static let key = RecordKey("tx.interactions")

  /// The capability.
  public init() {}

  public var records: [any Record.Type] { [Interaction.self, InteractionParticipant.self] }

  public var lock: RecordLock? { Self.key.lock }

  public var nextSteps: [NextStepSource] { [.contacts] }

  public var events: [any Event.Type] {
    [
      InteractionRecorded.self, InteractionPlanned.self, InteractionDue.self,
      InteractionUpdated.self, InteractionDeleted.self, InteractionLinked.self,
      InteractionUnlinked.self,
    ]
  }

  public var reactions: [Reaction] {
    [
      Reaction(to: OrderPlaced.self) { order, tx in
        try tx.interactions.record(InteractionRules.contact(for: order))
      }
    ]
  }

  public var agenda: [AgendaHandler] {
    [
      AgendaHandler(for: PlannedContact.self) { contact, tx in
        try tx.interactions.tellDue(contact.interaction)
      }
    ]
  }
}

extension Transaction {
  /// Contacts with customers, and notes about them.
  public var interactions: InteractionOperations { InteractionOperations(self) }
}
