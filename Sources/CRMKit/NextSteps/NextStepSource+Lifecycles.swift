extension NextStepSource {
  /// How far ahead it is looked who is about to leave.
  static let lookAhead: Duration = .seconds(30 * 86_400)

  /// Who has left, who is at risk, and who will be within 30 days if nothing happens.
  ///
  /// Of whom a warning stands that says the same, it is left to that.
  static let lifecycles = NextStepSource { file, tx in
    let horizon = file.asOf + lookAhead
    let isForeseen = file.positions.contains { $0.forecast.contains { $0.at <= horizon } }
    let models = isForeseen ? try tx.lifecycle.models() : []
    return file.positions.compactMap { position in
      guard let stage = position.stage, let kind = position.kind else { return nil }
      let place = "“\(stage)” of \(position.lifecycle)"
      var evidence = [
        LifecycleEvidence("stage of \(position.lifecycle)", stage),
        LifecycleEvidence("since", "\(position.enteredAt)"),
      ]
      if let furthest = position.furthest {
        evidence.append(LifecycleEvidence("furthest stage", furthest))
      }
      switch kind {
      case .lapsed, .lost:
        guard !file.plans.contains(where: { $0.kind == .winBack }) else { return nil }
        return NextStep(
          .winBack,
          because: "The customer has been at \(place) since \(position.enteredAt), and no"
            + " plan to win them back is open.",
          evidence: evidence, by: due(.winBack, at: position, tx.zone))
      case .atRisk:
        guard file.warning?.isPressing(at: file.asOf) != true else { return nil }
        return NextStep(
          .retain, because: "The customer has been at \(place) since \(position.enteredAt).",
          evidence: evidence, by: due(.retain, at: position, tx.zone))
      case .open, .active, .wonBack:
        let model = models.first { $0.name == position.lifecycle }
        guard file.warning?.isPressing(at: file.asOf) != true,
          let move = position.forecast.first(where: { move in
            move.at <= horizon && model?.stage(move.to).map { $0.kind.isLeaving } ?? false
          })
        else { return nil }
        return NextStep(
          .retain,
          because: "The customer will be at “\(move.to)” of \(position.lifecycle) from"
            + " \(move.at) on, if nothing happens.",
          evidence: evidence + move.evidence, by: move.at)
      }
    }
  }

  /// Before time moves the customer on; where it does not, within the days of the kind.
  private static func due(
    _ kind: NextStep.Kind, at position: LifecyclePosition, _ zone: Zone
  ) -> Instant {
    position.forecast.first?.at ?? kind.due(after: position.enteredAt, in: zone)
  }
}

extension LifecycleStage.Kind {
  /// Whether customers at stages of the kind are on their way out, or gone.
  fileprivate var isLeaving: Bool { self == .atRisk || self == .lapsed || self == .lost }
}
