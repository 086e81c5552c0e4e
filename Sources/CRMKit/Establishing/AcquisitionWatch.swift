/// That a customer takes part in an effort that goes on; it has the identifier of the customer.
public struct AcquisitionWatch: Record {
  /// What names it for good.
  public let id: Identifier<AcquisitionWatch>

  /// The customer.
  public var customer: Customer.ID

  static func identifier(of customer: Customer.ID) -> Identifier<AcquisitionWatch> {
    Identifier(high: customer.high, low: customer.low)
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``AcquisitionWatch/customer``, for filters and sorting.
    public let customer = Field<AcquisitionWatch, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)
  }

  public static let fields = Fields()

  public static let schema = Schema<AcquisitionWatch>(
    "acquisition_watches", fields, derived: true
  ) {
    AcquisitionWatch(id: $0, customer: .zero)
  }
}
