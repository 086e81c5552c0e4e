/// A whole storage over an engine that keeps bytes under bytes.
///
///     let storage = KeyValueStorage(JournalEngine(at: "shop.journal"))
///
/// Rows and the entries of their indexes are keys of the engine. A write collects its changes in
/// memory and hands them to the engine as one commit; reads go on meanwhile with the snapshot of
/// the commit before.
///
/// - Complexity: Beyond the engine's own, a row costs O(log *n*) in the changes of its write, and
///   a write holds them all in memory: so does a migration with the rows it takes over.
public final class KeyValueStorage<Engine: KeyValueEngine>: Storage {
  /// What was committed last, and how to look at it.
  private struct Current {
    let shape: KeyValueShape
    let view: KeyValueView
  }

  private struct State: @unchecked Sendable {
    // Proof: the views within have no changes of their own, so nothing in them ever changes.
    var current: Current?
    var running = 0
    var closing: CheckedContinuation<Void, Never>?
  }

  /// The engine that keeps the bytes.
  public let engine: Engine

  private let state = Locked(State())
  private let gate = Gate(permits: 1)

  /// A storage that keeps everything in an engine, which is not open yet.
  public init(_ engine: Engine) {
    self.engine = engine
  }

  public func open(
    _ catalog: Catalog, migration: Migration
  ) async throws(StorageError) -> MigrationReport {
    await gate.enterRegardless()
    defer { gate.leave() }
    do {
      let isOpen = state.withLock { $0.current != nil }
      if !isOpen { try await engine.open() }
      do {
        let (report, shape) = try await opened(catalog, migration)
        if let shape {
          try publish(shape)
        } else if !isOpen {
          await engine.close()
        }
        return report
      } catch {
        if !isOpen { await engine.close() }
        throw error
      }
    } catch {
      throw .ofOpening(error)
    }
  }

  /// Brings what is kept to a catalog; without a shape after a rehearsal.
  private func opened(
    _ catalog: Catalog, _ migration: Migration
  ) async throws -> (MigrationReport, KeyValueShape?) {
    let (report, shape, changes) = try KeyValueView(engine.snapshot()).opened(catalog, migration)
    if migration.isRehearsal { return (report, nil) }
    if !changes.isEmpty { try await engine.commit(changes) }
    return (report, shape)
  }

  public nonisolated(nonsending) func read<Result>(
    _ body: (any StorageReader) throws -> Result
  ) async throws -> Result {
    let current = try enter()
    defer { leave() }
    let reader = KeyValueReader(current.shape, current.view)
    defer { reader.end() }
    return try body(reader)
  }

  public nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await transact(checksReferences: true, body)
  }

  /// Adds rows in any order, in one write; what all rows refer to is looked for once, at its end.
  public nonisolated(nonsending) func load<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await transact(checksReferences: false, body)
  }

  private nonisolated(nonsending) func transact<Result>(
    checksReferences: Bool, _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await gate.enter()
    defer { gate.leave() }
    let current = try enter()
    defer { leave() }
    let (result, changes) = try written(current, checksReferences: checksReferences, body)
    guard !changes.isEmpty else { return result }
    try await engine.commit(changes)
    try publish(current.shape)
    return result
  }

  private func written<Result>(
    _ current: Current, checksReferences: Bool, _ body: (any StorageWriter) throws -> Result
  ) throws -> (Result, [KeyValueChange]) {
    let writer = KeyValueWriter(current.shape, current.view, checksReferences: checksReferences)
    defer { writer.end() }
    let result = try body(writer)
    if !checksReferences { try writer.view.checkReferences(current.shape) { throw $0 } }
    return (result, writer.view.changes)
  }

  /// Looks at every row and every index of one snapshot, while others read and write.
  public nonisolated(nonsending) func verify() async throws -> VerificationReport {
    let current = try enter()
    defer { leave() }
    let reader = KeyValueReader(current.shape, current.view)
    defer { reader.end() }
    var report = VerificationReport()
    try report.look(at: reader)
    try reader.verifyIndexes(&report)
    return report
  }

  public func close() async {
    await gate.enterRegardless()
    defer { gate.leave() }
    guard state.withLock({ $0.current != nil }) else { return }
    await withCheckedContinuation { continuation in
      let isIdle = state.withLock { state -> Bool in
        state.current = nil
        if state.running > 0 { state.closing = continuation }
        return state.running == 0
      }
      if isIdle { continuation.resume() }
    }
    await engine.close()
  }

  private func publish(_ shape: KeyValueShape) throws {
    let view = KeyValueView(try engine.snapshot())
    state.withLock { $0.current = Current(shape: shape, view: view) }
  }

  private func enter() throws(StorageError) -> Current {
    let current = state.withLock { state -> Current? in
      if state.current != nil { state.running += 1 }
      return state.current
    }
    guard let current else { throw .closed }
    return current
  }

  private func leave() {
    let closing = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.running -= 1
      guard state.running == 0 else { return nil }
      defer { state.closing = nil }
      return state.closing
    }
    closing?.resume()
  }
}
