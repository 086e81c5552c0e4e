extension NextStepSource {
  /// What the customer gave or was asked for, until the customer was told what became of it.
  static let contributions = NextStepSource { file, _ in
    file.contributions.compactMap { contribution in
      guard let (kind, reason) = contribution.pending else { return nil }
      return NextStep(
        kind, about: RecordReference(contribution.id), because: reason,
        evidence: [LifecycleEvidence("status", contribution.status.rawValue)],
        by: kind == .hearAnswer ? contribution.dueAt : nil)
    }
  }

  /// What the customer needs and has not got.
  static let needs = NextStepSource { file, _ in
    file.needs.sorted { ($0.statedAt, $0.id) < ($1.statedAt, $1.id) }.map { need in
      NextStep(
        .meetNeed, about: RecordReference(need.id),
        because: "The need “\(need.text)” (\(need.category)) has been open since \(need.statedAt).",
        evidence: [LifecycleEvidence("stated", "\(need.statedAt)")], who: need.owner)
    }
  }
}

extension Contribution {
  /// What is to be done about it, and why; nothing once the customer was told.
  fileprivate var pending: (NextStep.Kind, reason: String)? {
    switch status {
    case .asked:
      let due = dueAt.map { ", to answer by \($0)" } ?? ""
      return (
        .hearAnswer,
        "The customer was asked “\(question ?? "")” at \(askedAt ?? modifiedAt)\(due)."
      )
    case .given:
      return (.decide, "What the customer gave (“\(text ?? "")”) is not decided on.")
    case .used, .declined:
      guard toldAt == nil else { return nil }
      return (
        .tellOutcome,
        "The customer has not heard what became of “\(text ?? "")”: \(outcome ?? "")."
      )
    }
  }
}
