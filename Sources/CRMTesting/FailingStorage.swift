import CRMStorage

/// A store that fails at a chosen change, to see that nothing is half-done.
///
///     let storage = FailingStorage(MemoryStorage())
///     storage.failure.schedule(atChange: 3)
public struct FailingStorage: ForwardingStorage {
  /// The failure a test has ordered.
  public let failure = ScheduledFailure()

  public let base: any Storage

  /// A store that does what another does, but for the failures ordered.
  public init(_ base: any Storage) {
    self.base = base
  }

  public nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await base.write { try failing(body, $0) }
  }

  public nonisolated(nonsending) func load<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await base.load { try failing(body, $0) }
  }

  private func failing<Result>(
    _ body: (any StorageWriter) throws -> Result, _ writer: any StorageWriter
  ) throws -> Result {
    let result = try body(FailingWriter(writer, failure))
    // Committing is the last change there is to fail.
    try failure.step()
    return result
  }
}

/// A failure that will happen at a change still to come.
public final class ScheduledFailure: Sendable {
  /// No failure, until one is ordered.
  public init() {}

  private struct Order {
    /// At which change from now.
    var countdown: Int?
    var isLasting = false
    /// Whether every change fails by now.
    var hasBegun = false
  }

  private let order = Locked(Order())

  /// Orders a failure at the nth change from now, counting from 1; `nil` orders none.
  ///
  /// Adding, replacing and removing a row are changes, and so is committing a write.
  ///
  /// - Parameter isLasting: Whether all changes after that fail as well, until another is ordered.
  public func schedule(atChange number: Int?, lasting isLasting: Bool = false) {
    order.withLock { $0 = Order(countdown: number, isLasting: isLasting) }
  }

  /// Whether the failure ordered has not happened yet.
  public var isPending: Bool { order.withLock { $0.countdown != nil } }

  /// Counts a step, and fails where it is the one that was ordered to.
  public func step() throws {
    let fails = order.withLock { order -> Bool in
      guard let number = order.countdown else { return order.hasBegun }
      order.countdown = number > 1 ? number - 1 : nil
      if number <= 1 { order.hasBegun = order.isLasting }
      return number <= 1
    }
    guard fails else { return }
    throw StorageError(
      .inputOutput, "The test ordered this failure.", recovery: "Order no failure.")
  }
}

private final class FailingWriter: StorageWriter {
  private let base: any StorageWriter
  private let failure: ScheduledFailure

  init(_ base: any StorageWriter, _ failure: ScheduledFailure) {
    self.base = base
    self.failure = failure
  }

  var catalog: Catalog { base.catalog }

  func get<R: Record>(_ id: Identifier<R>) throws -> Held<R>? { try base.get(id) }
  func get<R: Record>(_ id: Identifier<R>, reading fields: [AnyField<R>]) throws -> Held<R>? {
    try base.get(id, reading: fields)
  }
  func get<R: Record>(_ ids: [Identifier<R>]) throws -> [Held<R>?] { try base.get(ids) }
  func scanEntries<R: Record>(
    _ query: EntryQuery<R>, _ body: (IndexEntry<R>) throws -> Bool
  ) throws {
    try base.scanEntries(query, body)
  }

  func scan<R: Record>(_ query: Query<R>, _ body: (Held<R>) throws -> Bool) throws {
    try base.scan(query, body)
  }

  func count<R: Record>(_ query: Query<R>) throws -> Int { try base.count(query) }
  func otherKinds() throws -> [String] { try base.otherKinds() }

  func insert<R: Record>(_ row: Held<R>) throws {
    try failure.step()
    try base.insert(row)
  }

  func update<R: Record>(_ row: Held<R>, from old: Held<R>) throws {
    try failure.step()
    try base.update(row, from: old)
  }

  func delete<R: Record>(_ row: Held<R>) throws {
    try failure.step()
    try base.delete(row)
  }

  func attempt<Result>(_ body: () throws -> Result) throws -> Result { try base.attempt(body) }
}
