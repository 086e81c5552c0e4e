import CRMStorage
import CSQLite

extension SQLiteStorage {
  /// Writes a complete store into one file, page by page, as the store is at one moment.
  ///
  /// Others read and write meanwhile; the write-ahead log cannot shrink until it has ended. The
  /// file can be opened, restored and read by other tools like any store.
  public nonisolated(nonsending) func backup(
    to path: String, progress: ProgressHandler?
  ) async throws {
    try await mapped {
      try await read { reader in
        guard let reader = reader as? SQLiteReader else { return }
        try FileCopy(source: reader.connection).place(at: path, progress)
      }
    }
  }

  /// Puts a backup, or another store that nobody need have closed, where this store is to be.
  ///
  /// The copy is checked page by page before it gets the store's name.
  public nonisolated(nonsending) func restore(
    from path: String, as catalog: Catalog, progress: ProgressHandler?
  ) async throws {
    try await mapped {
      let backup = StoreFile(path: path)
      guard try backup.hasContent() else { throw StorageError.notAStore(path, "it is empty") }
      let target = StoreFile(path: self.path)
      if try target.hasContent() {
        throw StorageError(
          .alreadyExists, "There is a store at “\(self.path)”.",
          recovery: "Close it and move it away, its -wal file included, or restore elsewhere.")
      }
      // What another store has left would be taken for changes to this one.
      if let leftover = target.leftover {
        throw StorageError(
          .alreadyExists, "“\(leftover)” is left of another store.",
          recovery: "Move it to where that store is now, or restore elsewhere.")
      }
      let source = try SQLiteConnection(
        path, flags: backup.hasLog ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE)
      try source.run("PRAGMA query_only = ON")
      try source.run("BEGIN")
      guard try source.integer("PRAGMA application_id") == StoreFormat.application else {
        throw StorageError.notAStore(path, "it is of another program")
      }
      try FileCopy(source: source).place(at: self.path, progress) { copy in
        let findings = try copy.rows("PRAGMA quick_check") { $0.text(at: 0) }
        for finding in findings where finding != "ok" {
          throw StorageError(
            .corrupt, "“\(path)” is damaged: \(finding).", recovery: "Restore another backup.")
        }
      }
    }
    try await open(catalog)
  }

  /// Writes the file anew without the room of what is gone, and gives that back.
  ///
  /// Reads go on meanwhile, writes wait. It takes room on the disk for the file once more.
  public nonisolated(nonsending) func compact() async throws {
    try await mapped {
      let (store, connection) = try await take(\.writers)
      defer { store.writers.giveBack(connection) }
      try await retryingWhileBusy(for: busyTimeout) {
        try connection.run("VACUUM")
      }
      // The log holds the whole file now.
      await store.logLimit.keep(store.log.file, over: connection)
    }
  }
}
