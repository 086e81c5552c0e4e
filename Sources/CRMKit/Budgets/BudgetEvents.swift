/// A budget was planned or changed; the recorded event has the fields.
public struct BudgetPlanned: Event {
  /// The plan.
  public var plan: BudgetPlan.ID

  public static let name = "budget.planned"

  private struct Fields: Sendable {
    let plan = Field<BudgetPlanned, BudgetPlan.ID>("plan", { $0.plan }, { $0.plan = $1 })
  }

  public static let layout = Layout(Fields(), blank: BudgetPlanned(plan: .zero))
}

/// Money or time spent on a customer was booked.
public struct SpendingBooked: Event {
  /// The spending.
  public var spending: Spending.ID
  /// The customer.
  public var customer: Customer.ID
  /// For what it was spent.
  public var purpose: Spending.Purpose

  public static let name = "budget.spending_booked"

  private struct Fields: Sendable {
    let spending = Field<SpendingBooked, Spending.ID>(
      "spending", { $0.spending }, { $0.spending = $1 })
    let customer = Field<SpendingBooked, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let purpose = Field<SpendingBooked, Spending.Purpose>(
      "purpose", { $0.purpose }, { $0.purpose = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: SpendingBooked(spending: .zero, customer: .zero, purpose: .service))
}

/// What was booked was corrected; the recorded event has the fields.
public struct SpendingUpdated: Event {
  /// The spending.
  public var spending: Spending.ID
  /// The customer.
  public var customer: Customer.ID

  public static let name = "budget.spending_updated"

  private struct Fields: Sendable {
    let spending = Field<SpendingUpdated, Spending.ID>(
      "spending", { $0.spending }, { $0.spending = $1 })
    let customer = Field<SpendingUpdated, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: SpendingUpdated(spending: .zero, customer: .zero))
}

/// What was booked is not any more; the recorded event has what it held.
public struct SpendingCancelled: Event {
  /// The spending.
  public var spending: Spending.ID
  /// The customer.
  public var customer: Customer.ID

  public static let name = "budget.spending_cancelled"

  private struct Fields: Sendable {
    let spending = Field<SpendingCancelled, Spending.ID>(
      "spending", { $0.spending }, { $0.spending = $1 })
    let customer = Field<SpendingCancelled, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: SpendingCancelled(spending: .zero, customer: .zero))
}
