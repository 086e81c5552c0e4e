/// How commitments add up; pure.
enum CommitmentTally {
  /// What counts of a commitment at a time.
  struct State {
    let kind: Commitment.Kind
    var status: Commitment.Status
    var isLate: Bool
    /// How many milliseconds it was open, once it is closed.
    let open: Int

    init(_ commitment: Commitment) {
      kind = commitment.kind
      status = commitment.status
      isLate = commitment.isLate
      open =
        commitment.closedAt.map {
          Int($0.milliseconds - commitment.madeAt.milliseconds)
        } ?? 0
    }

    /// One that was just made.
    init(made kind: Commitment.Kind) {
      (self.kind, status, isLate, open) = (kind, .open, false, 0)
    }
  }

  /// Adds what a commitment counts for, or takes it away.
  static func add(_ state: State, _ sign: Int = 1, to metrics: inout CustomerMetrics) {
    if state.status == .open { metrics.openCommitments += sign }
    switch state.kind {
    case .promise:
      if state.isLate || state.status == .dropped {
        metrics.promisesBroken += sign
      } else if state.status == .kept {
        metrics.promisesKept += sign
      }
    case .question:
      guard state.status == .answered else { break }
      metrics.questionsAnswered += sign
      metrics.responses += sign
      metrics.responseMilliseconds += sign * state.open
    case .followUp, .task:
      break
    }
  }

  /// What a commitment was before a change of it and after, if it counts otherwise since.
  static func states(
    of commitment: Commitment, around changes: [FieldChange]
  ) -> (before: State, after: State)? {
    let status = changes.first { $0.field == Commitment.fields.status.name }
    let lateness = changes.first { $0.field == Commitment.fields.isLate.name }
    if status == nil, lateness == nil { return nil }
    // Only what is open is changed without being closed or reopened.
    var before = State(commitment)
    before.status = .open
    var after = before
    if let status {
      before.status = Self.status(status.before)
      after.status = Self.status(status.after)
    }
    if let lateness {
      before.isLate = lateness.before == .flag(true)
      after.isLate = lateness.after == .flag(true)
    }
    return (before, after)
  }

  private static func status(_ value: Value) -> Commitment.Status {
    guard case .text(let name) = value else { return .open }
    return Commitment.Status(rawValue: name) ?? .open
  }
}
