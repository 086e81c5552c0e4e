extension Transaction {
  /// What is to be done and when.
  public var agenda: AgendaOperations { AgendaOperations(self) }
}

/// Scheduling tasks and seeing what is scheduled.
public struct AgendaOperations {
  static let key = RecordKey("tx.agenda")

  private let transaction: Transaction

  init(_ transaction: Transaction) {
    self.transaction = transaction
  }

  private var entries: Records<AgendaEntry> {
    transaction.records(of: AgendaEntry.self, with: Self.key)
  }

  /// Schedules a task, in place of one of the same name and key.
  ///
  /// - Parameters:
  ///   - task: What is to be done.
  ///   - due: When; an instant in the past is due at the next ``CRM/advance(to:)``.
  ///   - customer: The customer it is about.
  /// - Throws: ``CRMError/Code/undeclaredTask`` where no capability handles it;
  ///   ``CRMError/Code/unknownReference`` for an unknown customer;
  ///   ``CRMError/Code/notAllowed`` where a task schedules itself anew without time passing.
  ///   Nothing has changed then.
  public func schedule<Task: AgendaTask>(
    _ task: Task, at due: Instant, about customer: Customer.ID? = nil
  ) throws {
    guard transaction.engine.registry.agenda[Task.name] != nil else {
      throw CRMError(
        .undeclaredTask, "No capability handles the task “\(Task.name)”.",
        recovery: "Add a handler of \(Task.self) to the agenda of the capability.")
    }
    if let running = transaction.runningTask, running.task == Task.name,
      running.key == task.key, due <= running.due
    {
      throw CRMError(
        .notAllowed, "The task “\(Task.name)” schedules itself for no later than it was due.",
        recovery: "Schedule it for a later instant, or do all of its work at once.")
    }
    try transaction.checkWritable()
    try transaction.checkKnown(customer, in: "agenda")
    if let existing = try find(Task.name, key: task.key) { try remove(existing) }
    let number = try lastNumber() + 1
    try entries.put(
      AgendaEntry(
        id: Identifier(number: number), task: Task.name, key: task.key, due: due,
        runAt: due, customer: customer,
        failures: 0, isParked: false, cause: transaction.log.causingEvent,
        payload: Payload(try transaction.prepared(task))))
    numbers.last = number
  }

  /// Takes a task off the agenda.
  ///
  /// - Returns: Whether it was there.
  @discardableResult
  public func cancel<Task: AgendaTask>(_ task: Task) throws -> Bool {
    guard let entry = try find(Task.name, key: task.key) else { return false }
    try remove(entry)
    return true
  }

  /// What is still to be done, the earliest first; parked tasks left out.
  public func upcoming(until end: Instant = .latest, limit: Int = 50) throws -> [AgendaEntry] {
    try entries.all(
      where: { $0.isParked == false && $0.runAt <= end }, sortedBy: { [.ascending($0.runAt)] },
      limit: limit)
  }

  /// What is still to be done about a customer, the earliest first.
  public func upcoming(for customer: Customer.ID, limit: Int = 50) throws -> [AgendaEntry] {
    try entries.all(
      where: { $0.customer == customer && $0.isParked == false },
      sortedBy: { [.ascending($0.due)] }, limit: limit)
  }

  /// Tasks that failed so often that they are no longer tried, with what they failed with.
  public func parked(limit: Int = 50) throws -> [AgendaEntry] {
    try entries.all(
      where: { $0.isParked == true }, sortedBy: { [.ascending($0.runAt)] }, limit: limit)
  }

  /// Puts a parked task back, to be tried at the next ``CRM/advance(to:)``.
  ///
  /// - Throws: ``CRMError/Code/notFound``, ``CRMError/Code/notAllowed`` unless it is parked.
  public func retry(_ id: AgendaEntry.ID) throws {
    var entry = try entries.get(id)
    guard entry.isParked else {
      throw CRMError(
        .notAllowed, "Task \(id.number), \(entry.task), is not parked.",
        recovery: "Let it be; it is tried when it is due.", record: "agenda",
        identifier: id.description)
    }
    entry.isParked = false
    entry.failures = 0
    entry.runAt = entry.due
    try entries.put(entry)
  }

  /// Whether a task is still to be done, or parked.
  func holds<Task: AgendaTask>(_ task: Task) throws -> Bool {
    try find(Task.name, key: task.key) != nil
  }

  private func find(_ task: String, key: String) throws -> AgendaEntry? {
    try entries.first(where: { $0.task == task && $0.key == key })
  }

  private func remove(_ entry: AgendaEntry) throws {
    try entries.remove(entry.id)
    if numbers.last == entry.id.number { numbers.last = nil }
  }

  private func lastNumber() throws -> Int64 {
    try numbers.last ?? entries.first(sortedBy: { _ in [.newestFirst] })?.id.number ?? 0
  }

  private var numbers: AgendaNumbers { transaction.memory(AgendaNumbers.init) }

  // MARK: Running

  /// The task that is to be done next, up to an instant.
  func next(until end: Instant) throws -> AgendaEntry? {
    try upcoming(until: end, limit: 1).first
  }

  /// Does a task and takes it off the agenda, both or neither.
  func run(_ entry: AgendaEntry) throws {
    guard let handler = transaction.engine.registry.agenda[entry.task] else {
      throw CRMError(
        .undeclaredTask, "No capability handles the task “\(entry.task)”.",
        recovery: "Open the CRM with the capability that does, and retry the task.")
    }
    transaction.now = entry.due
    transaction.runningTask = entry
    transaction.log.setCause(entry.cause)
    try transaction.operation {
      try remove(entry)
      try handler.run(entry, transaction)
    }
  }

  /// Notes that a task failed; it is tried again later, or parked.
  func fail(_ entry: AgendaEntry, with error: any Error) throws {
    guard var current = try entries.find(entry.id), current == entry else { return }
    current.failures += 1
    current.lastError = Self.text(of: error)
    if current.failures > AgendaBackOff.delays.count || transaction.isUnhandled(entry) {
      current.isParked = true
    } else {
      current.runAt =
        max(entry.runAt, transaction.now) + AgendaBackOff.delays[current.failures - 1]
    }
    try entries.put(current)
  }
}

extension AgendaOperations {
  /// What an error says of itself, cut to what can be kept.
  private static func text(of error: any Error) -> String {
    let text = String(describing: error).unicodeScalars.lazy.filter { $0.value != 0 }
    return String(String.UnicodeScalarView(text.prefix(2_000)))
  }
}

/// The highest number of an entry, where a transaction has seen to it; nobody else gives numbers.
private final class AgendaNumbers {
  var last: Int64?
}

extension Transaction {
  fileprivate func isUnhandled(_ entry: AgendaEntry) -> Bool {
    engine.registry.agenda[entry.task] == nil
  }
}

/// How long a failed task waits before it is tried again.
enum AgendaBackOff {
  static let delays: [Duration] = [
    .seconds(60), .seconds(5 * 60), .seconds(30 * 60), .seconds(2 * 3_600), .seconds(12 * 3_600),
  ]
}
