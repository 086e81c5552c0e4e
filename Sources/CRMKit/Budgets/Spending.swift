/// Money or time of staff spent on a customer, and for what.
public struct Spending: Versioned {
  /// What names it for good.
  public let id: Identifier<Spending>

  /// The customer.
  public var customer: Customer.ID

  /// For what it was spent.
  public var purpose: Purpose

  /// How much; `nil` where time alone was spent.
  public var amount: Money?

  /// How much time of staff it took.
  public var milliseconds: Int

  /// When.
  public var spentAt: Instant

  /// The contact or the goodwill that it comes from; `nil` for what was booked by hand.
  public var origin: RecordReference?

  /// What else it belongs to.
  public var about: RecordReference?

  /// Why it has this purpose, or what was said of it.
  public var reason: String

  public var modifiedAt: Instant

  public var version: Int

  /// For what money and time are spent on customers.
  public enum Purpose: String, Sendable, Codable, FieldValue, CaseIterable {
    /// To win somebody who has not bought yet.
    case acquisition
    /// To serve a customer.
    case service
    /// To keep a customer.
    case retention
    /// To win back a customer who has left.
    case winBack = "win_back"
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Spending/customer``, for filters and sorting.
    public let customer = Field<Spending, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``Spending/purpose``, for filters and sorting.
    public let purpose = Field<Spending, Purpose>("purpose", { $0.purpose }, { $0.purpose = $1 })

    /// ``Spending/amount``, for filters and sorting.
    public let amount = Field<Spending, Money?>("amount", { $0.amount }, { $0.amount = $1 })

    /// ``Spending/milliseconds``, for filters and sorting.
    public let milliseconds = Field<Spending, Int>(
      "milliseconds", { $0.milliseconds }, { $0.milliseconds = $1 })

    /// ``Spending/spentAt``, for filters and sorting.
    public let spentAt = Field<Spending, Instant>("spent_at", { $0.spentAt }, { $0.spentAt = $1 })

    /// ``Spending/origin``, for filters and sorting.
    public let origin = Field<Spending, RecordReference?>(
      "origin", { $0.origin }, { $0.origin = $1 })

    /// ``Spending/about``, for filters and sorting.
    public let about = Field<Spending, RecordReference?>("about", { $0.about }, { $0.about = $1 })

    /// ``Spending/reason``, for filters and sorting.
    public let reason = Field<Spending, String>("reason", { $0.reason }, { $0.reason = $1 })
      .personal()

    /// ``Spending/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<Spending, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``Spending/version``, for filters and sorting.
    public let version = Field<Spending, Int>("version", { $0.version }, { $0.version = $1 })

    /// The key of ``Spending/origin`` (``RecordReference/key``), to find it by.
    public let originKey = Field<Spending, String?>(derived: "origin_key") { $0.origin?.key }

    /// The key of ``Spending/about`` (``RecordReference/key``), to find it by.
    public let aboutKey = Field<Spending, String?>(derived: "about_key") { $0.about?.key }
  }

  public static let fields = Fields()

  public static let schema = Schema<Spending>(
    "spendings", fields,
    indexes: [
      .ordered(fields.customer, fields.spentAt),
      .ordered(fields.originKey),
      .ordered(fields.aboutKey, fields.spentAt),
    ]
  ) {
    Spending(
      id: $0, customer: .zero, purpose: .service, milliseconds: 0, spentAt: .earliest, reason: "",
      modifiedAt: .earliest, version: 1)
  }
}
