#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// A file of the operating system.
final class SystemFile: OpenFile {
  private let descriptor: Int32
  private let path: String
  private let isFolder: Bool
  private let isOpen = Locked(true)

  init(_ descriptor: Int32, _ path: String, isFolder: Bool = false) {
    self.descriptor = descriptor
    self.path = path
    self.isFolder = isFolder
  }

  deinit { close() }

  func size() throws(StorageError) -> Int {
    Int(try status().st_size)
  }

  func read(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(StorageError) -> Int {
    guard let start = buffer.baseAddress else { return 0 }
    var done = 0
    while done < buffer.count {
      let count = pread(descriptor, start + done, buffer.count - done, off_t(offset + done))
      if count == 0 { break }
      if count > 0 { done += count } else if errno != EINTR { throw failure("read") }
    }
    return done
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(StorageError) {
    try checkIsThere()
    guard let start = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      let count = write(descriptor, start + done, bytes.count - done)
      if count >= 0 { done += count } else if errno != EINTR { throw failure("write") }
    }
  }

  func append(_ bytes: [UInt8]) throws(StorageError) {
    try bytes.withUnsafeBufferPointer { bytes throws(StorageError) in
      try append(UnsafeRawBufferPointer(bytes))
    }
  }

  func sync() throws(StorageError) {
    #if canImport(Darwin)
    // A plain `fsync` leaves the bytes in the drive's own memory.
    let result = fcntl(descriptor, F_FULLFSYNC) == -1 ? fsync(descriptor) : 0
    #else
    let result = isFolder ? fsync(descriptor) : fdatasync(descriptor)
    #endif
    guard result == 0 else { throw failure("save") }
    try checkIsThere()
  }

  func truncate(to size: Int) throws(StorageError) {
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw failure("cut") }
  }

  func close() {
    let wasOpen = isOpen.withLock { isOpen in
      defer { isOpen = false }
      return isOpen
    }
    guard wasOpen else { return }
    #if canImport(Darwin)
    _ = Darwin.close(descriptor)
    #elseif canImport(Glibc)
    _ = Glibc.close(descriptor)
    #elseif canImport(Musl)
    _ = Musl.close(descriptor)
    #elseif canImport(Android)
    _ = Android.close(descriptor)
    #endif
  }

  /// Takes the lock, which goes with the descriptor and so with the process.
  ///
  /// - Returns: Whether it was free.
  func lock() throws(StorageError) -> Bool {
    // `fcntl` locks would not keep out others of this process.
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EINTR { continue }
      guard errno == EWOULDBLOCK else { throw failure("lock") }
      return false
    }
    return true
  }

  /// Refuses to write where nobody will find it: to a file that was removed or moved meanwhile.
  private func checkIsThere() throws(StorageError) {
    guard try place() == .unchanged else { throw .system(ENOENT, "find", path) }
  }

  /// Where the file or folder is now.
  func place() throws(StorageError) -> FolderPlace {
    var found = stat()
    let mine = try status()
    if stat(path, &found) == 0 {
      if found.st_ino == mine.st_ino && found.st_dev == mine.st_dev { return .unchanged }
    } else if errno != ENOENT && errno != ENOTDIR {
      throw failure("find")
    }
    return mine.st_nlink == 0 ? .removed : .moved
  }

  private func status() throws(StorageError) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("look at") }
    return status
  }

  private func failure(_ verb: String) -> StorageError { .system(errno, verb, path) }
}

/// A lock on a folder; the file that names its holder stays when the lock goes, as removing it
/// could remove another's.
final class SystemFileLock: FileLock {
  private let file: SystemFile

  init(_ file: SystemFile) { self.file = file }

  func place() throws(StorageError) -> FolderPlace { try file.place() }

  func release() {
    file.close()
  }
}

extension StorageError {
  /// What the system said to a request about a file.
  static func system(_ code: Int32, _ verb: String, _ path: String) -> StorageError {
    let (kind, recovery): (Code, String) =
      switch code {
      case ENOSPC, EDQUOT, EFBIG: (.full, "Make room on the disk, and try again.")
      case EACCES, EPERM, EROFS:
        (.permissionDenied, "Give this user the right to read and write the folder.")
      case ENOENT, ENOTDIR, EEXIST, EISDIR, ENAMETOOLONG, ELOOP:
        (.cannotOpen, "Check that the folder is there and is used by nothing else.")
      default: (.inputOutput, "Check the disk, and try again.")
      }
    return StorageError(
      kind, "The system could not \(verb) “\(path)”: \(String(cString: strerror(code))).",
      recovery: recovery)
  }

  /// The failure to take a lock.
  static func taken(_ path: String, by holder: String) -> StorageError {
    var error = StorageError(
      .busy, "“\(path)” is locked by \(holder.isEmpty ? "another holder" : holder).",
      recovery: "Close the store there first, or work through the process that has it.")
    error.holder = holder.isEmpty ? nil : holder
    return error
  }
}

func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }

func systemRename(_ path: String, _ newPath: String) -> Int32 { rename(path, newPath) }
