/// A need to be recorded.
public struct NewNeed: Hashable, Sendable {
  /// The customer.
  public var customer: Customer.ID

  /// What it is, by the host's own word for it, up to 100 bytes.
  public var category: String

  /// What it is, in the customer's words, up to 1,000 bytes.
  public var text: String

  /// The language of the words, by its tag of BCP 47.
  public var language: String?

  /// Whether it is there now, to be expected, or this customer's alone.
  public var kind: Need.Kind

  /// Where the firm has it from.
  public var source: FactSource

  /// When it was stated or noticed, if not now.
  public var statedAt: Instant?

  /// Who sees to it, if someone does.
  public var owner: Principal?

  /// Says what a customer needs.
  public init(
    of customer: Customer.ID, _ category: String, _ text: String, _ kind: Need.Kind = .present,
    language: String? = nil, from source: FactSource, statedAt: Instant? = nil,
    owner: Principal? = nil
  ) {
    self.customer = customer
    self.category = category
    self.text = text
    self.language = language
    self.kind = kind
    self.source = source
    self.statedAt = statedAt
    self.owner = owner
  }
}
