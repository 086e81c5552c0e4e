/// What was spent on a customer in a month, for one purpose, or what they bought.
public struct BudgetFigure: Record {
  /// What names it for good.
  public let id: Identifier<BudgetFigure>

  /// The customer.
  public var customer: Customer.ID

  /// The first day of the month, at the firm.
  public var month: CalendarDate

  /// For what it was spent, or that it was earned.
  public var kind: Kind

  /// The currency; `nil` for time alone.
  public var currency: Currency?

  /// How much, in minor units of the currency.
  public var minorUnits: Int64

  /// How many spendings or orders it comes from.
  public var count: Int

  /// How much time of staff it took.
  public var milliseconds: Int

  /// What a figure is of.
  public enum Kind: String, Sendable, Codable, FieldValue, CaseIterable {
    /// Spent to win somebody who has not bought yet.
    case acquisition
    /// Spent to serve a customer.
    case service
    /// Spent to keep a customer.
    case retention
    /// Spent to win back a customer who has left.
    case winBack = "win_back"
    /// What orders placed in the month come to in the end (``Order/value``).
    case revenue

    init(_ purpose: Spending.Purpose) {
      switch purpose {
      case .acquisition: self = .acquisition
      case .service: self = .service
      case .retention: self = .retention
      case .winBack: self = .winBack
      }
    }

    /// The purpose; `nil` for what was earned.
    public var purpose: Spending.Purpose? {
      switch self {
      case .acquisition: .acquisition
      case .service: .service
      case .retention: .retention
      case .winBack: .winBack
      case .revenue: nil
      }
    }
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``BudgetFigure/customer``, for filters and sorting.
    public let customer = Field<BudgetFigure, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``BudgetFigure/month``, for filters and sorting.
    public let month = Field<BudgetFigure, CalendarDate>("month", { $0.month }, { $0.month = $1 })

    /// ``BudgetFigure/kind``, for filters and sorting.
    public let kind = Field<BudgetFigure, Kind>("kind", { $0.kind }, { $0.kind = $1 })

    /// ``BudgetFigure/currency``, for filters and sorting.
    public let currency = Field<BudgetFigure, Currency?>(
      "currency", { $0.currency }, { $0.currency = $1 })

    /// ``BudgetFigure/minorUnits``, for filters and sorting.
    public let minorUnits = Field<BudgetFigure, Int64>(
      "minor_units", { $0.minorUnits }, { $0.minorUnits = $1 })

    /// ``BudgetFigure/count``, for filters and sorting.
    public let count = Field<BudgetFigure, Int>("count", { $0.count }, { $0.count = $1 })

    /// ``BudgetFigure/milliseconds``, for filters and sorting.
    public let milliseconds = Field<BudgetFigure, Int>(
      "milliseconds", { $0.milliseconds }, { $0.milliseconds = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<BudgetFigure>(
    "budget_figures", fields, derived: true,
    indexes: [
      .ordered(fields.customer, fields.month),
      .ordered(fields.month),
    ]
  ) {
    BudgetFigure(
      id: $0, customer: .zero, month: Recurrence.blank.anchor, kind: .revenue, minorUnits: 0,
      count: 0, milliseconds: 0)
  }
}
