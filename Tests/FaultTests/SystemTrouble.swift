#if os(Linux)
import CRMStorage
import CSQLite
import Foundation

/// Makes the system calls of SQLite fail, or notes what they write, for the files of one folder.
///
/// SQLite lets the calls it makes be exchanged, for tests as these.
///
/// Source: SQLite, `sqlite3_vfs.xSetSystemCall`.
enum SystemTrouble {
  /// Calls that a fault can hit.
  enum Call: Hashable, CaseIterable {
    case open, read, write, truncate
  }

  private struct Trouble {
    var calls: Set<Call>
    var code: Int32
    var countdown: Int
    var isLasting: Bool
    var hasHappened = false
  }

  /// What a call has changed of a file.
  enum Change {
    case write([UInt8], at: Int, path: String)
    case truncation(to: Int, path: String)
  }

  private static let troubles = Locked<[String: Trouble]>([:])
  private static let changes = Locked<[String: [Change]]>([:])

  /// Orders that the nth call from now on fails with an error number of the system.
  static func schedule(
    _ code: Int32, at number: Int, of calls: Set<Call> = Set(Call.allCases), in folder: String,
    isLasting: Bool = false
  ) {
    _ = isInstalled
    troubles.withLock {
      $0[folder] = Trouble(calls: calls, code: code, countdown: number, isLasting: isLasting)
    }
  }

  /// Takes it back.
  ///
  /// - Returns: Whether it had happened.
  @discardableResult
  static func remove(from folder: String) -> Bool {
    troubles.withLock { $0.removeValue(forKey: folder)?.hasHappened ?? false }
  }

  // MARK: Noting

  /// Has all be noted that is changed in a folder from now on.
  static func note(in folder: String) {
    _ = isInstalled
    changes.withLock { $0[folder] = [] }
  }

  /// What was noted, in its order.
  static func noted(in folder: String) -> [Change] {
    changes.withLock { $0[folder] ?? [] }
  }

  /// Ends it.
  static func endNoting(in folder: String) {
    changes.withLock { _ = $0.removeValue(forKey: folder) }
  }

  fileprivate static func note(_ descriptor: Int32, _ change: (_ path: String) -> Change) {
    changes.withLock { changes in
      if changes.isEmpty { return }
      let path = path(of: descriptor)
      guard let folder = changes.keys.first(where: path.hasPrefix) else { return }
      changes[folder]?.append(change(path))
    }
  }

  // MARK: Calls

  fileprivate static func fails(_ call: Call, _ path: @autoclosure () -> String) -> Bool {
    let code = troubles.withLock { troubles -> Int32? in
      if troubles.isEmpty { return nil }
      let path = path()
      guard let folder = troubles.keys.first(where: path.hasPrefix),
        var trouble = troubles[folder], trouble.calls.contains(call),
        trouble.isLasting || !trouble.hasHappened
      else { return nil }
      trouble.countdown -= 1
      if trouble.countdown <= 0 { trouble.hasHappened = true }
      troubles[folder] = trouble
      return trouble.hasHappened ? trouble.code : nil
    }
    guard let code else { return false }
    errno = code
    return true
  }

  fileprivate static func fails(_ call: Call, _ descriptor: Int32) -> Bool {
    fails(call, path(of: descriptor))
  }

  private static func path(of descriptor: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let count = readlink("/proc/self/fd/\(descriptor)", &buffer, buffer.count)
    return String(
      decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static let isInstalled: Bool = {
    guard let system = sqlite3_vfs_find(nil), let set = system.pointee.xSetSystemCall else {
      return false
    }
    let calls: [(String, sqlite3_syscall_ptr)] = [
      ("open", unsafeBitCast(troubledOpen, to: sqlite3_syscall_ptr.self)),
      ("read", unsafeBitCast(troubledRead, to: sqlite3_syscall_ptr.self)),
      ("pread", unsafeBitCast(troubledReadAt, to: sqlite3_syscall_ptr.self)),
      ("pread64", unsafeBitCast(troubledReadAt, to: sqlite3_syscall_ptr.self)),
      ("write", unsafeBitCast(troubledWrite, to: sqlite3_syscall_ptr.self)),
      ("pwrite", unsafeBitCast(troubledWriteAt, to: sqlite3_syscall_ptr.self)),
      ("pwrite64", unsafeBitCast(troubledWriteAt, to: sqlite3_syscall_ptr.self)),
      ("ftruncate", unsafeBitCast(troubledTruncate, to: sqlite3_syscall_ptr.self)),
    ]
    // SQLite knows only those of the calls that it was built to make.
    for (name, call) in calls { _ = set(system, name, call) }
    return true
  }()
}

private let troubledOpen: @convention(c) (UnsafePointer<CChar>, Int32, Int32) -> Int32 = {
  path, flags, mode in
  if SystemTrouble.fails(.open, String(cString: path)) { return -1 }
  return open(path, flags, mode_t(mode))
}

private let troubledRead: @convention(c) (Int32, UnsafeMutableRawPointer?, Int) -> Int = {
  SystemTrouble.fails(.read, $0) ? -1 : read($0, $1, $2)
}

private let troubledReadAt: @convention(c) (Int32, UnsafeMutableRawPointer?, Int, off_t) -> Int = {
  SystemTrouble.fails(.read, $0) ? -1 : pread($0, $1, $2, $3)
}

private let troubledWrite: @convention(c) (Int32, UnsafeRawPointer?, Int) -> Int = {
  SystemTrouble.fails(.write, $0) ? -1 : write($0, $1, $2)
}

private let troubledWriteAt: @convention(c) (Int32, UnsafeRawPointer?, Int, off_t) -> Int = {
  file, bytes, size, offset in
  if SystemTrouble.fails(.write, file) { return -1 }
  let count = pwrite(file, bytes, size, offset)
  if count > 0 {
    let written = UnsafeRawBufferPointer(start: bytes, count: count)
    SystemTrouble.note(file) { .write(Array(written), at: Int(offset), path: $0) }
  }
  return count
}

private let troubledTruncate: @convention(c) (Int32, off_t) -> Int32 = { file, size in
  if SystemTrouble.fails(.truncate, file) { return -1 }
  let result = ftruncate(file, size)
  if result == 0 { SystemTrouble.note(file) { .truncation(to: Int(size), path: $0) } }
  return result
}
#endif
