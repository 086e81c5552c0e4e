#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// Where files that are not to stay are made: what `TMPDIR` says, or `/tmp`.
var temporaryFolder: String {
  guard let name = getenv("TMPDIR").map({ String(cString: $0) }), !name.isEmpty else {
    return "/tmp"
  }
  return name.last == "/" ? String(name.dropLast()) : name
}

/// Writes lines to a file, many at once.
final class LineWriter {
  private static let capacity = 1 << 18

  private let file: any OpenFile
  private var bytes: [UInt8] = []

  init(_ file: any OpenFile) {
    self.file = file
    bytes.reserveCapacity(Self.capacity + 4_096)
  }

  func append(_ line: [UInt8]) throws(StorageError) {
    bytes += line
    bytes.append(UInt8(ascii: "\n"))
    if bytes.count >= Self.capacity { try flush() }
  }

  func flush() throws(StorageError) {
    let file = file
    try bytes.withUnsafeBytes { bytes in
      Result { () throws(StorageError) in try file.append(bytes) }
    }.get()
    bytes.removeAll(keepingCapacity: true)
  }

  func close() { file.close() }
}

/// Reads lines from a file, the last of which may lack its end.
final class LineReader {
  private static let chunk = 1 << 18

  private let file: any OpenFile
  private var offset = 0
  private var bytes: [UInt8] = []
  private var start = 0

  init(_ file: any OpenFile) {
    self.file = file
  }

  /// Opens a file that is no store.
  ///
  /// A store of SQLite that is in use has its log beside it. It is not opened: closing it would let
  /// go of the locks that this process may have on it.
  convenience init(at path: String) throws(StorageError) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw .system(errno, "open", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Self.notAnExport(path, "it is not a file")
    }
    guard let name = realpath(path, nil) else { throw .system(errno, "open", path) }
    defer { free(name) }
    guard access(String(cString: name) + "-wal", F_OK) != 0 else {
      throw Self.notAnExport(path, "it is a store of SQLite in use")
    }
    self.init(try SystemFileSystem().open(path, .read))
  }

  private static func notAnExport(_ path: String, _ reason: String) -> StorageError {
    StorageError(
      .notAStore, "“\(path)” is not an export: \(reason).",
      recovery: "Choose a file that export wrote.")
  }

  /// The next line without its end; `nil` where there is none.
  func next() throws(StorageError) -> [UInt8]? {
    var searched = start
    while true {
      if let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        return Array(bytes[start..<end])
      }
      searched = bytes.count - start
      guard try readOn() else { break }
    }
    guard start < bytes.count else { return nil }
    defer { start = bytes.count }
    return Array(bytes[start...])
  }

  /// Begins again with the first line.
  func rewind() {
    offset = 0
    start = 0
    bytes = []
  }

  func close() { file.close() }

  /// Moves what is left to the front and reads what follows; false at the end of the file.
  private func readOn() throws(StorageError) -> Bool {
    bytes.removeFirst(start)
    start = 0
    let kept = bytes.count
    bytes += [UInt8](repeating: 0, count: max(Self.chunk, kept))
    let (file, offset) = (file, offset)
    let count = try bytes.withUnsafeMutableBytes { bytes in
      Result { () throws(StorageError) in
        try file.read(UnsafeMutableRawBufferPointer(rebasing: bytes[kept...]), at: offset)
      }
    }.get()
    bytes.removeLast(bytes.count - kept - count)
    self.offset += count
    return count > 0
  }
}
