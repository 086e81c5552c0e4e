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
  package func finish() throws(StorageError) {
    let file = try files.open(path, .append)
    defer { file.close() }
    try file.sync()
    try checkIsFree()
    try files.rename(path, to: target)
    try files.syncFolder(folder)
  }

  /// Removes what was written, if anything was.
  package func discard() {
    try? files.remove(path)
  }

  private func checkIsFree() throws(StorageError) {
    guard let file = try? files.open(target, .read) else { return }
    file.close()
    throw StorageError(
      .alreadyExists, "There is something at “\(target)”.",
      recovery: "Choose another path, or move it away first.")
  }
}
