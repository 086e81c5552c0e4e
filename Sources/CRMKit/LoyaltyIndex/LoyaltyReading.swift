/// What a customer's loyalty was measured by from an instant on, until the next such row.
///
/// Rows are kept for good: by them the index is known as of any past instant.
public struct LoyaltyReading: Record {
  /// What names the row for good.
  public let id: Identifier<LoyaltyReading>

  /// The customer.
  public var customer: Customer.ID

  /// From when on it was known.
  public var at: Instant

  /// What was known.
  var facts: LoyaltyFacts

  /// The described fields.
  public struct Fields: Sendable {
    /// ``LoyaltyReading/customer``, for filters and sorting.
    public let customer = Field<LoyaltyReading, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``LoyaltyReading/at``, for filters and sorting.
    public let at = Field<LoyaltyReading, Instant>("at", { $0.at }, { $0.at = $1 })

    let facts = Field<LoyaltyReading, LoyaltyFacts>(
      "facts", { $0.facts }, { $0.facts = $1 }
    ).personal()
  }

  public static let fields = Fields()

  public static let schema = Schema<LoyaltyReading>(
    "loyalty_readings", fields, derived: true, indexes: [.unique(fields.customer, fields.at)]
  ) {
    LoyaltyReading(
      id: $0, customer: .zero, at: .earliest, facts: LoyaltyFacts(modelVersion: 1))
  }
}
