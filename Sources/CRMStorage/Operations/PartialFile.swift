#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// A file that comes into being whole or not at all.
///
/// It is written under a name of its own beside the one it is to have, put on the disk, and only
/// then given its name. What a process that was killed leaves behind is a file `….partial-…`,
/// which nobody reads and which can be removed.
package final class PartialFile {
  /// Where it is while it is being written.
  package let path: String

  private let target: String
  private let files = SystemFileSystem()

  /// Chooses a name for the time of writing; nothing is made yet.
  ///
  /// - Throws: ``StorageError/Code/alreadyExists`` where there is something at the path.
  package init(for target: String) throws(StorageError) {
    self.target = target
    var random = SystemRandomNumberGenerator()
    let suffix = String(random.next() as UInt64, radix: 36)
    path = "\(target).partial-\(suffix)"
    try checkIsFree()
  }

  private var folder: String {
    guard let end = target.lastIndex(of: "/") else { return "." }
    return end == target.startIndex ? "/" : String(target[..<end])
  }

  /// Makes the file, which only its owner can read.
  package func create() throws(StorageError) -> any OpenFile {
    try files.open(path, .create)
  }

  /// Puts the file, which has been written, on the disk, and gives it its name.
  ///
  /// - Throws: ``StorageError/Code/alreadyExists`` where something has come to the path meanwhile;
  ///   where the disk fails. There is no file of the name then that was not there before.
  package func finish() throws(StorageError) {
    // It is closed before it has its name: closing a file lets go of the locks of whoever opens it.
    try sync()
    try takeName()
    do throws(StorageError) {
      try files.syncFolder(folder)
    } catch {
      try? files.remove(target)
      throw error
    }
  }

  /// Removes what was written, if anything was.
  package func discard() {
    try? files.remove(path)
  }

  private func sync() throws(StorageError) {
    let file = try files.open(path, .append)
    defer { file.close() }
    try file.sync()
  }

  /// A second name is never given in the place of another file, which a new name would be.
  private func takeName() throws(StorageError) {
    if link(path, target) == 0 { return try files.remove(path) }
    switch errno {
    case EEXIST: throw isTaken
    case EPERM, EACCES, EMLINK, ENOSYS, EOPNOTSUPP:
      // Files have one name only here.
      try checkIsFree()
      try files.rename(path, to: target)
    case let code: throw .system(code, "name", target)
    }
  }

  /// Looks at the name alone.
  ///
  /// The file, were it opened, could be one that SQLite has locked in this process, and closing it
  /// would let go of the locks; or one that opening waits for.
  private func checkIsFree() throws(StorageError) {
    var status = stat()
    if lstat(target, &status) == 0 { throw isTaken }
    guard errno == ENOENT else { throw .system(errno, "look at", target) }
  }

  private var isTaken: StorageError {
    StorageError(
      .alreadyExists, "There is something at “\(target)”.",
      recovery: "Choose another path, or move it away first.")
  }
}
