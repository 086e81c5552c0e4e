import CRMStorage

/// A disk that passes everything on to another, but for what it does in a way of its own.
protocol ForwardingDisk: FileSystem {
  var base: any FileSystem { get }
}

extension ForwardingDisk {
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
