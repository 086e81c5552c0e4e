/// A playbook was written.
public struct PlaybookWritten: Event {
  /// The playbook.
  public var playbook: Playbook.ID

  public static let name = "playbooks.written"

  private struct Fields: Sendable {
    let playbook = Field<PlaybookWritten, Playbook.ID>(
      "playbook", { $0.playbook }, { $0.playbook = $1 })
  }

  public static let layout = Layout(Fields(), blank: PlaybookWritten(playbook: .zero))
}

/// A playbook was changed, put away or taken out again; the recorded event has the fields.
public struct PlaybookUpdated: Event {
  /// The playbook.
  public var playbook: Playbook.ID

  public static let name = "playbooks.updated"

  private struct Fields: Sendable {
    let playbook = Field<PlaybookUpdated, Playbook.ID>(
      "playbook", { $0.playbook }, { $0.playbook = $1 })
  }

  public static let layout = Layout(Fields(), blank: PlaybookUpdated(playbook: .zero))
}

/// A playbook was followed with a customer.
public struct PlaybookUsed: Event {
  /// The use.
  public var use: PlaybookUse.ID
  /// The playbook.
  public var playbook: Playbook.ID
  /// The customer.
  public var customer: Customer.ID

  public static let name = "playbooks.used"

  private struct Fields: Sendable {
    let use = Field<PlaybookUsed, PlaybookUse.ID>("use", { $0.use }, { $0.use = $1 })
    let playbook = Field<PlaybookUsed, Playbook.ID>(
      "playbook", { $0.playbook }, { $0.playbook = $1 })
    let customer = Field<PlaybookUsed, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: PlaybookUsed(use: .zero, playbook: .zero, customer: .zero))
}

/// It became known whether following a playbook helped.
public struct PlaybookJudged: Event {
  /// The use.
  public var use: PlaybookUse.ID
  /// The playbook.
  public var playbook: Playbook.ID
  /// The customer.
  public var customer: Customer.ID
  /// What came of it.
  public var outcome: PlaybookUse.Outcome

  public static let name = "playbooks.judged"

  private struct Fields: Sendable {
    let use = Field<PlaybookJudged, PlaybookUse.ID>("use", { $0.use }, { $0.use = $1 })
    let playbook = Field<PlaybookJudged, Playbook.ID>(
      "playbook", { $0.playbook }, { $0.playbook = $1 })
    let customer = Field<PlaybookJudged, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let outcome = Field<PlaybookJudged, PlaybookUse.Outcome>(
      "outcome", { $0.outcome }, { $0.outcome = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: PlaybookJudged(use: .zero, playbook: .zero, customer: .zero, outcome: .open))
}
