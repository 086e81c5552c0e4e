/// What a commitment must be like, and what may become of it; pure.
enum CommitmentRules {
  static let longestText = 1_000

  /// Every problem of a commitment, field by field.
  static func problems(of new: NewCommitment, now: Instant) -> [CRMError.Issue] {
    var problems = TextRules.problems(of: new.text, in: "text", within: longestText)
    problems += TextRules.problems(of: new.owner, in: "owner")
    problems += RecordReference.problems(of: new.about, in: "about")
    problems += futureProblems("made_at", new.madeAt, now: now)
    for (field, deadline) in [("due", new.due), ("requested", new.requested)] {
      if let deadline, deadline.instant < new.madeAt ?? now {
        problems.append(.init(field, "lies before it was made"))
      }
    }
    return problems
  }

  /// What a kind of commitment can become, besides being dropped.
  static func fulfilment(of kind: Commitment.Kind) -> Commitment.Status {
    kind == .question ? .answered : .kept
  }

  /// Every problem of closing a commitment, field by field.
  static func problems(
    ofClosing commitment: Commitment, as status: Commitment.Status, outcome: String?,
    at closedAt: Instant, now: Instant
  ) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    let fulfilment = fulfilment(of: commitment.kind)
    if status != fulfilment, status != .dropped {
      problems.append(
        .init(
          "status",
          "of a \(commitment.kind.rawValue) can become \(fulfilment.rawValue) or dropped"))
    }
    return problems + TextRules.problems(of: outcome, in: "outcome", within: longestText)
      + instantProblems("closed_at", closedAt, from: commitment.madeAt, "it was made", now: now)
  }

  /// Whether a commitment that is open until an instant is late by then.
  static func isLate(
    _ commitment: Commitment, against yardstick: Yardstick, at instant: Instant
  ) -> Bool {
    commitment.dueAt(yardstick).map { $0 < instant } ?? false
  }
}

extension Commitment {
  /// The commitment with another deadline.
  func due(_ deadline: Deadline) -> Commitment {
    var copy = self
    copy.dueAt = deadline.instant
    switch deadline {
    case .at: (copy.dueDate, copy.dueZone) = (nil, nil)
    case .by(let date, let zone): (copy.dueDate, copy.dueZone) = (date, zone)
    }
    return copy
  }

  /// The commitment with what the customer asked for.
  func requested(_ deadline: Deadline?) -> Commitment {
    guard let deadline else { return self }
    var copy = self
    copy.requestedAt = deadline.instant
    if case .by(let date, let zone) = deadline {
      (copy.requestedDate, copy.requestedZone) = (date, zone)
    }
    return copy
  }
}
