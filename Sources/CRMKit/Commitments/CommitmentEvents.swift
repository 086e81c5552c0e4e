/// Something was promised to a customer, asked by one, or is to be followed up.
public struct CommitmentMade: Event {
  /// The commitment.
  public var commitment: Commitment.ID
  /// The customer.
  public var customer: Customer.ID
  /// Which of these it is.
  public var kind: Commitment.Kind
  /// Who sees to it.
  public var owner: Principal
  /// The last instant at which it is in time.
  public var dueAt: Instant

  public static let name = "commitments.made"

  private struct Fields: Sendable {
    let commitment = Field<CommitmentMade, Commitment.ID>(
      "commitment", { $0.commitment }, { $0.commitment = $1 })
    let customer = Field<CommitmentMade, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let kind = Field<CommitmentMade, Commitment.Kind>(
      "kind", { $0.kind }, { $0.kind = $1 })
    let owner = Field<CommitmentMade, Principal>(
      "owner", { $0.owner }, { $0.owner = $1 })
    let dueAt = Field<CommitmentMade, Instant>(
      "due_at", { $0.dueAt }, { $0.dueAt = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: CommitmentMade(
      commitment: .zero, customer: .zero, kind: .promise, owner: .system, dueAt: .earliest))
}

/// A commitment was kept, answered or dropped.
public struct CommitmentClosed: Event {
  /// The commitment.
  public var commitment: Commitment.ID
  /// The customer.
  public var customer: Customer.ID
  /// What became of it.
  public var status: Commitment.Status

  public static let name = "commitments.closed"

  private struct Fields: Sendable {
    let commitment = Field<CommitmentClosed, Commitment.ID>(
      "commitment", { $0.commitment }, { $0.commitment = $1 })
    let customer = Field<CommitmentClosed, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let status = Field<CommitmentClosed, Commitment.Status>(
      "status", { $0.status }, { $0.status = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: CommitmentClosed(commitment: .zero, customer: .zero, status: .kept))
}

/// The deadline of a commitment passed while it was open, a millisecond before this.
public struct CommitmentOverdue: Event {
  /// The commitment.
  public var commitment: Commitment.ID
  /// The customer.
  public var customer: Customer.ID
  /// Who was to see to it.
  public var owner: Principal
  /// The deadline.
  public var dueAt: Instant

  public static let name = "commitments.overdue"

  private struct Fields: Sendable {
    let commitment = Field<CommitmentOverdue, Commitment.ID>(
      "commitment", { $0.commitment }, { $0.commitment = $1 })
    let customer = Field<CommitmentOverdue, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let owner = Field<CommitmentOverdue, Principal>(
      "owner", { $0.owner }, { $0.owner = $1 })
    let dueAt = Field<CommitmentOverdue, Instant>(
      "due_at", { $0.dueAt }, { $0.dueAt = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: CommitmentOverdue(commitment: .zero, customer: .zero, owner: .system, dueAt: .earliest))
}

/// Someone else sees to a commitment from now on.
public struct CommitmentReassigned: Event {
  /// The commitment.
  public var commitment: Commitment.ID
  /// The customer.
  public var customer: Customer.ID
  /// Who saw to it.
  public var from: Principal
  /// Who does now.
  public var to: Principal

  public static let name = "commitments.reassigned"

  private struct Fields: Sendable {
    let commitment = Field<CommitmentReassigned, Commitment.ID>(
      "commitment", { $0.commitment }, { $0.commitment = $1 })
    let customer = Field<CommitmentReassigned, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let from = Field<CommitmentReassigned, Principal>(
      "from", { $0.from }, { $0.from = $1 })
    let to = Field<CommitmentReassigned, Principal>(
      "to", { $0.to }, { $0.to = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: CommitmentReassigned(commitment: .zero, customer: .zero, from: .system, to: .system))
}

/// A commitment got another deadline.
public struct CommitmentPostponed: Event {
  /// The commitment.
  public var commitment: Commitment.ID
  /// The customer.
  public var customer: Customer.ID
  /// The new deadline.
  public var dueAt: Instant

  public static let name = "commitments.postponed"

  private struct Fields: Sendable {
    let commitment = Field<CommitmentPostponed, Commitment.ID>(
      "commitment", { $0.commitment }, { $0.commitment = $1 })
    let customer = Field<CommitmentPostponed, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let dueAt = Field<CommitmentPostponed, Instant>(
      "due_at", { $0.dueAt }, { $0.dueAt = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: CommitmentPostponed(commitment: .zero, customer: .zero, dueAt: .earliest))
}

/// The contact in which a commitment came up was taken out, or off its customer's list.
public struct CommitmentDetached: Event {
  /// The commitment.
  public var commitment: Commitment.ID
  /// The customer.
  public var customer: Customer.ID

  public static let name = "commitments.detached"

  private struct Fields: Sendable {
    let commitment = Field<CommitmentDetached, Commitment.ID>(
      "commitment", { $0.commitment }, { $0.commitment = $1 })
    let customer = Field<CommitmentDetached, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: CommitmentDetached(commitment: .zero, customer: .zero))
}

/// The time the customer asked for passed while a commitment was open, a millisecond before this.
public struct CommitmentRequestMissed: Event {
  /// The commitment.
  public var commitment: Commitment.ID
  /// The customer.
  public var customer: Customer.ID
  /// Who was to see to it.
  public var owner: Principal
  /// By when the customer asked for it.
  public var requestedAt: Instant

  public static let name = "commitments.request_missed"

  private struct Fields: Sendable {
    let commitment = Field<CommitmentRequestMissed, Commitment.ID>(
      "commitment", { $0.commitment }, { $0.commitment = $1 })
    let customer = Field<CommitmentRequestMissed, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let owner = Field<CommitmentRequestMissed, Principal>(
      "owner", { $0.owner }, { $0.owner = $1 })
    let requestedAt = Field<CommitmentRequestMissed, Instant>(
      "requested_at", { $0.requestedAt }, { $0.requestedAt = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: CommitmentRequestMissed(
      commitment: .zero, customer: .zero, owner: .system, requestedAt: .earliest))
}
