extension NextStepSource {
  /// What the customer gave or was asked for, until the customer was told what became of it.
  static let contributions = NextStepSource { file, tx in
    file.contributions.compactMap { contribution in
      guard let (kind, reason, since) = contribution.pending else { return nil }
      let due = kind == .hearAnswer ? contribution.dueAt : nil
      return NextStep(
        kind, about: RecordReference(contribution.id), because: reason,
        evidence: [LifecycleEvidence("status", contribution.status.rawValue)],
        by: due ?? kind.due(after: since ?? contribution.modifiedAt, in: tx.zone))
    }
  }

  /// What the customer needs and has not got.
  static let needs = NextStepSource { file, tx in
    file.needs.sorted { ($0.statedAt, $0.id) < ($1.statedAt, $1.id) }.map { need in
      NextStep(
        .meetNeed, about: RecordReference(need.id),
        because: "The need “\(need.text)” (\(need.category)) has been open since \(need.statedAt).",
        evidence: [LifecycleEvidence("stated", "\(need.statedAt)")], who: need.owner,
        by: NextStep.Kind.meetNeed.due(after: need.statedAt, in: tx.zone))
    }
  }
}

extension Contribution {
  /// What is to be done about it, why, and since when; nothing once the customer was told.
  fileprivate var pending: (NextStep.Kind, reason: String, since: Instant?)? {
    switch status {
    case .asked:
      let due = dueAt.map { ", to answer by \($0)" } ?? ""
      return (
        .hearAnswer,
        "The customer was asked “\(question ?? "")” at \(askedAt ?? modifiedAt)\(due).",
        askedAt
      )
    case .given:
      return (.decide, "What the customer gave (“\(text ?? "")”) is not decided on.", givenAt)
    case .used, .declined:
      guard toldAt == nil else { return nil }
      return (
        .tellOutcome,
        "The customer has not heard what became of “\(text ?? "")”: \(outcome ?? "").",
        decidedAt
      )
    }
  }
}
