extension CRM {
  /// Writes the whole store as NDJSON, one line a record, without line ends.
  ///
  /// The first line names the format and the kinds of record, the last counts those before it. In
  /// between come the records, kinds in the order of the capabilities, within a kind by
  /// identifier. Equal stores give equal bytes on every storage. It is of one moment, while others
  /// write.
  ///
  /// - Parameters:
  ///   - progress: Told how many records were written.
  ///   - line: Takes each line in UTF-8.
  public nonisolated(nonsending) func export(
    progress: ProgressHandler? = nil, _ line: ([UInt8]) throws -> Void
  ) async throws {
    try await engine.storage.read { try $0.export(progress: progress, line) }
  }

  /// Writes the whole store as NDJSON into a file, which is there when it is complete.
  ///
  /// - Parameters:
  ///   - path: Where there is nothing yet.
  ///   - progress: Told how many records were written.
  /// - Throws: `StorageError`, of code `alreadyExists` where there is something.
  public nonisolated(nonsending) func export(
    to path: String, progress: ProgressHandler? = nil
  ) async throws {
    try await engine.storage.export(to: path, progress: progress)
  }

  /// Fills an empty store from an export, of this version of the records or of an older one.
  ///
  ///     let storage = SQLiteStorage(at: "shop.crm")
  ///     try await CRM.import(from: "shop.ndjson", into: storage)
  ///     let crm = try await CRM(storage: storage)
  ///
  /// - Parameters:
  ///   - path: The file that ``export(to:progress:)`` wrote.
  ///   - storage: The store, which this opens.
  ///   - capabilities: What the CRM can do.
  ///   - progress: Told how many lines were read.
  /// - Returns: How many records were put in, and what brought older ones to the program's.
  /// - Throws: `StorageError`: of code `invalidImport` with the line and field of every problem in
  ///   its `causes`, `alreadyExists` where the store has records. Nothing is imported then.
  @discardableResult
  public static func `import`(
    from path: String, into storage: any Storage,
    capabilities: [any Capability] = CRM.standardCapabilities, progress: ProgressHandler? = nil
  ) async throws -> ImportReport {
    try await storage.open(Registry(capabilities).catalog())
    return try await storage.import(from: path, progress: progress)
  }

  /// Copies everything into another, empty store of whatever kind, while others read and write.
  ///
  /// - Parameters:
  ///   - storage: The other store, which this opens.
  ///   - progress: Told how many records were taken out, and then how many were put in.
  /// - Throws: `StorageError`, of code `alreadyExists` where the other store has records.
  @discardableResult
  public nonisolated(nonsending) func copy(
    to storage: any Storage, progress: ProgressHandler? = nil
  ) async throws -> ImportReport {
    try await engine.storage.copy(to: storage, progress: progress)
  }

  /// Writes a complete copy of the store into a file, while others read and write.
  ///
  /// - Parameters:
  ///   - path: Where there is nothing yet; the file is there when it is complete.
  ///   - progress: Told how far it is.
  /// - Throws: `StorageError`, of code `alreadyExists` where there is something.
  public nonisolated(nonsending) func backup(
    to path: String, progress: ProgressHandler? = nil
  ) async throws {
    try await engine.storage.backup(to: path, progress: progress)
  }

  /// Fills an empty store from a backup of the same kind of storage.
  ///
  ///     let storage = SQLiteStorage(at: "shop.crm")
  ///     try await CRM.restore(storage, from: "shop-2026-11-28.crm")
  ///     let crm = try await CRM(storage: storage)
  ///
  /// - Parameters:
  ///   - storage: The store, which this opens.
  ///   - path: The file that ``backup(to:progress:)`` wrote.
  ///   - capabilities: What the CRM can do.
  ///   - progress: Told how far it is.
  /// - Throws: `StorageError`: of code `alreadyExists` where the store holds something, `notAStore`
  ///   or `corrupt` for what is no whole backup. The store is then as it was.
  public static func restore(
    _ storage: any Storage, from path: String,
    capabilities: [any Capability] = CRM.standardCapabilities, progress: ProgressHandler? = nil
  ) async throws {
    try await storage.restore(
      from: path, as: Registry(capabilities).catalog(), progress: progress)
  }

  /// What the store fails to do by itself just now, of which no read or write tells.
  ///
  /// A store in files that cannot write a snapshot, as the disk is full, goes on without one and
  /// tries again: this is where it says so.
  public var health: StorageHealth { engine.storage.health }

  /// Gives back the room that records took which are gone, while others read.
  public nonisolated(nonsending) func compact() async throws {
    try await engine.storage.compact()
  }
}
