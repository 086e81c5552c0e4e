/// A disagreement with the customer over an order.
public struct Dispute: Record {
  /// What names the dispute for good.
  public let id: Identifier<Dispute>

  /// The order it is over.
  public internal(set) var order: Order.ID

  /// The host's own reference, held by one dispute.
  public internal(set) var reference: String

  /// What the customer says.
  public internal(set) var subject: String

  /// When it was opened.
  public internal(set) var openedAt: Instant

  /// When it was settled, if it was.
  public internal(set) var settledAt: Instant?

  /// How it was settled.
  public internal(set) var outcome: String?

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Dispute/order``, for filters and sorting.
    public let order = Field<Dispute, Order.ID>("order", { $0.order }, { $0.order = $1 })
      .owned(by: Order.self)

    /// ``Dispute/reference``, for filters and sorting.
    public let reference = Field<Dispute, String>(
      "reference", { $0.reference }, { $0.reference = $1 })

    /// ``Dispute/subject``, for filters and sorting.
    public let subject = Field<Dispute, String>("subject", { $0.subject }, { $0.subject = $1 })
      .personal()

    /// ``Dispute/openedAt``, for filters and sorting.
    public let openedAt = Field<Dispute, Instant>(
      "opened_at", { $0.openedAt }, { $0.openedAt = $1 })

    /// ``Dispute/settledAt``, for filters and sorting.
    public let settledAt = Field<Dispute, Instant?>(
      "settled_at", { $0.settledAt }, { $0.settledAt = $1 })

    /// ``Dispute/outcome``, for filters and sorting.
    public let outcome = Field<Dispute, String?>("outcome", { $0.outcome }, { $0.outcome = $1 })
      .personal()
  }

  public static let fields = Fields()

  public static let schema = Schema<Dispute>(
    "disputes", fields, derived: true,
    indexes: [.unique(fields.reference)]
  ) {
    Dispute(id: $0, order: .zero, reference: "", subject: "", openedAt: .earliest)
  }
}
