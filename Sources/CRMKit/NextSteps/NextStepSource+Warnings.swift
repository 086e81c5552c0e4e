extension NextStepSource {
  /// The warning that stands, unless it is put off.
  static let warnings = NextStepSource { file, tx in
    guard let warning = file.warning, warning.isPressing(at: file.asOf) else { return [] }
    let signs = warning.evidence.filter { !$0.isGone }
    let names = (signs.isEmpty ? warning.evidence : signs).map { "“\($0.signal)”" }
    let play = try warning.playbook.map { try tx.playbooks.get($0).title }
    return [
      NextStep(
        .heedWarning, about: RecordReference(warning.id),
        because: "The customer may be about to leave: \(names.joined(separator: ", ")) since"
          + " \(warning.raisedAt)." + (play.map { " “\($0)” is recommended." } ?? ""),
        evidence: signs.flatMap(\.found)
          + warning.atStake.map { LifecycleEvidence("at stake", "\($0)") },
        who: warning.owner,
        by: warning.expiresAt
          ?? NextStep.Kind.heedWarning.due(after: warning.grownAt, in: tx.zone),
        weight: weight(of: warning.severity), value: warning.value(in: file.yearlyWorth?.currency))
    ]
  }

  /// What rests on a warning by how grave it is.
  private static func weight(of severity: Warning.Severity) -> Int {
    switch severity {
    case .low: 150
    case .medium: NextStep.Kind.heedWarning.weight
    case .high: 600
    }
  }
}

extension Warning {
  /// What is at stake in a currency, or in the only one there is; `nil` where that is nothing.
  fileprivate func value(in currency: Currency?) -> Money? {
    let stake = atStake.count == 1 ? atStake.first : atStake.first { $0.currency == currency }
    return stake.flatMap { $0.minorUnits > 0 ? $0 : nil }
  }

  /// Whether it is to be seen to: it stands, and is not put off.
  func isPressing(at instant: Instant) -> Bool {
    status.isStanding && (snoozedUntil.map { $0 <= instant } ?? true)
  }
}
