/// That a customer came to another owner, and why; it never changes.
public struct CustomerAssignment: Record {
  /// What names it for good.
  public let id: Identifier<CustomerAssignment>

  /// The customer.
  public var customer: Customer.ID

  /// Who owned the file before, if anyone did.
  public var from: Principal?

  /// Who owns it from then on, if anyone does.
  public var to: Principal?

  /// When.
  public var at: Instant

  /// What assigned the customer.
  public var cause: Cause

  /// The territory that says so; with none the owner stays, whatever territories say.
  public var territory: String?

  /// Who did, or did what made the territory do so.
  public var actor: Principal

  /// Why.
  public var reason: String

  /// What was found where the territory looked.
  public var evidence: [LifecycleEvidence]

  /// What can assign a customer.
  public enum Cause: String, Sendable, Codable, FieldValue, CaseIterable {
    /// A territory, by what the file says.
    case territory
    /// Somebody who said so.
    case manual
    /// A hand-over.
    case handOver = "hand_over"
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``CustomerAssignment/customer``, for filters and sorting.
    public let customer = Field<CustomerAssignment, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``CustomerAssignment/from``, for filters and sorting.
    public let from = Field<CustomerAssignment, Principal?>("from", { $0.from }, { $0.from = $1 })

    /// ``CustomerAssignment/to``, for filters and sorting.
    public let to = Field<CustomerAssignment, Principal?>("to", { $0.to }, { $0.to = $1 })

    /// ``CustomerAssignment/at``, for filters and sorting.
    public let at = Field<CustomerAssignment, Instant>("at", { $0.at }, { $0.at = $1 })

    /// ``CustomerAssignment/cause``, for filters and sorting.
    public let cause = Field<CustomerAssignment, Cause>("cause", { $0.cause }, { $0.cause = $1 })

    /// ``CustomerAssignment/territory``, for filters and sorting.
    public let territory = Field<CustomerAssignment, String?>(
      "territory", { $0.territory }, { $0.territory = $1 })

    /// ``CustomerAssignment/actor``, for filters and sorting.
    public let actor = Field<CustomerAssignment, Principal>(
      "actor", { $0.actor }, { $0.actor = $1 })

    /// ``CustomerAssignment/reason``, for filters and sorting.
    public let reason = Field<CustomerAssignment, String>(
      "reason", { $0.reason }, { $0.reason = $1 }
    ).personal()

    /// ``CustomerAssignment/evidence``, for filters and sorting.
    public let evidence = Field<CustomerAssignment, [LifecycleEvidence]>(
      "evidence", { $0.evidence }, { $0.evidence = $1 }
    ).personal()
  }

  public static let fields = Fields()

  public static let schema = Schema<CustomerAssignment>(
    "customer_assignments", fields, indexes: [.ordered(fields.customer, fields.at)]
  ) {
    CustomerAssignment(
      id: $0, customer: .zero, at: .earliest, cause: .manual, actor: .system, reason: "",
      evidence: [])
  }
}
