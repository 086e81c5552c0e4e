extension PlanOperations {
  /// Notes reviews that would pass unseen, or that nothing asks for, and credit for a return that
  /// its plan does not have.
  ///
  /// - Complexity: O(*n* log *n*) in the plans that are open and the returns.
  func verify(_ report: inout VerificationReport) throws {
    try records.scan { held in
      let plan = held.row
      let isAwaited = try transaction.agenda.holds(PlanReview(plan: plan.id))
      let isDue = plan.status == .open && plan.reviewAt != nil && !plan.isReviewOverdue
      if isAwaited != isDue {
        report.noteDamage(
          of: Plan.schema.name, field: Plan.fields.reviewAt.name, id: plan.id.description,
          isAwaited ? "the agenda waits for no review" : "the agenda does not wait for the review")
      }
      return true
    }
    try comebacks.scan { held in
      let comeback = held.row
      guard let id = comeback.plan else { return true }
      let plan = try records.find(id)
      let isEnded = plan.map { $0.status != .open } ?? false
      // A later order can have told of a return that stands instead.
      let isReplaced =
        try comeback.withdrawnAt != nil
        && comebacks.first(where: { $0.plan == id && $0.withdrawnAt.isMissing }) != nil
      let isOdd = !isReplaced && (plan?.status == .achieved) != comeback.isCredited
      if !isEnded || isOdd {
        report.noteDamage(
          of: Comeback.schema.name, field: Comeback.fields.isCredited.name,
          id: comeback.id.description,
          "its plan is \(plan?.status.rawValue ?? "gone")")
      }
      return true
    }
  }
}
