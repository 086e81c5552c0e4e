/// What a commitment must be like, and what may become of it; pure.
enum CommitmentRules {
  static let longestText = 1_000

  /// Every problem of a commitment, field by field.
  static func problems(of new: NewCommitment, now: Instant) -> [CRMError.Issue] {
    var problems = TextRules.problems(of: new.text, in: "text", within: longestText)
    problems += TextRules.problems(of: new.owner, in: "owner")
    problems += RecordReference.problems(of: new.about, in: "about")
    problems += futureProblems("made_at", new.madeAt, now: now)
    if new.due.instant < new.madeAt ?? now {
      problems.append(.init("due", "lies before it was made"))
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

  /// Whether it was too late when it was closed.
  ///
  /// What is due at an instant may be done at that instant; a day is over when the next begins.
  static func isLate(_ commitment: Commitment, closedAt: Instant) -> Bool {
    commitment.dueDate == nil ? commitment.dueAt < closedAt : commitment.dueAt <= closedAt
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
}
