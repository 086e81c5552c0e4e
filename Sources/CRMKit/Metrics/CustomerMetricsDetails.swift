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
  var waitingSince: Instant?
  var costs: [CustomerCost] = []
}

extension CustomerMetrics {
  /// How many orders were called off whole.
  public var cancelledOrders: Int {
    get { details.held?.row.cancelledOrders ?? 0 }
    set { details.set(newValue, from: cancelledOrders) { $0.cancelledOrders = $1 } }
  }

  /// How often goods came back.
  public var returns: Int {
    get { details.held?.row.returns ?? 0 }
    set { details.set(newValue, from: returns) { $0.returns = $1 } }
  }

  /// How many units came back.
  public var returnedUnits: Int {
    get { details.held?.row.returnedUnits ?? 0 }
    set { details.set(newValue, from: returnedUnits) { $0.returnedUnits = $1 } }
  }

  /// How many contacts by the firm the customer answered (``Metrics/answerWindow``).
  public var answers: Int {
    get { details.held?.row.answers ?? 0 }
    set { details.set(newValue, from: answers) { $0.answers = $1 } }
  }

  /// How long these answers took together, in milliseconds.
  public var answerMilliseconds: Int {
    get { details.held?.row.answerMilliseconds ?? 0 }
    set { details.set(newValue, from: answerMilliseconds) { $0.answerMilliseconds = $1 } }
  }

  /// How often the customer waited for an answer and got it (``ResponseOperations``), questions
  /// included.
  public var responses: Int {
    get { details.held?.row.responses ?? 0 }
    set { details.set(newValue, from: responses) { $0.responses = $1 } }
  }

  /// How long the customer waited for these together, in milliseconds.
  public var responseMilliseconds: Int {
    get { details.held?.row.responseMilliseconds ?? 0 }
    set { details.set(newValue, from: responseMilliseconds) { $0.responseMilliseconds = $1 } }
  }

  /// Since when the customer waits for an answer to contacts; open questions are commitments.
  public var waitingSince: Instant? {
    get { details.held?.row.waitingSince }
    set { details.set(newValue, from: waitingSince) { $0.waitingSince = $1 } }
  }

  /// How many promises to the customer were kept in time.
  public var promisesKept: Int {
    get { details.held?.row.promisesKept ?? 0 }
    set { details.set(newValue, from: promisesKept) { $0.promisesKept = $1 } }
  }

  /// How many promises were dropped, or are or were late.
  public var promisesBroken: Int {
    get { details.held?.row.promisesBroken ?? 0 }
    set { details.set(newValue, from: promisesBroken) { $0.promisesBroken = $1 } }
  }

  /// How many of the customer's questions were answered.
  public var questionsAnswered: Int {
    get { details.held?.row.questionsAnswered ?? 0 }
    set { details.set(newValue, from: questionsAnswered) { $0.questionsAnswered = $1 } }
  }

  /// How many promises, questions, follow-ups and tasks are open.
  public var openCommitments: Int {
    get { details.held?.row.openCommitments ?? 0 }
    set { details.set(newValue, from: openCommitments) { $0.openCommitments = $1 } }
  }

  /// How often the customer complained: disputes over orders.
  public var complaints: Int {
    get { details.held?.row.complaints ?? 0 }
    set { details.set(newValue, from: complaints) { $0.complaints = $1 } }
  }

  /// How many complaints are not settled.
  public var openComplaints: Int {
    get { details.held?.row.openComplaints ?? 0 }
    set { details.set(newValue, from: openComplaints) { $0.openComplaints = $1 } }
  }

  /// What the customer cost the firm, by kind and currency, in the order of their names.
  public var costs: [CustomerCost] {
    get { details.held?.row.costs ?? [] }
    set { details.set(newValue, from: costs) { $0.costs = $1 } }
  }

  /// The share of the firm's contacts that the customer answered, 0 to 1; `nil` without any.
  public var answerRate: Double? {
    outboundContacts == 0 ? nil : Double(answers) / Double(outboundContacts)
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
