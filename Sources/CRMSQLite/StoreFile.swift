import CRMStorage
import Foundation

/// The file of a store, looked at before SQLite may touch it.
///
/// The file is never opened here: closing it again would let go of the locks that another
/// connection of this process holds on it (POSIX, `fcntl`).
struct StoreFile {
  let path: String

  /// Whether there is a file with something in it.
  ///
  /// - Throws: ``StorageError/Code/cannotOpen`` or ``StorageError/Code/permissionDenied``.
  func hasContent() throws(StorageError) -> Bool {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw .cannotOpen(path, "that is not the name of a file")
    }
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT else { throw failure(errno) }
      try checkFolder()
      return false
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw .cannotOpen(path, "it is a folder")
    default: throw .cannotOpen(path, "it is not a file")
    }
    guard access(path, R_OK | W_OK) == 0 else { throw failure(errno) }
    return status.st_size > 0
  }

  /// Whether SQLite's write-ahead log stands beside the file.
  var hasLog: Bool { access(path + "-wal", F_OK) == 0 }

  /// A file that SQLite keeps beside the store's, and takes for a part of it.
  var leftover: String? {
    var status = stat()
    return ["-wal", "-journal", "-shm"].map { path + $0 }.first { lstat($0, &status) == 0 }
  }

  /// Makes an empty file that only its owner can read: stores hold what customers confide.
  func create() throws(StorageError) {
    let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      // Another process was faster, or the file was empty: both are as good.
      if errno == EEXIST { return }
      throw failure(errno)
    }
    _ = close(descriptor)
  }

  private func checkFolder() throws(StorageError) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    var status = stat()
    guard stat(folder, &status) == 0 else {
      throw errno == ENOENT || errno == ENOTDIR
        ? .cannotOpen(path, "there is no folder “\(folder)”") : failure(errno)
    }
    guard path.last != "/" else { throw .cannotOpen(path, "it is the name of a folder") }
    guard access(folder, W_OK | X_OK) == 0 else { throw failure(errno) }
  }

  private func failure(_ code: Int32) -> StorageError {
    switch code {
    case EACCES, EPERM, EROFS: .permissionDenied(path)
    case EIO:
      StorageError(
        .inputOutput, "The system failed to read “\(path)”.", recovery: "Check the disk.")
    default: .cannotOpen(path, String(cString: strerror(code)))
    }
  }
}
