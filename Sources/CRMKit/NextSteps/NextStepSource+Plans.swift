extension NextStepSource {
  /// Plans that are to be reviewed, and those that do not say what comes next.
  static let plans = NextStepSource { file, tx in
    guard !file.plans.isEmpty else { return [] }
    let busy = try tx.commitments.subjects(
      among: file.plans.map { RecordReference($0.id).key })
    return file.plans.flatMap { plan in
      let about = RecordReference(plan.id)
      let evidence = [
        LifecycleEvidence("opened", "\(plan.openedAt)"),
        LifecycleEvidence("last review", plan.reviewedAt.map { "\($0)" } ?? "never"),
      ]
      var steps: [NextStep] = []
      if let reviewAt = plan.reviewAt, plan.isReviewOverdue(at: file.asOf) {
        steps.append(
          NextStep(
            .reviewPlan, about: about,
            because: "The plan “\(plan.title)” was to be reviewed by \(reviewAt).",
            evidence: evidence, who: plan.owner, by: reviewAt))
      }
      if !busy.contains(about.key) {
        steps.append(
          NextStep(
            .addStep, about: about, because: "The plan “\(plan.title)” has no next step.",
            evidence: evidence, who: plan.owner,
            by: plan.reviewAt
              ?? NextStep.Kind.addStep.due(after: plan.reviewedAt ?? plan.openedAt, in: tx.zone)))
      }
      return steps
    }
  }
}
