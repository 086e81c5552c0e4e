/// Something to do at a contact with a customer, and why.
public struct SuggestedAction: Hashable, Sendable {
  /// What to do.
  public let kind: Kind

  /// What it is about, where that is a record.
  public let about: RecordReference?

  /// The field to ask for, where something is to be asked.
  public let field: String?

  /// The reason, in words for staff.
  public let reason: String

  /// What there can be to do.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Do what was promised or meant to be done, or answer, as it is overdue.
    case keepOverdue = "keep_overdue"
    /// Say where an order is that should have arrived.
    case explainDelay = "explain_delay"
    /// Turn to the customer, who turned to the firm last.
    case reply
    /// Tell the customer what became of something they gave.
    case tellOutcome = "tell_outcome"
    /// Do what is due next.
    case keep
    /// Decide what becomes of something the customer gave.
    case decide
    /// Offer what the customer needs.
    case meetNeed = "meet_need"
    /// Hear what the customer says to what they were asked for.
    case hearAnswer = "hear_answer"
    /// Ask what is missing, contradicted or out of date.
    case ask
    /// Arrange the next contact, as none is planned.
    case planContact = "plan_contact"
  }
}

extension CustomerFile {
  /// What is unknown, contradicted or out of date and worth asking, in that order.
  public var worthAsking: [FileQuality.Entry] { quality?.worthAsking ?? [] }

  /// What to do at a contact now, the most pressing first: the kinds in their order
  /// (``SuggestedAction/Kind``), and within a kind what has waited longest.
  ///
  /// It is worked out by rules from what the file has, and from nothing else.
  public var actions: [SuggestedAction] {
    let isOverdue = { (commitment: Commitment) in !commitment.passed(by: asOf).isEmpty }
    var actions = commitments.filter(isOverdue).map { action(.keepOverdue, $0) }
    actions += delays + replies + self.actions(.tellOutcome)
    actions += commitments.filter { !isOverdue($0) }.map { action(.keep, $0) }
    actions += self.actions(.decide) + openNeeds + self.actions(.hearAnswer)
    return actions + questions + plans
  }

  /// What to do first, with its reason; `nil` where there is nothing to do.
  public var nextBestAction: SuggestedAction? { actions.first }

  private func action(_ kind: SuggestedAction.Kind, _ commitment: Commitment) -> SuggestedAction {
    let what =
      switch commitment.kind {
      case .promise: "promise"
      case .question: "question"
      case .followUp: "follow-up"
      case .task: "task"
      }
    let when =
      switch commitment.passed(by: asOf).first {
      case (.promised, let dueAt)?: "has been due since \(dueAt)"
      case (.requested, let dueAt)?: "was asked for by \(dueAt)"
      case nil: "is due by \(commitment.dueAt)"
      }
    return SuggestedAction(
      kind: kind, about: RecordReference(commitment.id), field: nil,
      reason: "The \(what) “\(commitment.text)” \(when).")
  }

  /// Orders that should have arrived.
  private var delays: [SuggestedAction] {
    lateOrders.map { order in
      let due = order.passed(by: asOf).first
      let what = due?.yardstick == .requested ? "asked for by" : "promised for"
      return SuggestedAction(
        kind: .explainDelay, about: RecordReference(order.id), field: nil,
        reason: "Order \(order.number) was \(what) \(due?.dueAt ?? asOf) and is"
          + " \(order.status.rawValue).")
    }
  }

  /// The contact that waits for an answer; an order that was placed waits for none.
  private var replies: [SuggestedAction] {
    guard let unanswered else { return [] }
    return [
      SuggestedAction(
        kind: .reply, about: RecordReference(unanswered.id), field: nil,
        reason: "The customer turned to the firm at \(unanswered.occurredAt)"
          + " (“\(unanswered.subject)”), and nothing is known to have come of it.")
    ]
  }

  /// What is to be done about what the customer gave or was asked for.
  private func actions(_ kind: SuggestedAction.Kind) -> [SuggestedAction] {
    contributions.compactMap { contribution in
      guard let (due, reason) = contribution.pending, due == kind else { return nil }
      return SuggestedAction(
        kind: kind, about: RecordReference(contribution.id), field: nil, reason: reason)
    }
  }

  private var openNeeds: [SuggestedAction] {
    needs.sorted { ($0.statedAt, $0.id) < ($1.statedAt, $1.id) }.map {
      SuggestedAction(
        kind: .meetNeed, about: RecordReference($0.id), field: nil,
        reason: "The need “\($0.text)” (\($0.category)) has been open since \($0.statedAt).")
    }
  }

  private var questions: [SuggestedAction] {
    fieldQuestions + relationshipQuestions
  }

  private var relationshipQuestions: [SuggestedAction] {
    (quality?.staleRelationships ?? []).map { view in
      SuggestedAction(
        kind: .ask, about: RecordReference(view.id), field: nil,
        reason: "The relationship “\(view.name) \(view.other.name)” was last known to hold at"
          + " \(view.relationship.freshAt).")
    }
  }

  private var fieldQuestions: [SuggestedAction] {
    worthAsking.map { entry in
      let reason =
        switch entry.state {
        case .missing: "The file does not say what \(entry.field) is."
        case .contradicted: "Sources contradict each other on \(entry.field)."
        default: "\(entry.field) was last known to be true at \(entry.standing?.freshAt ?? asOf)."
        }
      return SuggestedAction(
        kind: .ask, about: (entry.standing?.id).map { RecordReference($0) }, field: entry.field,
        reason: reason)
    }
  }

  private var plans: [SuggestedAction] {
    guard nextContact == nil, !customer.isArchived else { return [] }
    let last = lastContact.map { "the last one was at \($0.occurredAt)" } ?? "there was none yet"
    return [
      SuggestedAction(
        kind: .planContact, about: nil, field: nil, reason: "No contact is planned; \(last).")
    ]
  }
}

extension Contribution {
  /// What is to be done about it, and why; nothing once the customer was told.
  fileprivate var pending: (SuggestedAction.Kind, reason: String)? {
    switch status {
    case .asked:
      let due = dueAt.map { ", to answer by \($0)" } ?? ""
      return (
        .hearAnswer,
        "The customer was asked “\(question ?? "")” at \(askedAt ?? modifiedAt)\(due)."
      )
    case .given:
      return (.decide, "What the customer gave (“\(text ?? "")”) is not decided on.")
    case .used, .declined:
      guard toldAt == nil else { return nil }
      return (
        .tellOutcome,
        "The customer has not heard what became of “\(text ?? "")”:"
          + " \(outcome ?? "")."
      )
    }
  }
}
