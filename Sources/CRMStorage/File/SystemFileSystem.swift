#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// The files of the operating system.
public struct SystemFileSystem: FileSystem {
  /// The files of the operating system.
  public init() {}

  public func list(_ folder: String) throws(StorageError) -> [String] {
    guard let directory = opendir(folder) else { throw .system(errno, "look into", folder) }
    defer { closedir(directory) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw .system(errno, "look into", folder) }
    return names.sorted { Text.compare($0, $1) < 0 }
  }

  public func makeFolder(_ path: String) throws(StorageError) {
    guard mkdir(path, 0o700) != 0 else { return }
    let code = errno
    var status = stat()
    guard code == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw .system(code, "make", path)
    }
  }

  public func open(_ path: String, _ mode: FileMode) throws(StorageError) -> any OpenFile {
    let flags =
      switch mode {
      case .read: O_RDONLY
      case .create: O_RDWR | O_APPEND | O_CREAT | O_EXCL
      case .append: O_RDWR | O_APPEND
      }
    return SystemFile(try descriptor(path, flags), path)
  }

  public func rename(_ path: String, to newPath: String) throws(StorageError) {
    guard systemRename(path, newPath) == 0 else { throw .system(errno, "rename", path) }
  }

  public func remove(_ path: String) throws(StorageError) {
    guard unlink(path) == 0 else { throw .system(errno, "remove", path) }
  }

  public func syncFolder(_ path: String) throws(StorageError) {
    let folder = SystemFile(try descriptor(path, O_RDONLY | O_DIRECTORY), path, isFolder: true)
    defer { folder.close() }
    try folder.sync()
  }

  public func lock(_ folder: String, holder: String?) throws(StorageError) -> any FileLock {
    // The folder itself, as a file in it could be removed and made again by who finds it taken.
    let file = SystemFile(try descriptor(folder, O_RDONLY | O_DIRECTORY), folder, isFolder: true)
    do throws(StorageError) {
      guard try file.lock() else { throw .taken(folder, by: self.holder(of: folder)) }
      if let holder {
        let name = SystemFile(try descriptor("\(folder)/lock", O_RDWR | O_CREAT), "\(folder)/lock")
        defer { name.close() }
        try name.truncate(to: 0)
        try name.append(Array("\(holder)\n".utf8))
      }
    } catch {
      file.close()
      throw error
    }
    return SystemFileLock(file)
  }

  /// Who says to have a folder; empty where nobody does.
  private func holder(of folder: String) -> String {
    // Who has just taken it may be about to write its name.
    for _ in 0..<20 {
      if let line = try? firstLine(of: "\(folder)/lock"), !line.isEmpty { return line }
      usleep(1_000)
    }
    return ""
  }

  private func firstLine(of path: String) throws(StorageError) -> String {
    let file = SystemFile(try descriptor(path, O_RDONLY), path)
    defer { file.close() }
    let window = Window(capacity: 200)
    let bytes = try window.fill(file, from: 0, to: window.capacity)
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return "" }
    return String(decoding: bytes[..<end], as: UTF8.self)
  }

  private func descriptor(_ path: String, _ flags: Int32) throws(StorageError) -> Int32 {
    let descriptor = systemOpen(path, flags | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system(errno, "open", path) }
    return descriptor
  }
}
