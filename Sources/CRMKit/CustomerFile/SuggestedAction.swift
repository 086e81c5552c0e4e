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
    /// Do what is due next.
    case keep
    /// Offer what the customer needs.
    case meetNeed = "meet_need"
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
    let isOverdue = { (commitment: Commitment) in commitment.dueAt < asOf }
    return commitments.filter(isOverdue).map { action(.keepOverdue, $0) }
      + delays + replies + commitments.filter { !isOverdue($0) }.map { action(.keep, $0) }
      + openNeeds + questions + plans
  }

  /// What to do first, with its reason; `nil` where there is nothing to do.
  public var nextBestAction: SuggestedAction? { actions.first }

  private func action(_ kind: SuggestedAction.Kind, _ commitment: Commitment) -> SuggestedAction {
    let what =
      switch commitment.kind {
      case .promise: "promise"
      case .question: "question"
      case .followUp: "follow-up"
      }
    let when = kind == .keepOverdue ? "has been due since" : "is due by"
    return SuggestedAction(
      kind: kind, about: RecordReference(commitment.id), field: nil,
      reason: "The \(what) “\(commitment.text)” \(when) \(commitment.dueAt).")
  }

  /// Orders that should have arrived.
  private var delays: [SuggestedAction] {
    let late = orders.filter { order in
      order.closedAt == nil && order.promisedAt.map { $0 < asOf } ?? false
    }
    return late.sorted { ($0.promisedAt ?? asOf, $0.id) < ($1.promisedAt ?? asOf, $1.id) }.map {
      SuggestedAction(
        kind: .explainDelay, about: RecordReference($0.id), field: nil,
        reason: "Order \($0.number) was promised for \($0.promisedAt ?? asOf) and is"
          + " \($0.status.rawValue).")
    }
  }

  /// The last contact, where the customer turned to the firm and nothing came of it; an order
  /// that was placed asks for no reply.
  private var replies: [SuggestedAction] {
    guard let last = lastContact, last.direction == .inbound, last.outcome == nil,
      !last.about.contains(where: { $0.kind == Order.schema.name })
    else { return [] }
    return [
      SuggestedAction(
        kind: .reply, about: RecordReference(last.id), field: nil,
        reason: "The customer turned to the firm at \(last.occurredAt) (“\(last.subject)”), and"
          + " nothing is known to have come of it.")
    ]
  }

  private var openNeeds: [SuggestedAction] {
    needs.sorted { ($0.statedAt, $0.id) < ($1.statedAt, $1.id) }.map {
      SuggestedAction(
        kind: .meetNeed, about: RecordReference($0.id), field: nil,
        reason: "The need “\($0.text)” (\($0.category)) has been open since \($0.statedAt).")
    }
  }

  private var questions: [SuggestedAction] {
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
