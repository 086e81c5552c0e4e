/// How much is to be spent for one purpose in a period, on all customers or on those of a group.
public struct BudgetPlan: Versioned {
  /// What names it for good.
  public let id: Identifier<BudgetPlan>

  /// How long the period is: a month, a quarter or a year.
  public var unit: CalendarUnit

  /// The first day of the period.
  public var from: CalendarDate

  /// For what it is to be spent.
  public var purpose: Spending.Purpose

  /// The short name of the group it is for; `nil` for all customers.
  public var group: String?

  /// How much.
  public var amount: Money

  /// When it was planned first.
  public var plannedAt: Instant

  public var modifiedAt: Instant

  public var version: Int

  /// The described fields.
  public struct Fields: Sendable {
    /// ``BudgetPlan/unit``, for filters and sorting.
    public let unit = Field<BudgetPlan, CalendarUnit>("unit", { $0.unit }, { $0.unit = $1 })

    /// ``BudgetPlan/from``, for filters and sorting.
    public let from = Field<BudgetPlan, CalendarDate>("from", { $0.from }, { $0.from = $1 })

    /// ``BudgetPlan/purpose``, for filters and sorting.
    public let purpose = Field<BudgetPlan, Spending.Purpose>(
      "purpose", { $0.purpose }, { $0.purpose = $1 })

    /// ``BudgetPlan/group``, for filters and sorting.
    public let group = Field<BudgetPlan, String?>("group", { $0.group }, { $0.group = $1 })

    /// ``BudgetPlan/amount``, for filters and sorting.
    public let amount = Field<BudgetPlan, Money>("amount", { $0.amount }, { $0.amount = $1 })

    /// ``BudgetPlan/plannedAt``, for filters and sorting.
    public let plannedAt = Field<BudgetPlan, Instant>(
      "planned_at", { $0.plannedAt }, { $0.plannedAt = $1 })

    /// ``BudgetPlan/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<BudgetPlan, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``BudgetPlan/version``, for filters and sorting.
    public let version = Field<BudgetPlan, Int>("version", { $0.version }, { $0.version = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<BudgetPlan>(
    "budget_plans", fields, indexes: [.ordered(fields.from, fields.purpose)]
  ) {
    BudgetPlan(
      id: $0, unit: .month, from: Recurrence.blank.anchor, purpose: .service, amount: .zero(.eur),
      plannedAt: .earliest, modifiedAt: .earliest, version: 1)
  }
}
