#if os(Linux)
import Foundation

/// What the files of a store in SQLite hold, as a process that is killed leaves them.
///
/// The index of the log is not among them: who opens the store first makes it anew.
struct StoreFiles {
  private var contents: [String: [UInt8]] = [:]

  /// Reads the files in a folder.
  init(in folder: String) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let file = URL(fileURLWithPath: folder + "/" + name)
      contents[name] = Array(try Data(contentsOf: file))
    }
  }

  /// Writes the files to another folder.
  func write(to folder: String) throws {
    for (name, bytes) in contents where !name.hasSuffix("-shm") {
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
  }

  mutating func apply(_ change: SystemTrouble.Change) {
    switch change {
    case .write(let bytes, let offset, let path):
      contents[name(path), default: []].put(bytes[...], at: offset)
    case .truncation(let size, let path):
      contents[name(path), default: []].resize(to: size)
    }
  }

  /// The files where the process was killed in the middle of a change.
  func applying(half change: SystemTrouble.Change) -> StoreFiles {
    var copy = self
    if case .write(let bytes, let offset, let path) = change {
      copy.contents[name(path), default: []].put(bytes.prefix(bytes.count / 2), at: offset)
    }
    return copy
  }

  private func name(_ path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }
}

extension [UInt8] {
  fileprivate mutating func put(_ bytes: ArraySlice<UInt8>, at offset: Int) {
    resize(to: Swift.max(count, offset + bytes.count))
    replaceSubrange(offset..<(offset + bytes.count), with: bytes)
  }

  fileprivate mutating func resize(to size: Int) {
    removeLast(Swift.max(0, count - size))
    append(contentsOf: repeatElement(0, count: size - count))
  }
}
#endif
