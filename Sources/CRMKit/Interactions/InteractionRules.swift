/// What a contact must be like; pure.
enum InteractionRules {
  static let longestSubject = 1_000
  static let longestContent = 1_000_000
  static let mostParticipants = 100

  /// Every problem of a contact that happened, field by field.
  static func problems(of new: NewInteraction, now: Instant) -> [CRMError.Issue] {
    ownProblems(of: new) + futureProblems("occurred_at", new.occurredAt, now: now)
  }

  /// Every problem of a contact that is to happen, field by field.
  static func problems(ofPlanned new: NewInteraction, now: Instant) -> [CRMError.Issue] {
    var problems = ownProblems(of: new)
    if new.occurredAt.map({ $0 <= now }) ?? true {
      problems.append(.init("occurred_at", "is missing or does not lie in the future"))
    }
    return problems
  }

  private static func ownProblems(of new: NewInteraction) -> [CRMError.Issue] {
    var problems = problems(ofText: new.subject, new.channel)
    if !new.others.isEmpty { problems += participantProblems(of: new) }
    problems += detailProblems(
      content: new.content, outcome: new.outcome, language: new.language, cost: new.cost)
    problems += listProblems(staff: new.staff, about: new.about)
    if let id = new.externalID {
      problems += TextRules.problems(of: id.system, in: "external_id.system", within: 60)
      problems += TextRules.problems(of: id.value, in: "external_id.value", within: 900)
      if id.system.utf8.contains(UInt8(ascii: ":")) {
        problems.append(.init("external_id.system", "contains a colon"))
      }
    }
    if let duration = new.duration { problems += durationProblems(milliseconds(duration)) }
    return problems
  }

  /// Every problem of a contact that was changed, field by field.
  static func problems(of changed: Interaction, was old: Interaction, now: Instant)
    -> [CRMError.Issue]
  {
    var problems = problems(ofText: changed.subject, changed.channel)
    problems += detailProblems(
      content: changed.content, outcome: changed.outcome, language: changed.language,
      cost: changed.cost)
    problems += listProblems(staff: changed.staff, about: changed.about)
    if let milliseconds = changed.durationMilliseconds {
      problems += durationProblems(milliseconds)
    }
    if !changed.isPlanned {
      problems += futureProblems("occurred_at", changed.occurredAt, now: now)
    }
    // What others changed since it was read is a conflict, not the caller's mistake.
    guard changed.version == old.version else { return problems }
    for (field, isKept) in [
      ("customer", changed.customer == old.customer),
      ("further_customers", changed.furtherCustomers == old.furtherCustomers),
      ("external_id", changed.externalID == old.externalID),
      ("is_planned", changed.isPlanned == old.isPlanned),
      ("recorded_at", changed.recordedAt == old.recordedAt),
    ] where !isKept {
      problems.append(.init(field, "stays as it is"))
    }
    return problems
  }

  private static func problems(ofText subject: String, _ channel: Channel) -> [CRMError.Issue] {
    TextRules.problems(of: subject, in: "subject", within: longestSubject)
      + TextRules.problems(of: channel.rawValue, in: "channel", within: 60)
  }

  private static func participantProblems(of new: NewInteraction) -> [CRMError.Issue] {
    guard new.others.count < mostParticipants else {
      return [.init("others", "are \(mostParticipants) or more")]
    }
    var problems: [CRMError.Issue] = []
    var known: Set<Customer.ID> = [new.customer]
    for (index, customer) in new.others.enumerated() where !known.insert(customer).inserted {
      problems.append(.init("others[\(index)]", "is given twice"))
    }
    return problems
  }

  private static func detailProblems(
    content: String?, outcome: String?, language: String?, cost: Money?
  ) -> [CRMError.Issue] {
    var problems = TextRules.problems(of: content, in: "content", within: longestContent)
    problems += TextRules.problems(of: outcome, in: "outcome", within: longestSubject)
    if let problem = LanguageTag.problem(with: language, in: "language") {
      problems.append(problem)
    }
    if let cost, cost.minorUnits < 0 { problems.append(.init("cost", "is negative")) }
    return problems
  }

  private static func listProblems(staff: [Principal], about: [RecordReference])
    -> [CRMError.Issue]
  {
    var problems: [CRMError.Issue] = []
    if staff.count > mostParticipants {
      problems.append(.init("staff", "are more than \(mostParticipants)"))
    } else {
      for (index, principal) in staff.enumerated() {
        problems += TextRules.problems(of: principal, in: "staff[\(index)]")
      }
    }
    return problems + RecordReference.problems(of: about, in: "about")
  }

  private static func durationProblems(_ milliseconds: Int) -> [CRMError.Issue] {
    (0...31_622_400_000).contains(milliseconds)
      ? [] : [.init("duration", "is negative or longer than a year")]
  }

  /// A duration in whole milliseconds, kept within what a year 9999 allows.
  static func milliseconds(_ duration: Duration) -> Int {
    Int((Instant(milliseconds: 0) + duration).milliseconds)
  }

  /// Where a contact that another system names again differs from the one that is there, field by
  /// field, unless it is as it was recorded at first.
  ///
  /// - Parameters:
  ///   - draft: The contact as it would be recorded.
  ///   - history: What happened to the one that is there.
  static func differences(
    between kept: Held<Interaction>, and draft: Held<Interaction>, _ history: [RecordedEvent]
  ) -> [String] {
    var first: [String: Value] = [:]
    for change in history.flatMap(\.changes) where first[change.field] == nil {
      first[change.field] = change.before
    }
    let differing = Interaction.schema.changes(from: draft, to: kept).filter {
      first[$0.field] != $0.before
    }
    let columns = Set(differing.map(\.field))
    return Interaction.schema.fields.filter { field in
      !unsaid.contains(field.name) && field.columns.contains { columns.contains($0.name) }
    }.map(\.name)
  }

  /// The fields that no caller says, and those of the customers, which are compared by themselves.
  private static let unsaid: Set<String> = [
    "customer", "further_customers", "recorded_at", "modified_at", "version",
  ]

  /// The customers who took part in a contact when it was recorded.
  static func firstCustomers(
    _ customers: Set<Customer.ID>, before history: [RecordedEvent]
  ) throws -> Set<Customer.ID> {
    var customers = customers
    for event in history.reversed() {
      if let link = try event.payload(as: InteractionLinked.self) {
        customers.remove(link.customer)
      } else if let link = try event.payload(as: InteractionUnlinked.self) {
        customers.insert(link.customer)
      }
    }
    return customers
  }

  /// Whether an event is one by which a contact stands on timelines; edits stand there as edits.
  static func isTelling(_ event: RecordedEvent) -> Bool {
    isTimely(event) || event.type == InteractionPlanned.name
  }

  /// Whether an event stands on timelines at the instant of its contact, whatever that is.
  static func isTimely(_ event: RecordedEvent) -> Bool {
    event.type == InteractionRecorded.name || event.type == InteractionDue.name
  }

  /// The contact that placing an order is: the customer turned to the firm, and has the order for
  /// an answer.
  static func contact(for order: Occurrence<OrderPlaced>) -> NewInteraction {
    NewInteraction(
      with: order.customer, through: order.recorded.channel ?? .web, .inbound,
      subject: "Placed an order", about: [RecordReference(order.order)],
      expectsAnswer: false, occurredAt: order.recorded.occurredAt)
  }
}
