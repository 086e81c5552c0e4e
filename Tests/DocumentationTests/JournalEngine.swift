import CRMStorage
import Foundation

/// Keeps bytes under bytes in memory, and each commit as a record at the end of one file.
///
/// A record is the length of what follows, a checksum over its position and content, and for
/// each change the key and the value, each after its length.
final class JournalEngine: KeyValueEngine, @unchecked Sendable {
  // Proof: one call runs at a time, and nothing else touches the properties.
  private let folder: String
  private let disk: any FileSystem
  private var map = ByteMap()
  private var file: (any OpenFile)?
  private var lock: (any FileLock)?
  private var length = 0

  /// Keeps the file in a folder that is there.
  init(in folder: String, on disk: any FileSystem = SystemFileSystem()) {
    self.folder = folder
    self.disk = disk
  }

  func open() throws {
    let holder = "process \(ProcessInfo.processInfo.processIdentifier)"
    lock = try disk.lock(folder, holder: holder)
    do {
      let file = try openFile()
      self.file = file
      var bytes = Array(repeating: UInt8(0), count: try file.size())
      _ = try bytes.withUnsafeMutableBytes { try file.read($0, at: 0) }
      (map, length) = try Self.content(of: bytes)
    } catch {
      close()
      throw error
    }
  }

  private func openFile() throws -> any OpenFile {
    if try disk.list(folder).contains("journal") {
      return try disk.open(folder + "/journal", .append)
    }
    let file = try disk.open(folder + "/journal", .create)
    // A file is there after a loss of power when its folder says so.
    try disk.syncFolder(folder)
    return file
  }

  func snapshot() -> any KeyValueSnapshot { map }

  func commit(_ changes: [KeyValueChange]) throws {
    guard let file else { return }
    let record = Self.record(of: changes, at: length)
    do {
      // What a loss of power has torn, or a failure has left, is written over.
      if try file.size() > length { try file.truncate(to: length) }
      try record.withUnsafeBytes { try file.append($0) }
      try file.sync()
    } catch {
      try? file.truncate(to: length)
      throw error
    }
    length += record.count
    map.apply(changes)
  }

  func close() {
    file?.close()
    lock?.release()
    (file, lock, map) = (nil, nil, ByteMap())
  }
}

extension JournalEngine {
  private static let header = 16

  /// Reads all records, up to one that a loss of power has torn.
  private static func content(of bytes: [UInt8]) throws -> (ByteMap, length: Int) {
    var map = ByteMap()
    var position = 0
    while let end = recordEnd(bytes, at: position) {
      map.apply(changes(bytes[(position + header)..<end]))
      position = end
    }
    // Only the last commit can be torn, so a good record behind a bad one tells of damage.
    let later = (position..<bytes.count).dropFirst().contains { start in
      // A record that has moved has another checksum, so this is one where it was written.
      recordEnd(bytes, at: start) != nil
    }
    guard !later else {
      throw StorageError(
        .corrupt, "The journal is damaged at byte \(position).", recovery: "Restore a backup.")
    }
    return (map, position)
  }

  private static func recordEnd(_ bytes: [UInt8], at start: Int) -> Int? {
    guard bytes.count - start > header else { return nil }
    let content = start + header
    let size = number(bytes[start..<(start + 8)])
    guard size > 0, size <= UInt64(bytes.count - content) else { return nil }
    let end = content + Int(size)
    let sum = checksum(bytes[content..<end], at: start)
    return number(bytes[(start + 8)..<content]) == sum ? end : nil
  }

  private static func record(of changes: [KeyValueChange], at start: Int) -> [UInt8] {
    var content: [UInt8] = []
    for change in changes {
      for part in [change.key, change.value] {
        content += part.map { bytes(UInt64($0.count)) + $0 } ?? bytes(.max)
      }
    }
    return bytes(UInt64(content.count)) + bytes(checksum(content[...], at: start)) + content
  }

  private static func changes(_ content: ArraySlice<UInt8>) -> [KeyValueChange] {
    var rest = content
    func part() -> [UInt8]? {
      let size = number(rest.prefix(8))
      rest = rest.dropFirst(8)
      guard size != .max else { return nil }
      defer { rest = rest.dropFirst(Int(size)) }
      return Array(rest.prefix(Int(size)))
    }
    var changes: [KeyValueChange] = []
    while !rest.isEmpty, let key = part() {
      changes.append(KeyValueChange(key: key, value: part()))
    }
    return changes
  }

  /// FNV-1a over a record's position and content.
  private static func checksum(_ content: ArraySlice<UInt8>, at start: Int) -> UInt64 {
    let sum = 0xCBF2_9CE4_8422_2325 ^ UInt64(start)
    return content.reduce(sum) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }

  private static func bytes(_ number: UInt64) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
