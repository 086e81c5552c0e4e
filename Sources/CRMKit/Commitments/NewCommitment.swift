/// A promise, a question, a follow-up or a task to be kept in view.
///
///     NewCommitment(
///       .promise, to: yuna.id, "Send the catalogue", owner: .staff("kim"),
///       due: .by(friday, in: berlin))
public struct NewCommitment: Hashable, Sendable {
  /// Whether it was promised, asked, is to be followed up or to be done.
  public var kind: Commitment.Kind

  /// The customer.
  public var customer: Customer.ID

  /// What it says; up to 1,000 bytes of UTF-8.
  public var text: String

  /// Who sees to it.
  public var owner: Principal

  /// By when it is due.
  public var due: Deadline

  /// By when the customer asked for it, if they asked for a time.
  public var requested: Deadline?

  /// The contact in which it came up, if it was one.
  public var interaction: Interaction.ID?

  /// What it belongs to.
  public var about: [RecordReference]

  /// When it came up, if not now.
  public var madeAt: Instant?

  /// Says what is open.
  public init(
    _ kind: Commitment.Kind, to customer: Customer.ID, _ text: String, owner: Principal,
    due: Deadline, requested: Deadline? = nil, in interaction: Interaction.ID? = nil,
    about: [RecordReference] = [], madeAt: Instant? = nil
  ) {
    self.kind = kind
    self.customer = customer
    self.text = text
    self.owner = owner
    self.due = due
    self.requested = requested
    self.interaction = interaction
    self.about = about
    self.madeAt = madeAt
  }
}
