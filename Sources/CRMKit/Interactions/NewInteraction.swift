/// A contact to be recorded or planned.
///
///     NewInteraction(with: yuna.id, through: .phone, .inbound, subject: "Asked for the invoice")
public struct NewInteraction: Hashable, Sendable {
  /// The customer.
  public var customer: Customer.ID

  /// Further customers who take part, or whom a note is about.
  public var others: [Customer.ID]

  /// Through what channel.
  public var channel: Channel

  /// Who turned to whom.
  public var direction: Interaction.Direction

  /// What it was about, in a few words; up to 1,000 bytes of UTF-8.
  public var subject: String

  /// What was said or written; up to 1,000,000 bytes of UTF-8.
  public var content: String?

  /// What came of it; up to 1,000 bytes of UTF-8.
  public var outcome: String?

  /// The language it was in, by its tag of BCP 47.
  public var language: String?

  /// Who took part for the firm, besides who records it.
  public var staff: [Principal]

  /// What it belongs to.
  public var about: [RecordReference]

  /// What another system calls it; recording it again under its name changes nothing.
  public var externalID: ExternalID?

  /// What it cost the firm.
  public var cost: Money?

  /// How long it took, to the millisecond.
  public var duration: Duration?

  /// What of the customer's file is used in it; see ``Interaction/uses``.
  public var uses: [String]

  /// Whether the customer waits for an answer, where the channel does not say it
  /// (``Interaction/expectsAnswer``).
  public var expectsAnswer: Bool?

  /// What it is for (``Interaction/purpose``).
  public var purpose: Interaction.Purpose?

  /// When it happened, if not now, or when it is planned for.
  public var occurredAt: Instant?

  /// Says what happened, or what is to.
  public init(
    with customer: Customer.ID, and others: [Customer.ID] = [], through channel: Channel,
    _ direction: Interaction.Direction, subject: String, content: String? = nil,
    outcome: String? = nil, language: String? = nil, staff: [Principal] = [],
    about: [RecordReference] = [], externalID: ExternalID? = nil, cost: Money? = nil,
    duration: Duration? = nil, uses: [String] = [], expectsAnswer: Bool? = nil,
    purpose: Interaction.Purpose? = nil, occurredAt: Instant? = nil
  ) {
    self.customer = customer
    self.others = others
    self.channel = channel
    self.direction = direction
    self.subject = subject
    self.content = content
    self.outcome = outcome
    self.language = language
    self.staff = staff
    self.about = about
    self.externalID = externalID
    self.cost = cost
    self.duration = duration
    self.uses = uses
    self.expectsAnswer = expectsAnswer
    self.purpose = purpose
    self.occurredAt = occurredAt
  }

  /// A note that staff keep about customers, among themselves.
  ///
  /// - Parameters:
  ///   - subject: What it says, in a few words.
  ///   - customer: The customer it is about.
  ///   - others: Further customers it is about.
  ///   - content: What it says in full.
  ///   - about: What it belongs to.
  public static func note(
    _ subject: String, on customer: Customer.ID, and others: [Customer.ID] = [],
    content: String? = nil, about: [RecordReference] = []
  ) -> NewInteraction {
    NewInteraction(
      with: customer, and: others, through: .note, .internal, subject: subject, content: content,
      about: about)
  }
}

extension Channel {
  /// A note among staff, which reaches no customer.
  public static let note = Channel(rawValue: "note")
}
