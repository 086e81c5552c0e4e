/// A customer's figure of a ``Metric`` of the host's own.
public struct MetricFigure: Record {
  /// What names the figure for good.
  public let id: Identifier<MetricFigure>

  /// The customer.
  public var customer: Customer.ID

  /// The name of the ``Metric``.
  public var name: String

  /// How often something counted.
  public var count: Int

  /// How much all of it came to.
  public var sum: Int

  /// When the first of it was.
  public var firstAt: Instant?

  /// When the last of it was.
  public var lastAt: Instant?

  /// The number of the last event that was in the records when they were last read.
  var countedTo: Int64

  /// The described fields.
  public struct Fields: Sendable {
    /// ``MetricFigure/customer``, for filters and sorting.
    public let customer = Field<MetricFigure, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``MetricFigure/name``, for filters and sorting.
    public let name = Field<MetricFigure, String>("name", { $0.name }, { $0.name = $1 })

    /// ``MetricFigure/count``, for filters and sorting.
    public let count = Field<MetricFigure, Int>("count", { $0.count }, { $0.count = $1 })

    /// ``MetricFigure/sum``, for filters and sorting.
    public let sum = Field<MetricFigure, Int>("sum", { $0.sum }, { $0.sum = $1 })

    /// ``MetricFigure/firstAt``, for filters and sorting.
    public let firstAt = Field<MetricFigure, Instant?>(
      "first_at", { $0.firstAt }, { $0.firstAt = $1 })

    /// ``MetricFigure/lastAt``, for filters and sorting.
    public let lastAt = Field<MetricFigure, Instant?>("last_at", { $0.lastAt }, { $0.lastAt = $1 })

    let countedTo = Field<MetricFigure, Int64>(
      "counted_to", { $0.countedTo }, { $0.countedTo = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<MetricFigure>(
    "metric_figures", fields, derived: true, indexes: [.unique(fields.customer, fields.name)]
  ) {
    MetricFigure(id: $0, customer: .zero, name: "")
  }
}

extension MetricFigure {
  /// A figure of which nothing counts yet.
  init(id: Identifier<MetricFigure>, customer: Customer.ID, name: String) {
    self.init(id: id, customer: customer, name: name, count: 0, sum: 0, countedTo: 0)
  }

  /// The figure with something more.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  mutating func add(_ entry: MetricEntry) throws(CRMError) {
    let (sum, overflow) = sum.addingReportingOverflow(entry.amount)
    guard !overflow else {
      throw CRMError(
        .overflow, "“\(name)” of customer \(customer) comes to more than can be counted.",
        recovery: "Count in a larger unit.", record: "metric_figures", identifier: id.description)
    }
    self.sum = sum
    count += 1
    firstAt = earlier(firstAt, entry.at)
    lastAt = later(lastAt, entry.at)
  }
}
