/// What someone wants to be reminded of, once or again and again.
public struct Reminder: Versioned {
  /// What names the reminder for good.
  public let id: Identifier<Reminder>

  /// The customer it is about, if it is about one.
  public var customer: Customer.ID?

  /// What it reminds of, where that is a commitment; it ends with it.
  public internal(set) var commitment: Commitment.ID?

  /// Who is reminded.
  public var owner: Principal

  /// Of what.
  public var text: String

  /// When.
  public var recurrence: Recurrence

  /// Which occurrence comes next, counted from 0.
  public var occurrence: Int

  /// When the next occurrence is; `nil` after the last.
  public var nextAt: Instant?

  /// When it last fired.
  public var lastFiredAt: Instant?

  public var modifiedAt: Instant

  public var version: Int

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Reminder/customer``, for filters and sorting.
    public let customer = Field<Reminder, Customer.ID?>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``Reminder/commitment``, for filters and sorting.
    public let commitment = Field<Reminder, Commitment.ID?>(
      "commitment", { $0.commitment }, { $0.commitment = $1 })

    /// ``Reminder/owner``, for filters and sorting.
    public let owner = Field<Reminder, Principal>("owner", { $0.owner }, { $0.owner = $1 })

    /// ``Reminder/text``, for filters and sorting.
    public let text = Field<Reminder, String>("text", { $0.text }, { $0.text = $1 }).personal()

    /// ``Reminder/recurrence``, for filters and sorting.
    public let recurrence = Field<Reminder, Recurrence>(
      "recurrence", { $0.recurrence }, { $0.recurrence = $1 })

    /// ``Reminder/occurrence``, for filters and sorting.
    public let occurrence = Field<Reminder, Int>(
      "occurrence", { $0.occurrence }, { $0.occurrence = $1 })

    /// ``Reminder/nextAt``, for filters and sorting.
    public let nextAt = Field<Reminder, Instant?>("next_at", { $0.nextAt }, { $0.nextAt = $1 })

    /// ``Reminder/lastFiredAt``, for filters and sorting.
    public let lastFiredAt = Field<Reminder, Instant?>(
      "last_fired_at", { $0.lastFiredAt }, { $0.lastFiredAt = $1 })

    /// ``Reminder/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<Reminder, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``Reminder/version``, for filters and sorting.
    public let version = Field<Reminder, Int>("version", { $0.version }, { $0.version = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<Reminder>(
    "reminders", fields,
    indexes: [
      .ordered(fields.customer, fields.nextAt), .ordered(fields.owner, fields.nextAt),
      .ordered(fields.commitment),
    ]
  ) {
    Reminder(
      id: $0, owner: .system, text: "", recurrence: .blank, occurrence: 0, modifiedAt: .earliest,
      version: 1)
  }
}
