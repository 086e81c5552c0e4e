/// The lock of the folder of an open store.
///
/// Files are made, renamed and removed by their names. Before that the store makes sure that the
/// folder of the name is its own: where it was moved, another store may be in its place.
final class StoreLock: Sendable {
  private let folder: StoreFolder
  private let holder: String?
  private let lock: Locked<any FileLock>

  /// Takes the lock of a folder.
  ///
  /// - Parameter holder: Who takes it; with `nil` the folder stays as it is.
  /// - Throws: ``StorageError/Code/busy`` naming the holder.
  init(_ folder: StoreFolder, holder: String?) throws(StorageError) {
    self.folder = folder
    self.holder = holder
    lock = Locked(try folder.system.lock(folder.path, holder: holder))
  }

  /// Makes sure that the folder is where it was.
  ///
  /// - Throws: ``StorageError/Code/cannotOpen`` where it is not.
  func check() throws(StorageError) {
    guard try place() == .unchanged else { throw .folderGone(folder.path) }
  }

  /// Makes sure of the folder, be it the one that was locked or, where that was removed, a new one
  /// without files.
  ///
  /// - Returns: Whether it is a new one.
  /// - Throws: ``StorageError/Code/cannotOpen`` where there is none, or another store's.
  func renew() throws(StorageError) -> Bool {
    switch try place() {
    case .unchanged: return false
    case .moved: throw .folderGone(folder.path)
    case .removed: break
    }
    guard try folder.system.list(folder.path).isEmpty else { throw .folderGone(folder.path) }
    let new = try folder.system.lock(folder.path, holder: holder)
    let old = lock.withLock { lock in
      defer { lock = new }
      return lock
    }
    old.release()
    return true
  }

  func release() {
    lock.withLock { $0 }.release()
  }

  private func place() throws(StorageError) -> FolderPlace {
    try lock.withLock { $0 }.place()
  }
}

extension StorageError {
  fileprivate static func folderGone(_ folder: String) -> StorageError {
    StorageError(
      .cannotOpen, "The folder “\(folder)” is not there any more, or is another one now.",
      recovery: "Move it back, or make an empty one in the place of one that was removed.")
  }
}
