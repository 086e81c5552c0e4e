import CRMStorage

/// A disk on which a test decides what happens when a snapshot is begun.
final class SnapshotDisk: FileSystem {
  private let base: any FileSystem
  private let begin: @Sendable () throws(StorageError) -> Void

  init(_ base: any FileSystem, begin: @escaping @Sendable () throws(StorageError) -> Void) {
    self.base = base
    self.begin = begin
  }

  func open(_ path: String, _ mode: FileMode) throws(StorageError) -> any OpenFile {
    if mode == .create && path.contains("snapshot") { try begin() }
    return try base.open(path, mode)
  }
  func list(_ folder: String) throws(StorageError) -> [String] { try base.list(folder) }
  func makeFolder(_ path: String) throws(StorageError) { try base.makeFolder(path) }
  func rename(_ path: String, to newPath: String) throws(StorageError) {
    try base.rename(path, to: newPath)
  }
  func remove(_ path: String) throws(StorageError) { try base.remove(path) }
  func syncFolder(_ path: String) throws(StorageError) { try base.syncFolder(path) }
  func lock(_ folder: String, holder: String?) throws(StorageError) -> any FileLock {
    try base.lock(folder, holder: holder)
  }
}
