extension NextStepSource {
  /// What was promised, asked or meant to be done.
  static let commitments = NextStepSource { file, _ in
    file.commitments.map { commitment in
      let passed = commitment.passed(by: file.asOf).first
      return NextStep(
        passed == nil ? .keep : .keepOverdue, about: RecordReference(commitment.id),
        because:
          "The \(name(of: commitment.kind)) “\(commitment.text)” \(state(of: commitment, passed)).",
        evidence: evidence(of: commitment), who: commitment.owner,
        by: passed?.dueAt ?? min(commitment.dueAt, commitment.requestedAt ?? .latest))
    }
  }

  private static func name(of kind: Commitment.Kind) -> String {
    switch kind {
    case .promise: "promise"
    case .question: "question"
    case .followUp: "follow-up"
    case .task: "task"
    }
  }

  private static func state(
    of commitment: Commitment, _ passed: (yardstick: Yardstick, dueAt: Instant)?
  ) -> String {
    switch passed {
    case (.promised, let dueAt)?: "has been due since \(dueAt)"
    case (.requested, let dueAt)?: "was asked for by \(dueAt)"
    case nil: "is due by \(commitment.dueAt)"
    }
  }

  private static func evidence(of commitment: Commitment) -> [LifecycleEvidence] {
    [
      LifecycleEvidence("made", "\(commitment.madeAt)"),
      LifecycleEvidence("due", "\(commitment.dueAt)"),
    ] + (commitment.requestedAt.map { [LifecycleEvidence("asked for by", "\($0)")] } ?? [])
  }

  /// Orders that should have arrived.
  static let lateOrders = NextStepSource { file, _ in
    file.lateOrders.map { order in
      let due = order.passed(by: file.asOf).first
      let what = due?.yardstick == .requested ? "asked for by" : "promised for"
      let dueAt = due?.dueAt ?? file.asOf
      return NextStep(
        .explainDelay, about: RecordReference(order.id),
        because: "Order \(order.number) was \(what) \(dueAt) and is \(order.status.rawValue).",
        evidence: [
          LifecycleEvidence(what, "\(dueAt)"), LifecycleEvidence("status", order.status.rawValue),
          LifecycleEvidence("value", "\(order.value)"),
        ], by: dueAt)
    }
  }
}
