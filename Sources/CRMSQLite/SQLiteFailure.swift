import CRMStorage
import CSQLite
import Foundation

/// A result code of SQLite, with where it happened, on its way to a ``StorageError``.
///
/// SQLite's own messages can quote statements, so only its fixed texts are passed on.
struct SQLiteFailure: Error {
  /// The extended result code.
  let code: Int32

  /// The file.
  let path: String

  /// The system's error number, if the system had a part in it.
  var systemError: Int32 = 0

  /// The code without its extension.
  var primary: Int32 { code & 0xFF }

  /// Whether another connection is in the way for now.
  var isBusy: Bool { primary == SQLITE_BUSY || primary == SQLITE_LOCKED }

  /// Whether a row breaks a rule of its table; the statement then has changed nothing.
  var isConstraint: Bool { primary == SQLITE_CONSTRAINT }

  /// Whether a row names one that does not exist (`SQLITE_CONSTRAINT_FOREIGNKEY`).
  var isReference: Bool { code == SQLITE_CONSTRAINT | 3 << 8 }

  /// Whether the system did not let the process do it.
  private var isRefused: Bool { [EACCES, EPERM, EROFS].contains(systemError) }

  /// The failure as callers see it.
  var storageError: StorageError {
    let reason = String(cString: sqlite3_errstr(code))
    switch primary {
    case SQLITE_BUSY, SQLITE_LOCKED:
      return StorageError(
        .busy, "Another process keeps “\(path)” locked.",
        recovery: "Try again, or wait longer with busyTimeout.")
    case SQLITE_FULL:
      return StorageError(
        .full, "There is no room left to write “\(path)”.",
        recovery: "Free some space; the store is as it was before this write.")
    case SQLITE_CORRUPT:
      return StorageError(
        .corrupt, "The content of “\(path)” is damaged (code \(code)).",
        recovery: "Restore a backup, or save what can be read with the recover command of sqlite3.")
    case SQLITE_NOTADB:
      return .notAStore(path, "it is not an SQLite database")
    case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
      return .permissionDenied(path)
    case SQLITE_CANTOPEN:
      return isRefused ? .permissionDenied(path) : .cannotOpen(path, reason)
    case SQLITE_IOERR where isRefused:
      return .permissionDenied(path)
    case SQLITE_IOERR:
      return StorageError(
        .inputOutput, "The system failed to read or write “\(path)” (code \(code)).",
        recovery: "Check the disk; the store is as it was before this write.")
    case SQLITE_TOOBIG:
      return StorageError(
        .tooLong, "A value is longer than SQLite can keep.",
        recovery: "Keep values below a gigabyte.")
    case SQLITE_CONSTRAINT, SQLITE_MISMATCH:
      return StorageError(
        .invalidValue, "The row does not fit its table (code \(code)).",
        recovery: "Give every required field a value of its own type.")
    default:
      return StorageError(
        .inputOutput, "SQLite failed on “\(path)”: \(reason) (code \(code)).",
        recovery: "Check that no other program changes the file.")
    }
  }
}

extension StorageError {
  static func notAStore(_ path: String, _ reason: String) -> StorageError {
    StorageError(
      .notAStore, "“\(path)” is not a CRMKit store: \(reason).",
      recovery: "Choose another path; the file was left untouched.")
  }

  static func cannotOpen(_ path: String, _ reason: String) -> StorageError {
    StorageError(
      .cannotOpen, "“\(path)” cannot be opened: \(reason).",
      recovery: "Choose a path to a file in a folder that exists.")
  }

  static func permissionDenied(_ path: String) -> StorageError {
    StorageError(
      .permissionDenied, "The system refuses to write “\(path)” or its folder.",
      recovery: "Give the process the right to write the file and its folder.")
  }

  static let closed = StorageError(
    .closed, "The store is not open.", recovery: "Call open(_:) before reading and writing.")

  static let transactionEnded = StorageError(
    .transactionEnded, "The transaction was used after its closure had ended.",
    recovery: "Use the reader or writer within the closure it was given to only.")

  static let writeDuringScan = StorageError(
    .writeDuringScan, "A row was written while a scan of the same transaction was running.",
    recovery: "Collect the rows first with rows(_:), then write.")
}
