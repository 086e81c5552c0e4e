/// Writes all that one version of a store has to a file beside the others.
struct SnapshotWriter {
  private let folder: StoreFolder
  private let file: StoreFile
  private let header: FileHeader
  private let kinds: FileKinds

  /// How long frames get, in bytes, before the next is begun.
  private static let frameSize = 1 << 18

  /// How many bytes are written before the disk is waited for: much at once would keep those who
  /// write to the journal waiting.
  private static let syncedAtOnce = 8 << 20

  init(_ folder: StoreFolder, _ number: Int, _ header: FileHeader, _ kinds: FileKinds) {
    self.folder = folder
    file = StoreFile(.snapshot, number)
    self.header = header
    self.kinds = kinds
  }

  /// Writes the file under its unfinished name; where that fails, nothing is left of it.
  ///
  /// - Parameter isCancelled: Asked now and then.
  /// - Returns: How many bytes the file has.
  func write(
    _ version: MemoryVersion, isCancelled: () -> Bool
  ) throws(StorageError) -> Int {
    let path = folder.unfinishedPath(of: file)
    // What an attempt before this one may have left is worth nothing.
    try? folder.system.remove(path)
    let output = try folder.system.open(path, .create)
    do throws(StorageError) {
      let size = try write(version, to: output, isCancelled: isCancelled)
      output.close()
      return size
    } catch {
      output.close()
      try? folder.system.remove(path)
      throw error
    }
  }

  /// Gives the file that was written its name.
  func publish() throws(StorageError) {
    let path = folder.unfinishedPath(of: file)
    do throws(StorageError) {
      try folder.system.rename(path, to: folder.path(of: file))
      try folder.sync()
    } catch {
      try? folder.system.remove(path)
      try? folder.system.remove(folder.path(of: file))
      throw error
    }
  }

  private func write(
    _ version: MemoryVersion, to output: any OpenFile, isCancelled: () -> Bool
  ) throws(StorageError) -> Int {
    let out = ByteWriter(capacity: 2 * Self.frameSize)
    let rows = ByteWriter(capacity: 2 * Self.frameSize)
    var size = 0
    var synced = 0
    func flush() throws(StorageError) {
      try output.append(out.bytes)
      size += out.count
      out.truncate(to: 0)
      if size - synced >= Self.syncedAtOnce {
        try output.sync()
        synced = size
      }
      if isCancelled() { throw .snapshotCancelled }
    }
    func frame(_ kind: Frame.Kind, _ body: () -> Void) throws(StorageError) {
      Frame.write(kind, to: out, of: file, startingAt: size, body)
      try flush()
    }
    header.write(to: out, of: file)
    let order = kinds.numbers.indices.sorted { kinds.numbers[$0] < kinds.numbers[$1] }
    for position in order {
      var failure: StorageError?
      version.tables[position].rows.scan(.all, descending: false) { key, row in
        kinds.write(row, identifier(endingKey: key), at: position, to: rows)
        guard rows.count >= Self.frameSize else { return true }
        do throws(StorageError) {
          try frame(.rows) { out.copy(rows.bytes) }
        } catch {
          failure = error
        }
        rows.truncate(to: 0)
        return failure == nil
      }
      if let failure { throw failure }
      if rows.count > 0 { try frame(.rows) { out.copy(rows.bytes) } }
      rows.truncate(to: 0)
    }
    try frame(.end) {
      for position in order { out.varint(version.tables[position].rows.count) }
    }
    try output.sync()
    return size
  }
}

extension StorageError {
  /// The end of a snapshot that nobody waits for any more.
  static let snapshotCancelled = StorageError(
    .closed, "The snapshot was given up, as the store is closed or written anew.",
    recovery: "Open the store, and ask for it again.")
}
