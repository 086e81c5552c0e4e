/// A customer's move from one stage to another, with its reason; it never changes.
public struct LifecycleTransition: Record {
  /// What names it for good.
  public let id: Identifier<LifecycleTransition>

  /// The customer.
  public var customer: Customer.ID

  /// The name of the model.
  public var lifecycle: String

  /// The version of the model.
  public var modelVersion: Int

  /// The stage left; `nil` where the customer was at none.
  public var from: String?

  /// The stage come to; `nil` where the lifecycle was cleared.
  public var to: String?

  /// What kind of stage it is.
  public var toKind: LifecycleStage.Kind?

  /// When.
  public var at: Instant

  /// What moved the customer.
  public var cause: Cause

  /// Who did it, or did what a rule answered; the system where time alone did.
  public var actor: Principal

  /// The rule that did, if one did.
  public var rule: String?

  /// Why: what whoever did it said, or what the rule asks for.
  public var reason: String

  /// What was found where the rule, or the entry, looked; of those who climb with an organisation,
  /// which one and its stage.
  public var evidence: [LifecycleEvidence]

  /// The rungs that were passed over.
  public var skipped: [String]

  /// What can move a customer.
  public enum Cause: String, Sendable, Codable, FieldValue, CaseIterable {
    /// The entry into the lifecycle.
    case entry
    /// A rule, by what happened or by time alone.
    case rule
    /// A person or a system that said so.
    case manual
    /// One of many moved at once.
    case bulk
    /// The organisation that the customer belongs to.
    case organisation
    /// The carrying over to another version of the model.
    case version
    /// The clearing of the lifecycle.
    case clearing
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``LifecycleTransition/customer``, for filters and sorting.
    public let customer = Field<LifecycleTransition, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``LifecycleTransition/lifecycle``, for filters and sorting.
    public let lifecycle = Field<LifecycleTransition, String>(
      "lifecycle", { $0.lifecycle }, { $0.lifecycle = $1 })

    /// ``LifecycleTransition/modelVersion``, for filters and sorting.
    public let modelVersion = Field<LifecycleTransition, Int>(
      "model_version", { $0.modelVersion }, { $0.modelVersion = $1 })

    /// ``LifecycleTransition/from``, for filters and sorting.
    public let from = Field<LifecycleTransition, String?>("from", { $0.from }, { $0.from = $1 })

    /// ``LifecycleTransition/to``, for filters and sorting.
    public let to = Field<LifecycleTransition, String?>("to", { $0.to }, { $0.to = $1 })

    /// ``LifecycleTransition/toKind``, for filters and sorting.
    public let toKind = Field<LifecycleTransition, LifecycleStage.Kind?>(
      "to_kind", { $0.toKind }, { $0.toKind = $1 })

    /// ``LifecycleTransition/at``, for filters and sorting.
    public let at = Field<LifecycleTransition, Instant>("at", { $0.at }, { $0.at = $1 })

    /// ``LifecycleTransition/cause``, for filters and sorting.
    public let cause = Field<LifecycleTransition, Cause>("cause", { $0.cause }, { $0.cause = $1 })

    /// ``LifecycleTransition/actor``, for filters and sorting.
    public let actor = Field<LifecycleTransition, Principal>(
      "actor", { $0.actor }, { $0.actor = $1 })

    /// ``LifecycleTransition/rule``, for filters and sorting.
    public let rule = Field<LifecycleTransition, String?>("rule", { $0.rule }, { $0.rule = $1 })

    /// ``LifecycleTransition/reason``, for filters and sorting.
    public let reason = Field<LifecycleTransition, String>(
      "reason", { $0.reason }, { $0.reason = $1 }
    ).personal()

    /// ``LifecycleTransition/evidence``, for filters and sorting.
    public let evidence = Field<LifecycleTransition, [LifecycleEvidence]>(
      "evidence", { $0.evidence }, { $0.evidence = $1 }
    ).personal()

    /// ``LifecycleTransition/skipped``, for filters and sorting.
    public let skipped = Field<LifecycleTransition, [String]>(
      "skipped", { $0.skipped }, { $0.skipped = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<LifecycleTransition>(
    "lifecycle_transitions", fields,
    indexes: [
      .ordered(fields.customer, fields.lifecycle, fields.at),
      .ordered(fields.lifecycle, fields.at),
    ]
  ) {
    LifecycleTransition(
      id: $0, customer: .zero, lifecycle: "", modelVersion: 1, at: .earliest, cause: .manual,
      actor: .system, reason: "", evidence: [], skipped: [])
  }
}
