#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// The opening of a store of files.
struct FileOpening: Sendable {
  let folder: StoreFolder
  let catalog: Catalog
  let migration: Migration
  let settings: FileSettings

  /// Where the engine shows readers what there is.
  let published: PublishedVersion

  /// How the lock names who has it.
  static var holder: String { "process \(getpid())" }

  /// Opens a store that is not open.
  ///
  /// - Returns: What was changed, and the store unless it was a rehearsal.
  func run() throws(StorageError) -> (MigrationReport, FileEngine?) {
    guard !folder.path.isEmpty, !folder.path.utf8.contains(0) else {
      throw .notAFolder(folder.path)
    }
    if migration.isRehearsal {
      // A rehearsal makes nothing.
      do throws(StorageError) {
        _ = try folder.system.list(folder.path)
      } catch  where error.code == .cannotOpen {
        return (try MemoryVersion.opened(catalog, from: nil, migration).1, nil)
      }
    } else {
      try folder.system.makeFolder(folder.path)
    }
    let lock = try StoreLock(folder, holder: migration.isRehearsal ? nil : Self.holder)
    do throws(StorageError) {
      let loaded = try StoreLoader(folder: folder, catalog: catalog).load()
      let (version, report) = try MemoryVersion.opened(
        catalog, from: loaded.version, storedAs: loaded.stored, migration)
      if migration.isRehearsal {
        lock.release()
        return (report, nil)
      }
      // The folder may be new: without its name on the disk all that is in it could be lost.
      if loaded.chain.isEmpty { try folder.system.syncFolder(folder.parent) }
      let engine = FileEngine(
        loaded, version, journal(loaded, lock), lock, settings, published)
      try tidy(loaded)
      try engine.begin(version)
      return (report, engine)
    } catch {
      lock.release()
      throw error
    }
  }

  /// Opens a store again that is open.
  func run(in engine: FileEngine) throws(StorageError) -> MigrationReport {
    engine.drain()
    let (version, report) = try MemoryVersion.opened(
      catalog, from: engine.published, migration)
    if !migration.isRehearsal { try engine.settle(version) }
    return report
  }

  /// Removes what is not needed, before a file is begun that can have the name of one of them.
  private func tidy(_ loaded: StoreLoader.Loaded) throws(StorageError) {
    for name in loaded.leftovers { try? folder.system.remove("\(folder.path)/\(name)") }
    for file in loaded.unreadable {
      let path = folder.path(of: file)
      try folder.system.rename(path, to: path + StoreFile.damagedSuffix)
    }
    // What was removed now or before must not come back once there are new writes.
    try folder.sync()
  }

  private func journal(_ loaded: StoreLoader.Loaded, _ lock: StoreLock) -> Journal {
    Journal(
      folder, lock, FileKinds(loaded.kept, storedAs: loaded.stored), chain: loaded.chain,
      snapshot: loaded.snapshot, sequence: loaded.sequence, lastClosed: loaded.isLastClosed)
  }
}

extension StorageError {
  fileprivate static func notAFolder(_ path: String) -> StorageError {
    StorageError(
      .cannotOpen, "“\(path)” is not the name of a folder.", recovery: "Give the store a folder.")
  }
}
