/// The task to look, when the time for it has passed, whether a plan was reviewed.
struct PlanReview: AgendaTask {
  var plan: Plan.ID

  var key: String { plan.description }

  static let name = "plans.review"

  private struct Fields: Sendable {
    let plan = Field<PlanReview, Plan.ID>("plan", { $0.plan }, { $0.plan = $1 })
  }

  static let layout = Layout(Fields(), blank: PlanReview(plan: .zero))
}
