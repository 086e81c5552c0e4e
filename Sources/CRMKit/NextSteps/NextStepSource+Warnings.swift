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
        who: warning.owner, by: warning.expiresAt, weight: weight(of: warning.severity))
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
  /// Whether it is to be seen to: it stands, and is not put off.
  func isPressing(at instant: Instant) -> Bool {
    status.isStanding && (snoozedUntil.map { $0 <= instant } ?? true)
  }
}
