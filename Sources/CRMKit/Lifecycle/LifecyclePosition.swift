/// Where a customer stands in a lifecycle; it follows from the customer's transitions.
public struct LifecyclePosition: Record {
  /// What names it for good.
  public let id: Identifier<LifecyclePosition>

  /// The customer.
  public var customer: Customer.ID

  /// The name of the model.
  public var lifecycle: String

  /// The version of the model that the customer is in.
  public var modelVersion: Int

  /// The stage the customer is at; `nil` once it was cleared.
  public var stage: String?

  /// What kind of stage it is: the customer's present status.
  public var kind: LifecycleStage.Kind?

  /// Since when.
  public var enteredAt: Instant

  /// The furthest rung the customer has been at since the last clearing, whatever the status is.
  public var furthest: String?

  /// Since when it is the furthest.
  public var furthestAt: Instant?

  /// The moves that time alone will make, the next first.
  public var forecast: [LifecycleForecast]

  /// When the stay begins to be longer than expected.
  public var expectedUntil: Instant?

  /// When this is looked at again by itself.
  var lookAt: Instant? {
    let overstay = expectedUntil.flatMap { isOverdue ? nil : $0 }
    return [forecast.first?.at ?? foreseenUntil, overstay].compactMap { $0 }.min()
  }

  /// How far ahead was looked where no move was found up to there; `nil` where there is none.
  var foreseenUntil: Instant?

  /// As of when the customer was looked at last; `nil` in what older versions kept.
  var settledAt: Instant?

  /// What has been is not changed any more up to this instant: looks as of earlier ones, by tasks
  /// that are late or a clock that was set back, are as of it.
  var isFinalUntil: Instant { max(settledAt ?? enteredAt, enteredAt) }

  /// Whether it was told that the stay is longer than expected.
  var isOverdue: Bool

  /// The described fields.
  public struct Fields: Sendable {
    /// ``LifecyclePosition/customer``, for filters and sorting.
    public let customer = Field<LifecyclePosition, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``LifecyclePosition/lifecycle``, for filters and sorting.
    public let lifecycle = Field<LifecyclePosition, String>(
      "lifecycle", { $0.lifecycle }, { $0.lifecycle = $1 })

    /// ``LifecyclePosition/modelVersion``, for filters and sorting.
    public let modelVersion = Field<LifecyclePosition, Int>(
      "model_version", { $0.modelVersion }, { $0.modelVersion = $1 })

    /// ``LifecyclePosition/stage``, for filters and sorting.
    public let stage = Field<LifecyclePosition, String?>(
      "stage", { $0.stage }, { $0.stage = $1 })

    /// ``LifecyclePosition/kind``, for filters and sorting.
    public let kind = Field<LifecyclePosition, LifecycleStage.Kind?>(
      "kind", { $0.kind }, { $0.kind = $1 })

    /// ``LifecyclePosition/enteredAt``, for filters and sorting.
    public let enteredAt = Field<LifecyclePosition, Instant>(
      "entered_at", { $0.enteredAt }, { $0.enteredAt = $1 })

    /// ``LifecyclePosition/furthest``, for filters and sorting.
    public let furthest = Field<LifecyclePosition, String?>(
      "furthest", { $0.furthest }, { $0.furthest = $1 })

    /// ``LifecyclePosition/furthestAt``, for filters and sorting.
    public let furthestAt = Field<LifecyclePosition, Instant?>(
      "furthest_at", { $0.furthestAt }, { $0.furthestAt = $1 })

    /// ``LifecyclePosition/forecast``, for filters and sorting.
    public let forecast = Field<LifecyclePosition, [LifecycleForecast]>(
      "forecast", { $0.forecast }, { $0.forecast = $1 }
    ).personal()

    /// ``LifecyclePosition/expectedUntil``, for filters and sorting.
    public let expectedUntil = Field<LifecyclePosition, Instant?>(
      "expected_until", { $0.expectedUntil }, { $0.expectedUntil = $1 })

    let isOverdue = Field<LifecyclePosition, Bool>(
      "is_overdue", { $0.isOverdue }, { $0.isOverdue = $1 })

    let foreseenUntil = Field<LifecyclePosition, Instant?>(
      "foreseen_until", { $0.foreseenUntil }, { $0.foreseenUntil = $1 })

    let settledAt = Field<LifecyclePosition, Instant?>(
      "settled_at", { $0.settledAt }, { $0.settledAt = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<LifecyclePosition>(
    "lifecycle_positions", fields, derived: true,
    indexes: [
      .unique(fields.customer, fields.lifecycle),
      .ordered(fields.lifecycle, fields.stage, fields.enteredAt),
      .ordered(fields.lifecycle, fields.expectedUntil),
    ]
  ) {
    LifecyclePosition(
      id: $0, customer: .zero, lifecycle: "", modelVersion: 1, enteredAt: .earliest, forecast: [],
      isOverdue: false)
  }
}
