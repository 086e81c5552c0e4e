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
    let folder = SystemFile(try descriptor(path, O_RDONLY | O_DIRECTORY), path)
    defer { folder.close() }
    try folder.sync()
  }

  public func lock(_ path: String, holder: String) throws(StorageError) -> any FileLock {
    let file = SystemFile(try descriptor(path, O_RDWR | O_CREAT), path)
    do throws(StorageError) {
      try file.lock()
      try file.truncate(to: 0)
      try file.append(Array("\(holder)\n".utf8))
    } catch {
      file.close()
      throw error
    }
    return SystemFileLock(file)
  }

  private func descriptor(_ path: String, _ flags: Int32) throws(StorageError) -> Int32 {
    let descriptor = systemOpen(path, flags | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system(errno, "open", path) }
    return descriptor
  }
}
