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

  public var duties: [Duty] {
    [
      // A contact that is planned and still to come.
      Duty(
        Interaction.self,
        sharedAt: { $0.plannedFor.contains($1.rawValue) && $0.occurredAt > $2 },
        pass: { contact, from, to, tx in
          var contact = contact
          // Who takes part already takes no second part.
          let isIn = contact.staff.contains(to)
          contact.staff = contact.staff.compactMap { $0 == from ? (isIn ? nil : to) : $0 }
          try tx.interactions.update(contact)
        })
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
