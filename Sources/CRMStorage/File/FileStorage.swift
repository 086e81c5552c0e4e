import Dispatch

/// A store in a folder of files, without a database: all rows in memory, and each write in a
/// journal before it counts.
///
///     let storage = FileStorage(in: "shop.store")
///     try await storage.open(Catalog([Customer.self, Order.self]))
///
/// Reads are those of a ``MemoryStorage``. One process at a time uses a folder. Files are made
/// readable by their owner only.
///
/// - Complexity: Opening is O(*n* log *n*) in the rows; what is live stays in memory.
public final class FileStorage: Storage {
  /// The path of the folder.
  public let folder: String

  private let settings: FileSettings
  private let system: any FileSystem
  private let engine = Locked<FileEngine?>(nil)
  private let published = PublishedVersion()
  private let gate = Gate(permits: 1)

  /// Names a folder; nothing is read or written before ``open(_:migration:)``.
  ///
  /// - Parameters:
  ///   - folder: The folder, which is made where there is none in a folder that exists.
  ///   - durability: When what was written is safe from a loss of power.
  ///   - fileSystem: The files of the system, or what a test has in their place.
  public convenience init(
    in folder: String, durability: Durability = .everyCommit,
    fileSystem: any FileSystem = SystemFileSystem()
  ) {
    self.init(in: folder, FileSettings(durability: durability), fileSystem: fileSystem)
  }

  package init(
    in folder: String, _ settings: FileSettings, fileSystem: any FileSystem = SystemFileSystem()
  ) {
    self.folder = folder
    self.settings = settings
    system = fileSystem
  }

  /// What the last opening found in the files; `nil` while the store is not open.
  public var recovery: RecoveryReport? { engine.withLock { $0 }?.recovery }

  /// Opens the folder, or makes it, and reads all that is in it.
  ///
  /// - Throws: ``StorageError/Code/busy`` naming the process that has the store open;
  ///   ``StorageError/Code/corrupt`` naming the file, the position and what is affected, where
  ///   files are damaged in a way that no crash explains; others as of the protocol.
  public func open(
    _ catalog: Catalog, migration: Migration
  ) async throws(StorageError) -> MigrationReport {
    await gate.enterRegardless()
    defer { gate.leave() }
    let open = engine.withLock { $0 }
    let opening = FileOpening(
      folder: StoreFolder(path: folder, system: system), catalog: catalog, migration: migration,
      settings: settings, published: published)
    let (report, opened) = try await onQueue { () throws(StorageError) in
      guard let open else { return try opening.run() }
      return (try opening.run(in: open), open)
    }
    if let opened {
      engine.withLock { $0 = opened }
      opened.show()
    }
    return report
  }

  public nonisolated(nonsending) func read<Result>(
    _ body: (any StorageReader) throws -> Result
  ) async throws -> Result {
    guard let box = published.take() else { throw StorageError.closed }
    let reader = MemoryReader(box)
    defer { reader.end() }
    return try body(reader)
  }

  public nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await transact(checksReferences: true, body)
  }

  /// Adds rows in any order, in one write; what they refer to is looked for once, at its end.
  ///
  /// Beside the rows, what the journal is to have of them is in memory until then: at most 4 MB, or
  /// as much as the store has. A load, or any write, that changes more goes into a new snapshot, for
  /// which it holds up other writers.
  public nonisolated(nonsending) func load<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await transact(checksReferences: false, body)
  }

  private nonisolated(nonsending) func transact<Result>(
    checksReferences: Bool, _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    await engine.withLock { $0 }?.giveWay()
    try await gate.enter()
    let engine: FileEngine
    let commit: Commit
    let result: Result
    do {
      engine = try current()
      let (version, log, setbacks) = engine.base()
      let writer = MemoryWriter(version, checksReferences: checksReferences, log: log)
      defer { writer.end() }
      result = try body(writer)
      if !checksReferences { try writer.version.checkReferences { throw $0 } }
      commit = Commit(writer.version, log, setbacks: setbacks)
    } catch {
      gate.leave()
      throw error
    }
    try await engine.keep(commit) { gate.leave() }
    return result
  }

  /// Looks at every row and index in memory and at the checksums of all files, while others read
  /// and write.
  public nonisolated(nonsending) func verify() async throws -> VerificationReport {
    let engine = try current()
    let version = engine.published
    let reader = MemoryReader(VersionBox(version))
    defer { reader.end() }
    var report = VerificationReport()
    try report.look(at: reader)
    version.verify(&report)
    for problem in try await onQueue({ () throws(StorageError) in engine.damage() }) {
      report.note(problem)
    }
    report.health = engine.health
    return report
  }

  /// Whether the last snapshot and the last wait for the disk have succeeded; good while the store
  /// is not open.
  public var health: StorageHealth { engine.withLock { $0 }?.health ?? StorageHealth() }

  /// Writes all rows to a new file and removes those that it replaces, while others read and
  /// write.
  ///
  /// The store does so by itself when its files have outgrown the rows that live in them.
  ///
  /// - Throws: ``StorageError`` where the disk is full or fails; the store is as it was.
  public nonisolated(nonsending) func compact() async throws(StorageError) {
    try await current().compact()
  }

  /// Waits until all that was written is on the disk, whatever the durability is.
  ///
  /// - Throws: ``StorageError`` where the disk fails.
  public func sync() async throws(StorageError) {
    let engine = try current()
    try await onQueue { () throws(StorageError) in
      if let failure = engine.sync() { throw failure }
    }
  }

  public func close() async {
    await gate.enterRegardless()
    defer { gate.leave() }
    let open = engine.withLock { engine in
      defer { engine = nil }
      return engine
    }
    published.publish(nil)
    guard let open else { return }
    try? await onQueue { () throws(StorageError) in open.close() }
  }

  private func current() throws(StorageError) -> FileEngine {
    guard let engine = engine.withLock({ $0 }) else { throw .closed }
    return engine
  }

  /// Runs what waits for the disk where nobody else is kept waiting.
  private func onQueue<Result: Sendable>(
    _ body: @escaping @Sendable () throws(StorageError) -> Result
  ) async throws(StorageError) -> Result {
    let result: Swift.Result<Result, StorageError> = await withCheckedContinuation { waiter in
      DispatchQueue.global().async {
        do throws(StorageError) {
          waiter.resume(returning: .success(try body()))
        } catch {
          waiter.resume(returning: .failure(error))
        }
      }
    }
    return try result.get()
  }
}

/// How a store of files works.
package struct FileSettings: Sendable {
  /// When what was written is safe from a loss of power.
  package var durability: Durability

  /// How many bytes the files have at least before the store writes a snapshot by itself.
  package var smallestSnapshot: Int

  package init(durability: Durability, smallestSnapshot: Int = 4 << 20) {
    self.durability = durability
    self.smallestSnapshot = smallestSnapshot
  }
}
