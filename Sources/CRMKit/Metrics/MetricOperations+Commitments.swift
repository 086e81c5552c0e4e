extension MetricOperations {
  /// Counts a commitment more.
  func count(_ commitment: Occurrence<CommitmentMade>) throws {
    // A question waits in place of the contact that it came up in, whoever's contact that is.
    if commitment.event.kind == .question,
      let contact = try transaction.commitments.get(commitment.event.commitment).interaction,
      let first = try transaction.records(of: Interaction.self).find(contact)?.customer
    {
      return try countAnew(
        Set([commitment.event.customer, first]).sorted(), in: commitment.recorded)
    }
    guard var metrics = try counted(commitment.event.customer, before: commitment.recorded)
    else { return }
    CommitmentTally.add(CommitmentTally.State(made: commitment.event.kind), to: &metrics)
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
