/// A further customer's part in a contact; the one it is with has none.
///
/// It repeats what a customer's contacts are found and sorted by.
public struct InteractionParticipant: Record {
  /// What names the part for good.
  public let id: Identifier<InteractionParticipant>

  /// The contact.
  public var interaction: Interaction.ID

  /// The customer.
  public var customer: Customer.ID

  /// The contact's own direction.
  public var direction: Interaction.Direction

  /// When the contact happened, or will.
  public var occurredAt: Instant

  /// Whether the contact was arranged beforehand.
  public var isPlanned: Bool

  /// The described fields.
  public struct Fields: Sendable {
    /// ``InteractionParticipant/interaction``, for filters and sorting.
    public let interaction = Field<InteractionParticipant, Interaction.ID>(
      "interaction", { $0.interaction }, { $0.interaction = $1 }
    ).references(Interaction.self)

    /// ``InteractionParticipant/customer``, for filters and sorting.
    public let customer = Field<InteractionParticipant, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``InteractionParticipant/direction``, for filters and sorting.
    public let direction = Field<InteractionParticipant, Interaction.Direction>(
      "direction", { $0.direction }, { $0.direction = $1 })

    /// ``InteractionParticipant/occurredAt``, for filters and sorting.
    public let occurredAt = Field<InteractionParticipant, Instant>(
      "occurred_at", { $0.occurredAt }, { $0.occurredAt = $1 })

    /// ``InteractionParticipant/isPlanned``, for filters and sorting.
    public let isPlanned = Field<InteractionParticipant, Bool>(
      "is_planned", { $0.isPlanned }, { $0.isPlanned = $1 })

    /// ``InteractionParticipant/occurredAt`` of what is a contact and no note, to find it by.
    public let contactAt = Field<InteractionParticipant, Instant?>(derived: "contact_at") {
      $0.direction == .internal ? nil : $0.occurredAt
    }
  }

  public static let fields = Fields()

  public static let schema = Schema<InteractionParticipant>(
    "interaction_participants", fields, derived: true,
    indexes: [
      .ordered(fields.customer, fields.occurredAt, fields.interaction),
      .ordered(fields.customer, fields.contactAt),
      .ordered(fields.customer, fields.direction, fields.occurredAt),
    ]
  ) {
    InteractionParticipant(
      id: $0, interaction: .zero, customer: .zero, direction: .inbound, occurredAt: .earliest,
      isPlanned: false)
  }
}
