/// A plan for a customer was opened.
public struct PlanOpened: Event {
  /// The plan.
  public var plan: Plan.ID
  /// The customer.
  public var customer: Customer.ID
  /// What kind of plan it is.
  public var kind: Plan.Kind
  /// Who sees to it.
  public var owner: Principal

  public static let name = "plans.opened"

  private struct Fields: Sendable {
    let plan = Field<PlanOpened, Plan.ID>("plan", { $0.plan }, { $0.plan = $1 })
    let customer = Field<PlanOpened, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let kind = Field<PlanOpened, Plan.Kind>("kind", { $0.kind }, { $0.kind = $1 })
    let owner = Field<PlanOpened, Principal>("owner", { $0.owner }, { $0.owner = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: PlanOpened(plan: .zero, customer: .zero, kind: .relationship, owner: .system))
}

/// A plan was changed; the recorded event has the fields, before and after.
public struct PlanUpdated: Event {
  /// The plan.
  public var plan: Plan.ID
  /// The customer.
  public var customer: Customer.ID

  public static let name = "plans.updated"

  private struct Fields: Sendable {
    let plan = Field<PlanUpdated, Plan.ID>("plan", { $0.plan }, { $0.plan = $1 })
    let customer = Field<PlanUpdated, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
  }

  public static let layout = Layout(Fields(), blank: PlanUpdated(plan: .zero, customer: .zero))
}

/// A plan was looked over.
public struct PlanReviewed: Event {
  /// The plan.
  public var plan: Plan.ID
  /// The customer.
  public var customer: Customer.ID
  /// By when it is to be reviewed next, if it is.
  public var nextAt: Instant?

  public static let name = "plans.reviewed"

  private struct Fields: Sendable {
    let plan = Field<PlanReviewed, Plan.ID>("plan", { $0.plan }, { $0.plan = $1 })
    let customer = Field<PlanReviewed, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let nextAt = Field<PlanReviewed, Instant?>("next_at", { $0.nextAt }, { $0.nextAt = $1 })
  }

  public static let layout = Layout(Fields(), blank: PlanReviewed(plan: .zero, customer: .zero))
}

/// The time passed by which an open plan was to be reviewed, a millisecond before this.
public struct PlanReviewOverdue: Event {
  /// The plan.
  public var plan: Plan.ID
  /// The customer.
  public var customer: Customer.ID
  /// Who was to see to it.
  public var owner: Principal
  /// When it was due.
  public var dueAt: Instant

  public static let name = "plans.review_overdue"

  private struct Fields: Sendable {
    let plan = Field<PlanReviewOverdue, Plan.ID>("plan", { $0.plan }, { $0.plan = $1 })
    let customer = Field<PlanReviewOverdue, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let owner = Field<PlanReviewOverdue, Principal>("owner", { $0.owner }, { $0.owner = $1 })
    let dueAt = Field<PlanReviewOverdue, Instant>("due_at", { $0.dueAt }, { $0.dueAt = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: PlanReviewOverdue(plan: .zero, customer: .zero, owner: .system, dueAt: .earliest))
}

/// A plan is not followed any more.
public struct PlanClosed: Event {
  /// The plan.
  public var plan: Plan.ID
  /// The customer.
  public var customer: Customer.ID
  /// How it ended.
  public var status: Plan.Status

  public static let name = "plans.closed"

  private struct Fields: Sendable {
    let plan = Field<PlanClosed, Plan.ID>("plan", { $0.plan }, { $0.plan = $1 })
    let customer = Field<PlanClosed, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let status = Field<PlanClosed, Plan.Status>("status", { $0.status }, { $0.status = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: PlanClosed(plan: .zero, customer: .zero, status: .achieved))
}
