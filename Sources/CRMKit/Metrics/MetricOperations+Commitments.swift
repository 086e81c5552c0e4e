extension MetricOperations {
  /// Counts a commitment more.
  func count(_ commitment: Occurrence<CommitmentMade>) throws {
    guard var metrics = try counted(commitment.event.customer, before: commitment.recorded)
    else { return }
    CommitmentTally.add(
      CommitmentTally.State(kind: commitment.event.kind, status: .open, isLate: false),
      to: &metrics)
    try records.put(metrics)
  }

  /// Counts what became of a commitment.
  func count(_ id: Commitment.ID, in event: RecordedEvent) throws {
    let commitment = try transaction.commitments.get(id)
    guard let states = CommitmentTally.states(of: commitment, around: event.changes),
      var metrics = try counted(commitment.customer, before: event)
    else { return }
    CommitmentTally.add(states.before, -1, to: &metrics)
    CommitmentTally.add(states.after, to: &metrics)
    try records.put(metrics)
  }
}
