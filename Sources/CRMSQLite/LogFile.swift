import CRMStorage
import CSQLite
import Foundation

/// The write-ahead log of a store, as the system's file that it is.
///
/// SQLite locks other files than this, so opening and closing it lets go of no lock; and it
/// replaces the file only when nobody has the store open.
final class LogFile: Sendable {
  private let descriptor: Int32
  private let path: String

  /// Opens the log of a connection that has read from its file before.
  init(of connection: SQLiteConnection) throws(StorageError) {
    // SQLite knows which file a symbolic link leads to.
    guard let file = sqlite3_db_filename(connection.handle, "main"),
      let log = sqlite3_filename_wal(file)
    else { throw .cannotOpen(connection.path, "it has no write-ahead log") }
    path = connection.path
    descriptor = open(log, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .cannotOpen(path, "its write-ahead log: \(String(cString: strerror(errno)))")
    }
  }

  deinit {
    _ = close(descriptor)
  }

  /// How many bytes the log takes.
  var size: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Waits until the log is on the disk, whoever wrote it.
  ///
  /// - Throws: ``StorageError/Code/inputOutput``.
  func sync() throws(StorageError) {
    #if canImport(Darwin)
    let result = fcntl(descriptor, F_FULLFSYNC)
    #else
    let result = fdatasync(descriptor)
    #endif
    guard result != 0 else { return }
    throw StorageError(
      .inputOutput,
      "The system failed to put the log of “\(path)” on the disk (\(String(cString: strerror(errno)))).",
      recovery: "Check the disk; a loss of power now could take back what was written last.")
  }
}
