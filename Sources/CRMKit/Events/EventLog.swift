/// What one write has told so far, and what is still to react to it.
struct EventLog {
  /// A reaction may cause events whose reactions cause events, so many deep and no deeper.
  static let deepestChain = 16

  private struct Cause {
    let event: Identifier<RecordedEvent>
    let chain: [String]
  }

  private struct Pending {
    let event: RecordedEvent
    let chain: [String]
    let reactions: [Reaction]
  }

  private(set) var lastNumber: Int64?

  /// The number of the last event before, once that was looked for.
  private var numberBefore: Int64?
  private var nextNumber: Int64 = 0
  private var commit: Int64 = 0
  private var pending: [Pending] = []
  private var taken = 0
  private var cause: Cause?

  /// A customer whom events were about and who is still to be settled.
  private struct Touched {
    let customer: Customer.ID

    /// The first of the events.
    let cause: Cause

    /// The settlements to which one of the events is news.
    var news: SettlementSet
  }

  private var touched: [Touched] = []

  /// The places of those who are still to be settled, each once.
  private var waiting: [Customer.ID: Int] = [:]
  private var settled = 0

  /// The event that what happens now is a consequence of.
  var causingEvent: Identifier<RecordedEvent>? { cause?.event }

  /// Sets what a task is a consequence of.
  mutating func setCause(_ event: Identifier<RecordedEvent>?) {
    cause = event.map { Cause(event: $0, chain: []) }
  }

  /// The number and commit of the next event.
  mutating func next(_ reader: any StorageReader) throws -> (number: Int64, commit: Int64) {
    _ = try lastNumberBefore(reader)
    return (nextNumber, commit)
  }

  /// The number of the last event before this write, 0 where there was none.
  mutating func lastNumberBefore(_ reader: any StorageReader) throws -> Int64 {
    if let numberBefore { return numberBefore }
    let last = try reader.lastEvent()
    let number = last?.id.number ?? 0
    numberBefore = number
    nextNumber = number + 1
    commit = (last?.commit ?? 0) + 1
    return number
  }

  /// Notes an event that was kept, to be reacted to later.
  ///
  /// - Parameters:
  ///   - hearers: What hears it.
  ///   - customers: Whom it is about, where they are to be settled.
  mutating func append(
    _ event: RecordedEvent, _ hearers: Hearers, settling customers: [Customer.ID]
  ) throws(CRMError) {
    let reactions = hearers.reactions
    lastNumber = event.id.number
    nextNumber = event.id.number + 1
    if reactions.isEmpty, customers.isEmpty { return }
    var chain = cause?.chain ?? []
    chain.append(event.type)
    for customer in customers {
      touch(customer, Cause(event: event.id, chain: chain), hearers.settlements)
    }
    guard chain.count <= Self.deepestChain else {
      throw CRMError(
        .reactionChain,
        "Reactions caused each other \(Self.deepestChain) deep: "
          + chain.joined(separator: " → ") + ".",
        recovery: "Make one of the reactions stop when there is nothing left to do.")
    }
    if reactions.isEmpty { return }
    pending.append(Pending(event: event, chain: chain, reactions: reactions))
  }

  /// The event that has waited longest, which becomes the cause of what follows.
  mutating func takePending() -> (RecordedEvent, [Reaction])? {
    guard taken < pending.count else { return nil }
    let next = pending[taken]
    taken += 1
    cause = Cause(event: next.event.id, chain: next.chain)
    return (next.event, next.reactions)
  }

  /// Has further customers settled, whom the event told last concerns though it stands on no
  /// timeline of theirs.
  mutating func settle(
    _ customers: [Customer.ID], toldBy type: String, _ news: SettlementSet
  ) {
    guard let lastNumber else { return }
    let told = Cause(
      event: Identifier(number: lastNumber), chain: (cause?.chain ?? []) + [type])
    for customer in customers { touch(customer, told, news) }
  }

  private mutating func touch(_ customer: Customer.ID, _ cause: Cause, _ news: SettlementSet) {
    if let place = waiting[customer] {
      touched[place].news.formUnion(news)
    } else {
      waiting[customer] = touched.count
      touched.append(Touched(customer: customer, cause: cause, news: news))
    }
  }

  /// The customer who has waited longest to be settled; what they were told of becomes the cause
  /// of what follows.
  ///
  /// - Returns: The customer, and the settlements to which there is news of them.
  mutating func takeTouched() -> (Customer.ID, SettlementSet)? {
    guard settled < touched.count else { return nil }
    let next = touched[settled]
    settled += 1
    waiting[next.customer] = nil
    cause = next.cause
    return (next.customer, next.news)
  }

  /// Ends a round of reactions.
  mutating func finishReacting() {
    if settled > 0 {
      touched.removeAll(keepingCapacity: true)
      settled = 0
      cause = nil
    }
    guard taken > 0 else { return }
    pending.removeAll(keepingCapacity: true)
    taken = 0
    cause = nil
  }
}

extension EventLog {
  /// Whether an event of a kind is kept and still to be reacted to.
  func isAwaiting(_ isMeant: (RecordedEvent) -> Bool) -> Bool {
    pending[taken...].contains { isMeant($0.event) }
  }
}

extension StorageReader {
  /// The event with the highest number.
  func lastEvent() throws -> RecordedEvent? {
    var last: RecordedEvent?
    try scan(Query<RecordedEvent>(sortedBy: { _ in [.newestFirst] }, limit: 1)) {
      last = $0.row
      return false
    }
    return last
  }
}
