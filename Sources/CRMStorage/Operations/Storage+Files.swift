extension Storage {
  public nonisolated(nonsending) func backup(
    to path: String, progress: ProgressHandler?
  ) async throws {
    try await export(to: path, progress: progress)
  }

  public nonisolated(nonsending) func restore(
    from path: String, as catalog: Catalog, progress: ProgressHandler?
  ) async throws {
    try await open(catalog)
    do {
      try await `import`(from: path, progress: progress)
    } catch let error as StorageError where error.isOfACutImport {
      var damage = StorageError(
        .corrupt, "“\(path)” is no whole backup: \(error.causes.first?.message ?? error.message)",
        recovery: "Restore another backup.")
      damage.causes = error.causes
      throw damage
    }
  }

  public nonisolated(nonsending) func compact() async throws {}

  /// Writes the whole store as NDJSON into a file (``StorageReader/export(progress:_:)``).
  ///
  /// The file is there when it is complete and on the disk, not before.
  ///
  /// - Parameters:
  ///   - path: Where there is nothing yet.
  ///   - progress: Told how many rows were written.
  /// - Throws: ``StorageError/Code/alreadyExists`` where there is something; what keeps a file from
  ///   being written. No part of a file stays then.
  public nonisolated(nonsending) func export(
    to path: String, progress: ProgressHandler? = nil
  ) async throws {
    let partial = try PartialFile(for: path)
    do {
      let lines = LineWriter(try partial.create())
      defer { lines.close() }
      try await read { reader in
        try reader.export(progress: progress) { try lines.append($0) }
      }
      try lines.flush()
      try partial.finish()
    } catch {
      partial.discard()
      throw error
    }
  }

  /// Fills the store, which must be empty, from a file that an export wrote.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - progress: Told how many lines were read.
  /// - Returns: How many rows the store has now, and what brought older ones to their kinds.
  /// - Throws: As ``import(progress:_:)``; what keeps the file from being read.
  @discardableResult
  public nonisolated(nonsending) func `import`(
    from path: String, progress: ProgressHandler? = nil
  ) async throws -> ImportReport {
    let lines = try LineReader(at: path)
    defer { lines.close() }
    do {
      return try await `import`(progress: progress) { try lines.next() }
    } catch let error as StorageError where error.code == .unknownReference {
      // Only when all rows were there it was known that one is missing; look for who names it.
      guard let line = try ExportedRow.line(of: error, in: lines) else { throw error }
      throw StorageError.invalidImport([error.at(line: line)])
    }
  }

  /// Copies everything into another store, which must be empty, of whatever kind.
  ///
  /// The copy is of one moment, while others write. It goes through an export in the folder for
  /// temporary files, which only its owner can read and which is removed at the end; the memory it
  /// takes does not depend on the size of the store.
  ///
  /// - Parameters:
  ///   - target: The other store, which is opened for the same kinds of record.
  ///   - progress: Told how many of the rows were taken out, and then how many were put in.
  /// - Throws: ``StorageError/Code/alreadyExists`` where the other store has rows.
  @discardableResult
  public nonisolated(nonsending) func copy(
    to target: any Storage, progress: ProgressHandler? = nil
  ) async throws -> ImportReport {
    let catalog = try await read { $0.catalog }
    try await target.open(catalog)
    try await target.read { try $0.checkIsEmpty() }
    let partial = try PartialFile(for: "\(temporaryFolder)/crmkit-copy")
    let file = try partial.create()
    defer {
      file.close()
      partial.discard()
    }
    let writer = LineWriter(file)
    try await read { reader in
      try reader.export(progress: progress) { try writer.append($0) }
    }
    try writer.flush()
    let reader = LineReader(file)
    return try await target.import(progress: progress) { try reader.next() }
  }
}
