/// Something a customer gave, to be recorded.
public struct NewContribution: Hashable, Sendable {
  /// The customer.
  public var customer: Customer.ID

  /// What it is.
  public var kind: Contribution.Kind

  /// What the customer gave, in the customer's words; up to 10,000 bytes.
  public var text: String

  /// The language of the words, by its tag of BCP 47.
  public var language: String?

  /// What it belongs to: a product, an order, the contact in which it was given.
  public var about: [RecordReference]

  /// The customer who came to the firm by it, of a referral.
  public var referred: Customer.ID?

  /// When it was given, if not now.
  public var givenAt: Instant?

  /// Says what a customer gave.
  public init(
    from customer: Customer.ID, _ kind: Contribution.Kind, _ text: String,
    language: String? = nil, about: [RecordReference] = [], referred: Customer.ID? = nil,
    givenAt: Instant? = nil
  ) {
    self.customer = customer
    self.kind = kind
    self.text = text
    self.language = language
    self.about = about
    self.referred = referred
    self.givenAt = givenAt
  }
}
