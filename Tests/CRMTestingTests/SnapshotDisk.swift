import CRMStorage

/// A disk on which a test decides what happens when a snapshot is begun.
final class SnapshotDisk: ForwardingDisk {
  let base: any FileSystem
  private let begin: @Sendable () throws(StorageError) -> Void

  init(_ base: any FileSystem, begin: @escaping @Sendable () throws(StorageError) -> Void) {
    self.base = base
    self.begin = begin
  }

  func open(_ path: String, _ mode: FileMode) throws(StorageError) -> any OpenFile {
    if mode == .create && path.contains("snapshot") { try begin() }
    return try base.open(path, mode)
  }
}
