/// What ``FileStorage`` asks of a disk, so that a test can put a simulated one in its place.
///
/// Paths have their parts separated by `/`. What `syncFolder` and ``OpenFile/sync()`` have not
/// returned from can be gone after a loss of power, wholly, in part or out of order.
public protocol FileSystem: Sendable {
  /// The names in a folder, sorted by their UTF-8 bytes.
  ///
  /// - Throws: ``StorageError/Code/cannotOpen`` where there is no such folder.
  func list(_ folder: String) throws(StorageError) -> [String]

  /// Makes a folder that only its owner can look into; a folder that is there stays as it is.
  func makeFolder(_ path: String) throws(StorageError)

  /// Opens a file.
  ///
  /// - Throws: ``StorageError/Code/cannotOpen`` where the file is not there, or must not be.
  func open(_ path: String, _ mode: FileMode) throws(StorageError) -> any OpenFile

  /// Gives a file another name, in the place of a file that has it.
  func rename(_ path: String, to newPath: String) throws(StorageError)

  /// Removes a file.
  func remove(_ path: String) throws(StorageError)

  /// Waits until the names in a folder are on the disk as they are now.
  func syncFolder(_ path: String) throws(StorageError)

  /// Takes the lock of a folder, which one holder has at a time, in this process or another, and
  /// which ends with its process.
  ///
  /// - Parameter holder: Who takes it, written to the file `lock` in the folder for those who find
  ///   it taken; with `nil` the folder stays as it is.
  /// - Throws: ``StorageError/Code/busy`` naming the holder in ``StorageError/holder``.
  func lock(_ folder: String, holder: String?) throws(StorageError) -> any FileLock
}

/// What a file is opened for.
public enum FileMode: Sendable, Hashable {
  /// Reading a file that is there.
  case read

  /// Writing and reading a new file, which only its owner can read.
  case create

  /// Writing at the end of a file that is there, and reading it.
  case append
}

/// A file that is open; one caller uses it at a time, but that `sync` may go on beside others.
public protocol OpenFile: AnyObject, Sendable {
  /// How many bytes the file has.
  func size() throws(StorageError) -> Int

  /// Reads bytes from a position on.
  ///
  /// - Returns: How many were read: fewer than the buffer takes only where the file ends.
  func read(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(StorageError) -> Int

  /// Writes bytes at the end: all of them, or it throws, having written a part.
  func append(_ bytes: UnsafeRawBufferPointer) throws(StorageError)

  /// Waits until all that was written is on the disk.
  func sync() throws(StorageError)

  /// Cuts the file off after so many bytes.
  func truncate(to size: Int) throws(StorageError)

  /// Lets go of the file; nothing else is called afterwards.
  func close()
}

/// A lock that was taken.
public protocol FileLock: AnyObject, Sendable {
  /// Where the folder is now.
  ///
  /// - Throws: ``StorageError`` where that cannot be found out.
  func place() throws(StorageError) -> FolderPlace

  /// Gives the lock back; once only.
  func release()
}

/// Where a folder is that was locked.
public enum FolderPlace: Sendable, Hashable {
  /// Where it was.
  case unchanged

  /// Elsewhere: nothing has its name any more, or something else has.
  case moved

  /// Nowhere.
  case removed
}
