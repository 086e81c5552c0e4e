@_exported import CRMStorage

/// Customers, what they do and what is due to them, kept in a store that the host chooses.
///
///     let crm = try await CRM(storage: MemoryStorage())
///     let yuna = try await crm.write { tx in
///       try tx.customers.add(.person("김유나", emails: ["yuna@example.kr"]))
///     }
///
/// There are two verbs. ``read(_:)`` sees one consistent snapshot; ``write(because:_:)`` keeps
/// all of its closure's changes or none. Closures run where they are called, without suspending,
/// so a long one belongs off the main actor.
public struct CRM: Sendable {
  let engine: Engine
  let attribution: Attribution

  /// Opens a store with everything the library can do, or with the given capabilities.
  ///
  /// A store of older versions of the records is brought to theirs first; ``migration`` says how.
  ///
  /// - Parameters:
  ///   - storage: Where records are kept.
  ///   - capabilities: What the CRM can do; a host appends its own to ``standardCapabilities``.
  ///   - clock: What time it is; tests give one they control.
  ///   - identifiers: Where new identifiers come from; tests give a seed.
  ///   - zone: Where the firm is: what is said in days without a zone of its own is meant there.
  ///   - progress: Told how far it is, where rows of an older store are written anew.
  /// - Throws: `StorageError` where the store cannot be opened, which is then left as it was;
  ///   ``CRMError/Code/invalidCapability`` where capabilities contradict each other, or their
  ///   settings are wrong (``Capability/problems``).
  public init(
    storage: any Storage, capabilities: [any Capability] = CRM.standardCapabilities,
    clock: any WallClock = SystemClock(), identifiers: IdentifierSource = .random,
    zone: Zone = .utc, migrating progress: (@Sendable (MigrationProgress) -> Void)? = nil
  ) async throws {
    engine = try await Engine(
      storage: storage, capabilities: capabilities, clock: clock, identifiers: identifiers,
      zone: zone, progress: progress)
    attribution = Attribution(actor: .system)
  }

  private init(engine: Engine, attribution: Attribution) {
    self.engine = engine
    self.attribution = attribution
  }

  /// Where the firm is.
  public var zone: Zone { engine.zone }

  /// What opening changed in the store; nothing where it was up to date.
  public var migration: MigrationReport { engine.migration }

  /// Does all that opening an older store would do, and keeps nothing of it.
  ///
  /// The store may be in use meanwhile; its writers wait where the storage cannot do without.
  ///
  /// - Parameters:
  ///   - storage: The store, which is left as it is.
  ///   - capabilities: What the CRM will be able to do.
  ///   - progress: Told how far it is.
  /// - Returns: What would be changed, and every row that could not be taken over.
  /// - Throws: As opening would, where the store as a whole cannot be migrated.
  public static func rehearseMigration(
    of storage: any Storage, capabilities: [any Capability] = CRM.standardCapabilities,
    progress: (@Sendable (MigrationProgress) -> Void)? = nil
  ) async throws -> MigrationReport {
    let catalog = try Registry(capabilities).catalog()
    return try await storage.open(
      catalog, migration: Migration(isRehearsal: true, progress: progress))
  }

  /// Runs a closure over one consistent snapshot.
  public nonisolated(nonsending) func read<Result>(
    _ body: (Transaction) throws -> Result
  ) async throws -> Result {
    try await engine.read(attribution, body)
  }

  /// Runs a closure whose changes are all kept, or none if it throws.
  ///
  /// What reacts to the changes has run when an operation returns, within the same transaction.
  /// If an operation fails after it began to change things, the whole write fails with its
  /// error, even where the closure goes on; ``Transaction/attempt(_:)`` confines a failure.
  ///
  /// - Parameter reason: Why, kept with every event of the write.
  @discardableResult
  public nonisolated(nonsending) func write<Result>(
    because reason: String? = nil, _ body: (Transaction) throws -> Result
  ) async throws -> Result {
    try await engine.write(attribution.because(reason), body)
  }

  /// The same CRM, whose events say that someone else did it.
  ///
  /// - Parameters:
  ///   - actor: Who acts.
  ///   - principal: For whom they act, if not for themselves.
  ///   - channel: Through what channel it reached the firm.
  public func acting(
    as actor: Principal, onBehalfOf principal: Principal? = nil, through channel: Channel? = nil
  ) -> CRM {
    CRM(
      engine: engine,
      attribution: Attribution(actor: actor, onBehalfOf: principal, channel: channel))
  }

  /// Stops handing out events and lets go of the store's files.
  public func close() async {
    engine.signal.finish()
    await engine.storage.close()
  }
}
