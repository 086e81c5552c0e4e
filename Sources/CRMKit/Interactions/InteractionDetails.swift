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
}

extension Interaction {
  /// What was said or written.
  public var content: String? {
    get { details.held?.row.content }
    set { details.change { $0.content = newValue } }
  }

  /// What came of it.
  public var outcome: String? {
    get { details.held?.row.outcome }
    set { details.change { $0.outcome = newValue } }
  }

  /// The language it was in, by its tag of BCP 47.
  public var language: String? {
    get { details.held?.row.language }
    set { details.change { $0.language = newValue } }
  }

  /// Who took part for the firm.
  public var staff: [Principal] {
    get { details.held?.row.staff ?? [] }
    set { details.change { $0.staff = newValue } }
  }

  /// What it belongs to: an order, a campaign, a case, or a kind of the host's own.
  public var about: [RecordReference] {
    get { details.held?.row.about ?? [] }
    set { details.change { $0.about = newValue } }
  }

  /// What another system calls it, such as an e-mail's Message-ID; held by one contact.
  public var externalID: ExternalID? {
    get { details.held?.row.externalID }
    set { details.change { $0.externalID = newValue } }
  }

  /// What it cost the firm.
  public var cost: Money? {
    get { details.held?.row.cost }
    set { details.change { $0.cost = newValue } }
  }

  /// Whether the customer waits for an answer, where the channel does not say it.
  ///
  /// Who called in vain waits, who sent thanks by e-mail does not; see ``ResponseOperations``.
  public var expectsAnswer: Bool? {
    get { details.held?.row.expectsAnswer }
    set { details.change { $0.expectsAnswer = newValue } }
  }

  /// How long it took, in milliseconds.
  public var durationMilliseconds: Int? {
    get { details.held?.row.durationMilliseconds }
    set { details.change { $0.durationMilliseconds = newValue } }
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
    set { details.change { $0.uses = newValue } }
  }
}
