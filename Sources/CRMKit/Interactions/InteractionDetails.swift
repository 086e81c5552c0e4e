/// What few contacts have, kept apart so that plain ones stay small.
struct InteractionDetails: SetAside {
  var content: String?
  var outcome: String?
  var language: String?
  var staff: [Principal] = []
  var about: [RecordReference] = []
  var externalID: ExternalID?
  var cost: Money?
  var durationMilliseconds: Int?
  var uses: [String] = []
  var expectsAnswer: Bool?
  var purpose: Interaction.Purpose?
}

extension Interaction {
  /// What was said or written.
  public var content: String? {
    get { details.held?.row.content }
    set { details.set(newValue, from: content) { $0.content = $1 } }
  }

  /// What came of it.
  public var outcome: String? {
    get { details.held?.row.outcome }
    set { details.set(newValue, from: outcome) { $0.outcome = $1 } }
  }

  /// The language it was in, by its tag of BCP 47.
  public var language: String? {
    get { details.held?.row.language }
    set { details.set(newValue, from: language) { $0.language = $1 } }
  }

  /// Who took part for the firm.
  public var staff: [Principal] {
    get { details.held?.row.staff ?? [] }
    set { details.set(newValue, from: staff) { $0.staff = $1 } }
  }

  /// What it belongs to: an order, a campaign, a case, or a kind of the host's own.
  public var about: [RecordReference] {
    get { details.held?.row.about ?? [] }
    set { details.set(newValue, from: about) { $0.about = $1 } }
  }

  /// What another system calls it, such as an e-mail's Message-ID; held by one contact.
  public var externalID: ExternalID? {
    get { details.held?.row.externalID }
    set { details.set(newValue, from: externalID) { $0.externalID = $1 } }
  }

  /// What it cost the firm.
  public var cost: Money? {
    get { details.held?.row.cost }
    set { details.set(newValue, from: cost) { $0.cost = $1 } }
  }

  /// Whether the customer waits for an answer, where the channel does not say it.
  ///
  /// Who called in vain waits, who sent thanks by e-mail does not; see ``ResponseOperations``.
  public var expectsAnswer: Bool? {
    get { details.held?.row.expectsAnswer }
    set { details.set(newValue, from: expectsAnswer) { $0.expectsAnswer = $1 } }
  }

  /// What it was for, where that was said; see ``ContactPurposes``.
  public var purpose: Purpose? {
    get { details.held?.row.purpose }
    set { details.set(newValue, from: purpose) { $0.purpose = $1 } }
  }

  /// How long it took, in milliseconds.
  public var durationMilliseconds: Int? {
    get { details.held?.row.durationMilliseconds }
    set { details.set(newValue, from: durationMilliseconds) { $0.durationMilliseconds = $1 } }
  }

  /// How long it took.
  public var duration: Duration? {
    get { durationMilliseconds.map { .milliseconds($0) } }
    set { durationMilliseconds = newValue.map(InteractionRules.milliseconds) }
  }

  /// What of the customer's file was used in it: the names of fields as in ``Fact/field``, or of
  /// kinds of record such as `needs` and `orders`.
  public var uses: [String] {
    get { details.held?.row.uses ?? [] }
    set { details.set(newValue, from: uses) { $0.uses = $1 } }
  }
}
