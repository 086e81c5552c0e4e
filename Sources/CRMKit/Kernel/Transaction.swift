/// One unit of work: a consistent view, and in a write all of its changes or none.
///
/// It is lent to a closure and refuses use afterwards. Operations hang off it by capability:
/// ``customers``, ``orders`` and so on.
public final class Transaction {
  /// Who acts, for whom, through what channel and why.
  public let attribution: Attribution

  /// The business time: the clock's when the transaction began, or the instant a task fell due.
  public internal(set) var now: Instant

  /// The clock's time when the transaction began.
  public let recordedAt: Instant

  let engine: Engine
  let reader: any StorageReader
  let writer: (any StorageWriter)?
  var runningTask: AgendaEntry?

  // One thread at a time uses these, and each use is over before the next begins, which the
  // compiler cannot see.
  @exclusivity(unchecked) var log: EventLog
  @exclusivity(unchecked) private var recollections = Recollections()

  /// Whether what records came to before is among these; `nil` where that is not known any more.
  private var recollectsBefore: Bool? = false
  @exclusivity(unchecked) private var depth = 0
  @exclusivity(unchecked) private(set) var changes = 0
  private var failure: (any Error)?
  private var hasEnded = false

  init(_ engine: Engine, reader: any StorageReader, attribution: Attribution, now: Instant) {
    self.engine = engine
    self.reader = reader
    writer = nil
    self.attribution = attribution
    self.now = now
    recordedAt = now
    log = EventLog()
  }

  init(_ engine: Engine, writer: any StorageWriter, attribution: Attribution, now: Instant) {
    self.engine = engine
    reader = writer
    self.writer = writer
    self.attribution = attribution
    self.now = now
    recordedAt = now
    log = EventLog()
  }

  /// The capability of a type, for its settings; `nil` where the CRM was opened without it.
  public func capability<C: Capability>(_ type: C.Type) -> C? {
    engine.registry.capability(type)
  }

  /// Where the firm is.
  public var zone: Zone { engine.zone }

  /// The date at the firm.
  public var today: CalendarDate { engine.zone.date(of: now) }

  /// A new identifier, later than all that this CRM has made.
  public func makeIdentifier<R>() -> Identifier<R> {
    engine.makeIdentifier(at: recordedAt)
  }

  /// Groups changes into one operation: what reacts to its events runs when it returns.
  ///
  /// If `body` throws after it has changed something, the whole write is bound to fail; what
  /// throws before changing anything leaves the transaction usable.
  @discardableResult
  public func operation<Result>(_ body: () throws -> Result) throws -> Result {
    try checkWritable()
    let changesBefore = changes
    depth += 1
    defer { depth -= 1 }
    do {
      let result = try body()
      if depth == 1 { try react() }
      return result
    } catch {
      if changes != changesBefore { failure = failure ?? error }
      throw error
    }
  }

  /// Runs a part of a write; if it throws, what it changed is undone and the rest stays.
  ///
  /// Called from the write's own closure it confines all that happens within: reactions to the
  /// operations in `body` have run when it returns, and one that fails undoes the part alone.
  /// Called within an ``operation(_:)`` or a reaction it confines only what `body` does itself.
  /// Reactions to that run later, when the outermost operation returns, first in first out; one
  /// that fails then makes the whole write fail.
  @discardableResult
  public func attempt<Result>(_ body: () throws -> Result) throws -> Result {
    let writer = try checkWritable()
    let before = (log, changes, failure == nil)
    do {
      let result = try writer.attempt {
        let result = try body()
        if before.2, let failure { throw failure }
        return result
      }
      return result
    } catch {
      (log, changes) = (before.0, before.1)
      // What was changed before the part is not known any more.
      (recollections, recollectsBefore) = (Recollections(), nil)
      if before.2 { failure = nil }
      throw error
    }
  }

  private func react() throws {
    repeat {
      while let (event, reactions) = log.takePending() {
        for reaction in reactions { try reaction.run(event, self) }
      }
      guard let (customer, news) = log.takeTouched() else { break }
      for (place, settlement) in engine.registry.settlements.enumerated() {
        try settlement.run(customer, news.contains(SettlementSet(place: place)), self)
      }
    } while true
    log.finishReacting()
  }

  @discardableResult
  func checkWritable() throws -> any StorageWriter {
    guard !hasEnded else {
      throw CRMError(
        .transactionEnded, "The transaction was used after its closure had ended.",
        recovery: "Do the work inside the closure, and return values from it.")
    }
    guard let writer else {
      throw CRMError(
        .readOnly, "A read cannot change anything.", recovery: "Use crm.write instead.")
    }
    if let failure { throw failure }
    return writer
  }

  /// Notes that a record of a kind has changed.
  ///
  /// - Parameter row: What it is now, where it still is.
  func noteChange<R: Record>(of kind: R.Type, to row: Held<R>? = nil) {
    changes += 1
    recollections.change(kind, to: row)
  }

  /// A record as it is, where it was the last of its kind to be written, or read in a write.
  func lastSeen<R: Record>(_ id: Identifier<R>) -> Held<R>? {
    recollections.lastSeen(id)
  }

  /// Notes what a record is that was read whole.
  func see<R: Record>(_ row: Held<R>?) {
    if let row, writer != nil { recollections.see(row) }
  }

  /// How many changes were noted.
  var changeCount: Int { recollections.changes }

  /// Which of the changes was the last of a kind of record; 0 where there was none.
  func lastChange(of kind: ObjectIdentifier) -> Int { recollections.lastChange(of: kind) }

  /// What a capability keeps in mind in this transaction; forgotten where a part of it is undone.
  func memory<Memory: AnyObject>(_ make: () -> Memory) -> Memory {
    if let known: Memory = recollections.memory() { return known }
    let new = make()
    recollections.keep(new)
    return new
  }

  /// What the records of a kind come to; made again only after one of them has changed.
  ///
  /// For the few records that say how the firm works, and are asked for with every customer.
  func recall<R: Record, Value: Sendable>(
    of kind: R.Type, _ make: () throws -> Value
  ) throws -> Value {
    if let value: Value = recollections.value(of: kind) { return value }
    if try recollectBefore(), let value: Value = recollections.value(of: kind) { return value }
    let value = try make()
    recollections.keep(value, of: kind)
    return value
  }

  /// Takes over what records came to before this write.
  ///
  /// - Returns: Whether there was anything to take over.
  private func recollectBefore() throws -> Bool {
    guard let writer, recollectsBefore == false else { return false }
    recollectsBefore = true
    let before = try log.lastNumberBefore(writer)
    let sums = engine.sums.withLock { $0 }
    guard sums.event == before else { return false }
    recollections.take(sums)
    return true
  }

  /// What records come to once this write is kept, for the next one; `nil` where that is as before.
  func sums() throws -> KeptSums? {
    guard let writer, recollectsBefore != false || log.lastNumber != nil else { return nil }
    _ = try recollectBefore()
    guard recollectsBefore != nil else { return KeptSums() }
    return recollections.sums(after: try log.lastNumber ?? log.lastNumberBefore(writer))
  }

  /// Ends a write that is to be kept, and returns the number of its last event.
  func finish() throws -> Int64? {
    if let failure { throw failure }
    return log.lastNumber
  }

  func end() {
    hasEnded = true
  }
}
