/// A contact between customers and the firm, or a note that staff keep about them.
///
/// One that lies in the future is planned. When its instant comes it counts as a contact by that
/// alone; nothing has to run for it.
public struct Interaction: Versioned {
  /// What names the contact for good.
  public let id: Identifier<Interaction>

  /// The customer it is with; see ``InteractionOperations/customers(of:)`` for further ones.
  public var customer: Customer.ID

  /// How many further customers take part.
  public var furtherCustomers: Int

  /// Through what channel.
  public var channel: Channel

  /// Who turned to whom.
  public var direction: Direction

  /// What it was about, in a few words.
  public var subject: String

  /// Whether it was arranged beforehand.
  public var isPlanned: Bool

  /// When it happened, or will.
  public var occurredAt: Instant

  /// When it was recorded.
  public var recordedAt: Instant

  public var modifiedAt: Instant

  public var version: Int

  var details = Aside<InteractionDetails>()

  /// Who turned to whom.
  public enum Direction: String, Sendable, Codable, FieldValue, CaseIterable {
    /// The customer turned to the firm.
    case inbound
    /// The firm turned to the customer.
    case outbound
    /// Staff among themselves, about the customer; no contact with them.
    case `internal`
  }

  /// What a contact is for, seen from a plan.
  public enum Purpose: String, Sendable, Codable, FieldValue, CaseIterable {
    /// It was meant to happen: a step of what is planned with the customer.
    case planned
    /// Something had to be dealt with at once.
    case urgent
    /// It offered something, whoever the customer is.
    case push
    /// Something else.
    case other
  }
}

extension Interaction {
  /// The described fields.
  public struct Fields: Sendable {
    /// ``Interaction/customer``, for filters and sorting.
    public let customer = Field<Interaction, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``Interaction/furtherCustomers``, for filters and sorting.
    public let furtherCustomers = Field<Interaction, Int>(
      "further_customers", { $0.furtherCustomers }, { $0.furtherCustomers = $1 })

    /// ``Interaction/channel``, for filters and sorting.
    public let channel = Field<Interaction, Channel>(
      "channel", { $0.channel }, { $0.channel = $1 })

    /// ``Interaction/direction``, for filters and sorting.
    public let direction = Field<Interaction, Direction>(
      "direction", { $0.direction }, { $0.direction = $1 })

    /// ``Interaction/subject``, for filters and sorting.
    public let subject = Field<Interaction, String>(
      "subject", { $0.subject }, { $0.subject = $1 }
    ).personal()

    /// ``Interaction/content``, for filters and sorting.
    public let content = Field<Interaction, String?>(
      "content", { $0.content }, { $0.content = $1 }
    ).personal()

    /// ``Interaction/outcome``, for filters and sorting.
    public let outcome = Field<Interaction, String?>(
      "outcome", { $0.outcome }, { $0.outcome = $1 }
    ).personal()

    /// ``Interaction/language``, for filters and sorting.
    public let language = Field<Interaction, String?>(
      "language", { $0.language }, { $0.language = $1 }
    ).personal()

    /// ``Interaction/staff``, for filters and sorting.
    public let staff = Field<Interaction, [Principal]>("staff", { $0.staff }, { $0.staff = $1 })

    /// ``Interaction/about``, for filters and sorting.
    public let about = Field<Interaction, [RecordReference]>(
      "about", { $0.about }, { $0.about = $1 })

    /// ``Interaction/externalID``, for filters and sorting.
    public let externalID = Field<Interaction, ExternalID?>(
      "external_id", { $0.externalID }, { $0.externalID = $1 }
    ).personal()

    /// ``Interaction/cost``, for filters and sorting.
    public let cost = Field<Interaction, Money?>("cost", { $0.cost }, { $0.cost = $1 })

    /// ``Interaction/durationMilliseconds``, for filters and sorting.
    public let durationMilliseconds = Field<Interaction, Int?>(
      "duration_milliseconds", { $0.durationMilliseconds }, { $0.durationMilliseconds = $1 })

    /// ``Interaction/uses``; they can be neither compared nor sorted by.
    public let uses = Field<Interaction, [String]>("uses", { $0.uses }, { $0.uses = $1 })

    /// ``Interaction/expectsAnswer``, for filters and sorting.
    public let expectsAnswer = Field<Interaction, Bool?>(
      "expects_answer", { $0.expectsAnswer }, { $0.expectsAnswer = $1 })

    /// ``Interaction/purpose``, for filters and sorting.
    public let purpose = Field<Interaction, Purpose?>(
      "purpose", { $0.purpose }, { $0.purpose = $1 })

    /// ``Interaction/occurredAt`` of what a customer waits for an answer to, to find it by.
    public let askedAt = Field<Interaction, Instant?>(derived: "asked_at") {
      ResponseRules.part(of: $0.row) == .asks ? $0.occurredAt : nil
    }

    /// ``Interaction/isPlanned``, for filters and sorting.
    public let isPlanned = Field<Interaction, Bool>(
      "is_planned", { $0.isPlanned }, { $0.isPlanned = $1 })

    /// ``Interaction/occurredAt``, for filters and sorting.
    public let occurredAt = Field<Interaction, Instant>(
      "occurred_at", { $0.occurredAt }, { $0.occurredAt = $1 })

    /// ``Interaction/occurredAt`` of what is a contact and no note, to find it by.
    public let contactAt = Field<Interaction, Instant?>(derived: "contact_at") {
      $0.direction == .internal ? nil : $0.occurredAt
    }

    /// ``Interaction/recordedAt``, for filters and sorting.
    public let recordedAt = Field<Interaction, Instant>(
      "recorded_at", { $0.recordedAt }, { $0.recordedAt = $1 })

    /// ``Interaction/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<Interaction, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``Interaction/version``, for filters and sorting.
    public let version = Field<Interaction, Int>("version", { $0.version }, { $0.version = $1 })

    /// The keys of what it belongs to (``RecordReference/key``), to find it by.
    public let subjects = MultiField<Interaction, String>("subjects") { $0.about.map(\.key) }

    /// Who of the staff takes part in a contact that was planned, to find it by.
    public let plannedFor = MultiField<Interaction, String>("planned_for") {
      $0.isPlanned ? $0.staff.map(\.rawValue) : []
    }

    /// The key of ``Interaction/externalID``, to find it by.
    public let externalKeys = MultiField<Interaction, String>("external_keys", unique: true) {
      $0.externalID.map { [$0.key] } ?? []
    }.personal()
  }

  public static let fields = Fields()

  public static let schema = Schema<Interaction>(
    "interactions", fields,
    indexes: [
      .ordered(fields.customer, fields.occurredAt),
      .ordered(fields.customer, fields.contactAt),
      .ordered(fields.customer, fields.direction, fields.occurredAt),
      .ordered(fields.askedAt),
    ]
  ) { blank($0) }

  /// A contact with nothing in it.
  static func blank(_ id: Interaction.ID, at instant: Instant = .earliest) -> Interaction {
    Interaction(
      id: id, customer: .zero, furtherCustomers: 0, channel: .web, direction: .inbound,
      subject: "", isPlanned: false, occurredAt: instant, recordedAt: .earliest,
      modifiedAt: .earliest, version: 1)
  }
}
