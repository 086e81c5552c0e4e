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
  var log: EventLog
  var runningTask: AgendaEntry?

  private var depth = 0
  private var changes = 0
  private var failure: (any Error)?
  private var hasEnded = false
  private var lookups: [ObjectIdentifier: Any] = [:]

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
      forgetLookups()
      if before.2 { failure = nil }
      throw error
    }
  }

  private func react() throws {
    repeat {
      while let (event, reactions) = log.takePending() {
        for reaction in reactions { try reaction.run(event, self) }
      }
      guard let customer = log.takeTouched() else { break }
      for settlement in engine.registry.settlements { try settlement.run(customer, self) }
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

  /// What was looked up of a kind once for the whole transaction, such as whether anything is
  /// defined; so what nobody defined costs no query each time something happens.
  func lookup<R: Record, Found>(_ kind: R.Type, _ find: () throws -> Found) rethrows -> Found {
    let key = ObjectIdentifier(kind)
    if let known = lookups[key] as? Found { return known }
    let found = try find()
    lookups[key] = found
    return found
  }

  /// Has everything looked up anew that ``lookup(_:_:)`` knows: definitions have changed.
  func forgetLookups() {
    lookups.removeAll()
  }

  func noteChange() {
    changes += 1
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
