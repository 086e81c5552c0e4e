/// Figures that few customers have, kept apart so that the others stay small.
struct CustomerMetricsDetails: SetAside {
  var cancelledOrders = 0
  var returns = 0
  var returnedUnits = 0
  var answers = 0
  var answerMilliseconds = 0
  var responses = 0
  var responseMilliseconds = 0
  var promisesKept = 0
  var promisesBroken = 0
  var questionsAnswered = 0
  var openCommitments = 0
  var complaints = 0
  var openComplaints = 0
  var costs: [CustomerCost] = []
}

extension CustomerMetrics {
  /// How many orders were called off whole.
  public var cancelledOrders: Int {
    get { details.held?.row.cancelledOrders ?? 0 }
    set { details.change { $0.cancelledOrders = newValue } }
  }

  /// How often goods came back.
  public var returns: Int {
    get { details.held?.row.returns ?? 0 }
    set { details.change { $0.returns = newValue } }
  }

  /// How many units came back.
  public var returnedUnits: Int {
    get { details.held?.row.returnedUnits ?? 0 }
    set { details.change { $0.returnedUnits = newValue } }
  }

  /// How many contacts by the firm the customer answered (``Metrics/answerWindow``).
  public var answers: Int {
    get { details.held?.row.answers ?? 0 }
    set { details.change { $0.answers = newValue } }
  }

  /// How long these answers took together, in milliseconds.
  public var answerMilliseconds: Int {
    get { details.held?.row.answerMilliseconds ?? 0 }
    set { details.change { $0.answerMilliseconds = newValue } }
  }

  /// How many contacts by the customer the firm answered (``Metrics/answerWindow``).
  public var responses: Int {
    get { details.held?.row.responses ?? 0 }
    set { details.change { $0.responses = newValue } }
  }

  /// How long these answers took together, in milliseconds.
  public var responseMilliseconds: Int {
    get { details.held?.row.responseMilliseconds ?? 0 }
    set { details.change { $0.responseMilliseconds = newValue } }
  }

  /// How many promises to the customer were kept in time.
  public var promisesKept: Int {
    get { details.held?.row.promisesKept ?? 0 }
    set { details.change { $0.promisesKept = newValue } }
  }

  /// How many promises were dropped, or are or were late.
  public var promisesBroken: Int {
    get { details.held?.row.promisesBroken ?? 0 }
    set { details.change { $0.promisesBroken = newValue } }
  }

  /// How many of the customer's questions were answered.
  public var questionsAnswered: Int {
    get { details.held?.row.questionsAnswered ?? 0 }
    set { details.change { $0.questionsAnswered = newValue } }
  }

  /// How many promises, questions and follow-ups are open.
  public var openCommitments: Int {
    get { details.held?.row.openCommitments ?? 0 }
    set { details.change { $0.openCommitments = newValue } }
  }

  /// How often the customer complained: disputes over orders.
  public var complaints: Int {
    get { details.held?.row.complaints ?? 0 }
    set { details.change { $0.complaints = newValue } }
  }

  /// How many complaints are not settled.
  public var openComplaints: Int {
    get { details.held?.row.openComplaints ?? 0 }
    set { details.change { $0.openComplaints = newValue } }
  }

  /// What the customer cost the firm, by kind and currency, in the order of their names.
  public var costs: [CustomerCost] {
    get { details.held?.row.costs ?? [] }
    set { details.change { $0.costs = newValue } }
  }

  /// The share of the firm's contacts that the customer answered, 0 to 1; `nil` without any.
  public var answerRate: Double? {
    outboundContacts == 0 ? nil : Double(answers) / Double(outboundContacts)
  }

  /// The share of the customer's contacts that the firm answered, 0 to 1; `nil` without any.
  public var responseRate: Double? {
    inboundContacts == 0 ? nil : Double(responses) / Double(inboundContacts)
  }

  /// How long the customer takes to answer, in the mean; `nil` without an answer.
  public var meanAnswerTime: Duration? {
    answers == 0 ? nil : .milliseconds(answerMilliseconds / answers)
  }

  /// How long the firm takes to answer, in the mean; `nil` without an answer.
  public var meanResponseTime: Duration? {
    responses == 0 ? nil : .milliseconds(responseMilliseconds / responses)
  }
}
