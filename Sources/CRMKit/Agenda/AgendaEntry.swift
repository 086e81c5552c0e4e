/// A task in the agenda: what is to be done and when.
public struct AgendaEntry: Record {
  /// The entry's number; among entries due at one instant the lower is done first.
  ///
  /// Numbers of entries that are gone are given again.
  public let id: Identifier<AgendaEntry>

  /// The stored name of the task, such as `orders.delivery_promise`.
  public var task: String

  /// What makes the task one of a kind.
  public var key: String

  /// When it falls due; what it does is done as of this instant.
  public var due: Instant

  /// When it is tried: ``due``, or later after a failure.
  public var runAt: Instant

  /// The customer it is about.
  public var customer: Customer.ID?

  /// How often it has failed.
  public var failures: Int

  /// Whether it has failed so often that it is no longer tried.
  public var isParked: Bool

  /// What it failed with last.
  public var lastError: String?

  /// The event that scheduled it.
  public var cause: Identifier<RecordedEvent>?

  var payload: Payload

  /// The task's own fields as JSON.
  public var json: String { payload.text }

  /// The task as its type; `nil` where it is of another type.
  public func payload<Task: AgendaTask>(as task: Task.Type) throws -> Task? {
    self.task == Task.name ? try payload.value(as: Task.self) { $0 } : nil
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``AgendaEntry/task``, for filters and sorting.
    public let task = Field<AgendaEntry, String>("task", { $0.task }, { $0.task = $1 })

    /// ``AgendaEntry/key``, for filters and sorting.
    public let key = Field<AgendaEntry, String>("key", { $0.key }, { $0.key = $1 })

    /// ``AgendaEntry/due``, for filters and sorting.
    public let due = Field<AgendaEntry, Instant>("due", { $0.due }, { $0.due = $1 })

    /// ``AgendaEntry/runAt``, for filters and sorting.
    public let runAt = Field<AgendaEntry, Instant>("run_at", { $0.runAt }, { $0.runAt = $1 })

    /// ``AgendaEntry/customer``, for filters and sorting.
    public let customer = Field<AgendaEntry, Customer.ID?>(
      "customer", { $0.customer }, { $0.customer = $1 })

    /// ``AgendaEntry/failures``, for filters and sorting.
    public let failures = Field<AgendaEntry, Int>(
      "failures", { $0.failures }, { $0.failures = $1 })

    /// ``AgendaEntry/isParked``, for filters and sorting.
    public let isParked = Field<AgendaEntry, Bool>(
      "is_parked", { $0.isParked }, { $0.isParked = $1 })

    /// ``AgendaEntry/lastError``, for filters and sorting.
    public let lastError = Field<AgendaEntry, String?>(
      "last_error", { $0.lastError }, { $0.lastError = $1 }
    ).personal()

    /// ``AgendaEntry/cause``, for filters and sorting.
    public let cause = Field<AgendaEntry, Identifier<RecordedEvent>?>(
      "cause", { $0.cause }, { $0.cause = $1 })
    let payload = Field<AgendaEntry, Payload>(
      "payload", { $0.payload }, { $0.payload = $1 }
    ).personal()
  }

  public static let fields = Fields()

  public static let schema = Schema<AgendaEntry>(
    "agenda", fields, numbered: true, derived: true,
    indexes: [
      .ordered(fields.isParked, fields.runAt), .unique(fields.task, fields.key),
      .ordered(fields.customer, fields.due),
    ]
  ) {
    AgendaEntry(
      id: $0, task: "", key: "", due: .earliest, runAt: .earliest, failures: 0, isParked: false,
      payload: Payload(text: "{}"))
  }
}
