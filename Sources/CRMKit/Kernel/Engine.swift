/// What all handles of one CRM share.
final class Engine: Sendable {
  let storage: any Storage
  let clock: any WallClock
  let catalog: Catalog
  let registry: Registry
  let zone: Zone

  /// What opening changed in the store.
  let migration: MigrationReport

  let signal = CommitSignal()

  /// What records came to after the last write.
  let sums = Locked(KeptSums())

  private let identifiers: Locked<IdentifierGenerator>

  init(
    storage: any Storage, capabilities: [any Capability], clock: any WallClock,
    identifiers: IdentifierSource, zone: Zone,
    progress: (@Sendable (MigrationProgress) -> Void)?
  ) async throws {
    registry = try Registry(capabilities)
    catalog = try registry.catalog()
    self.storage = storage
    self.clock = clock
    self.zone = zone
    migration = try await storage.open(catalog, migration: Migration(progress: progress))
    let last = try await storage.read { try $0.lastEvent() }
    let number = last?.id.number ?? 0
    signal.publish(number)
    // A reopened store goes on with later identifiers, and others, though the seed is the same.
    self.identifiers = Locked(
      IdentifierGenerator(identifiers, position: UInt64(number), after: last?.recordedAt))
  }

  func makeIdentifier<R>(at instant: Instant) -> Identifier<R> {
    let (high, low) = identifiers.withLock { $0.next(at: instant) }
    return Identifier(high: high, low: low)
  }

  nonisolated(nonsending) func read<Result>(
    _ attribution: Attribution, _ body: (Transaction) throws -> Result
  ) async throws -> Result {
    let now = clock.now
    return try await storage.read { reader in
      let transaction = Transaction(self, reader: reader, attribution: attribution, now: now)
      defer { transaction.end() }
      return try body(transaction)
    }
  }

  nonisolated(nonsending) func write<Result>(
    _ attribution: Attribution, watch: StoreWatch? = nil, _ body: (Transaction) throws -> Result
  ) async throws -> Result {
    try attribution.check()
    var committed: Int64?
    var sums: KeptSums?
    let result = try await storage.write { writer in
      let writer: any StorageWriter = watch.map { WatchedWriter(writer, $0) } ?? writer
      let transaction = Transaction(
        self, writer: writer, attribution: attribution, now: clock.now)
      defer { transaction.end() }
      let result = try body(transaction)
      committed = try transaction.finish()
      sums = try transaction.sums()
      return result
    }
    if let sums { self.sums.withLock { $0 = sums } }
    if let committed { signal.publish(committed) }
    return result
  }
}
