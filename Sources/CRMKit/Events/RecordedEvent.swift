/// An event as it is kept: what happened, to whom, when, by whom, through what and why.
///
/// Events are numbered from 1 without gaps, and so are the commits they belong to.
public struct RecordedEvent: Record {
  /// The event's number.
  public let id: Identifier<RecordedEvent>

  /// The number of the commit it belongs to; the events of one commit become visible together.
  public var commit: Int64

  /// The stored name of its type, such as `customers.added`.
  public var type: String

  /// The version of its type.
  public var typeVersion: Int

  /// The customer it is about.
  public var customer: Customer.ID?

  /// The stored name of the kind of record it changed.
  public var recordKind: String?

  /// The identifier of the record it changed.
  public var recordID: Identifier<AnyKind>?

  /// When it happened.
  public var occurredAt: Instant

  /// When it was recorded, by the clock of the machine.
  public var recordedAt: Instant

  /// Who did it.
  public var actor: Principal

  /// For whom.
  public var onBehalfOf: Principal?

  /// Through what channel.
  public var channel: Channel?

  /// Why.
  public var reason: String?

  /// The event that it is a consequence of.
  public var cause: Identifier<RecordedEvent>?

  /// The fields an update or removal changed, before and after.
  public var changes: [FieldChange]

  /// Whether its customer's timeline does not list it: it goes on with an edit that the same
  /// person began shortly before and stands there as one with it, or was withdrawn from there.
  public var isUnlisted: Bool

  var payload: Payload

  /// The event's own fields as JSON.
  public var json: String { payload.text }

  /// The event as its type; `nil` where it is of another type.
  ///
  /// - Throws: ``CRMError/Code/unreadableEvent`` where a newer version wrote it, or its content
  ///   does not fit.
  public func payload<E: Event>(as event: E.Type) throws -> E? {
    guard type == E.name else { return nil }
    guard typeVersion <= E.version else {
      throw CRMError(
        .unreadableEvent,
        "Event \(id.number) is \(type) version \(typeVersion); this program knows \(E.version).",
        recovery: "Use a program at least as new as the one that wrote it.")
    }
    do {
      return try payload.value(as: E.self) {
        typeVersion == E.version ? $0 : try E.upgraded($0, from: typeVersion)
      }
    } catch {
      let problem = (error as? StorageError)?.message ?? "its upgrade failed: \(error)"
      throw CRMError(
        .unreadableEvent, "Event \(id.number), \(type): \(problem)",
        recovery: "Give the type an upgrade from the version that wrote it.")
    }
  }

  /// A place for identifiers of any kind of record.
  public enum AnyKind: Sendable {}

  /// The described fields.
  public struct Fields: Sendable {
    /// ``RecordedEvent/commit``, for filters and sorting.
    public let commit = Field<RecordedEvent, Int64>("commit", { $0.commit }, { $0.commit = $1 })

    /// ``RecordedEvent/type``, for filters and sorting.
    public let type = Field<RecordedEvent, String>("type", { $0.type }, { $0.type = $1 })

    /// ``RecordedEvent/typeVersion``, for filters and sorting.
    public let typeVersion = Field<RecordedEvent, Int>(
      "type_version", { $0.typeVersion }, { $0.typeVersion = $1 })

    /// ``RecordedEvent/customer``, for filters and sorting.
    public let customer = Field<RecordedEvent, Customer.ID?>(
      "customer", { $0.customer }, { $0.customer = $1 })

    /// ``RecordedEvent/recordKind``, for filters and sorting.
    public let recordKind = Field<RecordedEvent, String?>(
      "record_kind", { $0.recordKind }, { $0.recordKind = $1 })

    /// ``RecordedEvent/recordID``, for filters and sorting.
    public let recordID = Field<RecordedEvent, Identifier<AnyKind>?>(
      "record_id", { $0.recordID }, { $0.recordID = $1 })

    /// ``RecordedEvent/occurredAt``, for filters and sorting.
    public let occurredAt = Field<RecordedEvent, Instant>(
      "occurred_at", { $0.occurredAt }, { $0.occurredAt = $1 })

    /// ``RecordedEvent/recordedAt``, for filters and sorting.
    public let recordedAt = Field<RecordedEvent, Instant>(
      "recorded_at", { $0.recordedAt }, { $0.recordedAt = $1 })

    /// ``RecordedEvent/actor``, for filters and sorting.
    public let actor = Field<RecordedEvent, Principal>("actor", { $0.actor }, { $0.actor = $1 })

    /// ``RecordedEvent/onBehalfOf``, for filters and sorting.
    public let onBehalfOf = Field<RecordedEvent, Principal?>(
      "on_behalf_of", { $0.onBehalfOf }, { $0.onBehalfOf = $1 })

    /// ``RecordedEvent/channel``, for filters and sorting.
    public let channel = Field<RecordedEvent, Channel?>(
      "channel", { $0.channel }, { $0.channel = $1 })

    /// ``RecordedEvent/reason``, for filters and sorting.
    public let reason = Field<RecordedEvent, String?>("reason", { $0.reason }, { $0.reason = $1 })
      .personal()

    /// ``RecordedEvent/cause``, for filters and sorting.
    public let cause = Field<RecordedEvent, Identifier<RecordedEvent>?>(
      "cause", { $0.cause }, { $0.cause = $1 })

    /// ``RecordedEvent/changes``, for filters and sorting.
    public let changes = Field<RecordedEvent, [FieldChange]>(
      "changes", { $0.changes }, { $0.changes = $1 }
    ).personal()

    /// ``RecordedEvent/isUnlisted``, for filters and sorting.
    public let isUnlisted = Field<RecordedEvent, Bool>(
      "is_unlisted", { $0.isUnlisted }, { $0.isUnlisted = $1 })
    let payload = Field<RecordedEvent, Payload>(
      "payload", { $0.payload }, { $0.payload = $1 }
    ).personal()
  }

  public static let fields = Fields()

  public static let schema = Schema<RecordedEvent>(
    "events", fields, numbered: true,
    indexes: [.ordered(fields.customer, fields.occurredAt), .ordered(fields.recordID)]
  ) { blank($0) }

  /// An event with nothing in it.
  static func blank(_ id: Identifier<RecordedEvent>, at instant: Instant = .earliest)
    -> RecordedEvent
  {
    RecordedEvent(
      id: id, commit: 0, type: "", typeVersion: 1, occurredAt: instant, recordedAt: .earliest,
      actor: .system, changes: [], isUnlisted: false, payload: Payload(text: "{}"))
  }
}
