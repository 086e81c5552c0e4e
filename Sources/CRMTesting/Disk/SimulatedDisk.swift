import CRMStorage

/// A disk in memory that fails, fills up and loses power when a test wants it to.
///
///     let disk = SimulatedDisk()
///     disk.schedule(.powerCut, at: 12)
///     // … a store on the disk writes until it fails …
///     let found = disk.afterPowerLoss(.scattered, seed: 7)
///
/// It knows what of each file, and which names of each folder, a sync has made safe, and gives
/// the disk as it may be found after a loss of power. The same calls and the same seeds give the
/// same disk. It takes as safe only what POSIX promises: a sync of a file says nothing of its
/// name, and a sync of a folder nothing of the content of files.
public final class SimulatedDisk: FileSystem {
  let state: Locked<DiskState>

  /// An empty disk.
  ///
  /// - Parameter seed: Decides how much a short write writes.
  public convenience init(seed: UInt64 = 0) {
    self.init(DiskState(seed: seed))
  }

  private init(_ state: DiskState) {
    self.state = Locked(state)
  }

  // MARK: Faults

  /// Orders a fault, in place of another that was ordered.
  ///
  /// - Parameters:
  ///   - fault: What is to go wrong.
  ///   - number: At which operation from now on, counting from 1 those it can happen to.
  public func schedule(_ fault: DiskFault, at number: Int) {
    precondition(number >= 1, "Operations are counted from 1.")
    state.withLock { $0.schedule(fault, at: number) }
  }

  /// Whether a fault was ordered that has not happened yet, or still goes on.
  public var isFaultPending: Bool { state.withLock { $0.isFaultPending } }

  /// How many operations were hit by a fault, those after a power cut not counted.
  public var faultsHappened: Int { state.withLock { $0.faultsHappened } }

  /// Takes a fault back, or ends one that goes on; the power stays off.
  public func removeFault() { state.withLock { $0.removeFault() } }

  /// How many operations were carried out or failed, until the power was cut.
  public var operations: Int { state.withLock { $0.operations } }

  /// How many bytes all files together can have; `nil` for any number.
  ///
  /// A write that finds too little room fills it and fails with ``StorageError/Code/full``.
  public var capacity: Int? {
    get { state.withLock { $0.capacity } }
    set { state.withLock { $0.capacity = newValue } }
  }

  /// Cuts the power now; all operations that follow fail.
  public func cutPower() { state.withLock { $0.cutPower() } }

  /// Whether the power is off.
  public var isPowerOff: Bool { state.withLock { $0.isPowerOff } }

  /// The disk as it may be found once the power is back, without locks and without faults.
  ///
  /// This disk stays as it is, so that many ends of one story can be looked at.
  ///
  /// - Parameters:
  ///   - loss: What may be lost.
  ///   - seed: Decides what is.
  public func afterPowerLoss(_ loss: PowerLoss, seed: UInt64 = 0) -> SimulatedDisk {
    SimulatedDisk(state.withLock { $0.after(loss, seed: seed) })
  }

  // MARK: Files as they are

  /// The paths of all files, in order.
  public var files: [String] {
    state.withLock { state in
      state.folders.names.filter { $0.value != .folder }.keys.sorted()
    }
  }

  /// What a file holds, safe or not; `nil` where there is none.
  public func content(of path: String) -> [UInt8]? {
    state.withLock { state in
      guard let file = try? state.file(at: FolderContent.normal(path)) else { return nil }
      return state.files[file]?.bytes
    }
  }

  /// Changes what a file holds behind the back of whoever uses it, and makes it safe.
  ///
  ///     disk.damage("shop/journal") { $0[100] ^= 1 }
  ///
  /// Nothing happens where there is no such file.
  public func damage(_ path: String, _ change: (inout [UInt8]) -> Void) {
    state.withLock { state in
      guard let file = try? state.file(at: FolderContent.normal(path)) else { return }
      var bytes = state.files[file]?.bytes ?? []
      change(&bytes)
      state.files[file] = FileContent(bytes)
    }
  }
}

// MARK: - The file system

extension SimulatedDisk {
  public func list(_ folder: String) throws(StorageError) -> [String] {
    try perform(.list, folder) { (state, folder, _) throws(StorageError) in
      guard state.folders.hasFolder(folder) else { throw .noFolder(folder) }
      return state.folders.list(folder)
    }
  }

  public func makeFolder(_ path: String) throws(StorageError) {
    try perform(.makeFolder, path) { (state, path, moment) throws(StorageError) in
      if state.folders.hasFolder(path) { return }
      guard state.folders.hasFolder(FolderContent.folder(of: path)) else {
        throw .noFolder(FolderContent.folder(of: path))
      }
      guard state.folders.names[path] == nil else {
        throw .simulated(.cannotOpen, "“\(path)” is a file.")
      }
      state.folders.add(path, .folder, at: moment)
    }
  }

  public func open(_ path: String, _ mode: FileMode) throws(StorageError) -> any OpenFile {
    let operation = mode == .create ? DiskOperation.create : .open
    let file = try perform(operation, path) { (state, path, moment) throws(StorageError) in
      guard mode == .create else { return try state.file(at: path) }
      guard state.folders.hasFolder(FolderContent.folder(of: path)) else {
        throw .noFolder(FolderContent.folder(of: path))
      }
      guard state.folders.names[path] == nil else {
        throw .simulated(.cannotOpen, "“\(path)” is there already.")
      }
      let file = state.makeFile()
      state.folders.add(path, .file(file), at: moment)
      return file
    }
    return SimulatedFile(self, file, canWrite: mode != .read)
  }

  /// Gives a file another name in its folder.
  ///
  /// - Precondition: The new name is in the same folder.
  public func rename(_ path: String, to newPath: String) throws(StorageError) {
    let new = FolderContent.normal(newPath)
    try perform(.rename, path) { (state, path, moment) throws(StorageError) in
      precondition(
        FolderContent.folder(of: path) == FolderContent.folder(of: new),
        "A simulated disk renames within one folder.")
      _ = try state.file(at: path)
      guard state.folders.names[new] != .folder else {
        throw .simulated(.cannotOpen, "“\(new)” is a folder.")
      }
      state.folders.rename(path, to: new, at: moment)
    }
  }

  public func remove(_ path: String) throws(StorageError) {
    try perform(.remove, path) { (state, path, moment) throws(StorageError) in
      _ = try state.file(at: path)
      state.folders.remove(path, at: moment)
    }
  }

  public func syncFolder(_ path: String) throws(StorageError) {
    try perform(.syncFolder, path) { (state, path, _) throws(StorageError) in
      guard state.folders.hasFolder(path) else { throw .noFolder(path) }
      state.folders.sync(path)
    }
  }

  public func lock(_ folder: String, holder: String?) throws(StorageError) -> any FileLock {
    let folder = FolderContent.normal(folder)
    try perform(.lock, folder) { (state, folder, moment) throws(StorageError) in
      guard state.folders.hasFolder(folder) else { throw .noFolder(folder) }
      if let other = state.holders[folder] {
        var error = StorageError.simulated(.busy, "“\(folder)” is locked.")
        error.holder = other
        throw error
      }
      state.holders[folder] = .some(holder)
      // As on a real disk, the file that names the holder stays.
      let path = "\(folder)/lock"
      if holder != nil && state.folders.names[path] == nil {
        state.folders.add(path, .file(state.makeFile()), at: moment)
      }
    }
    return SimulatedLock(self, folder)
  }

  /// Runs an operation on a path unless something is to go wrong with it.
  private func perform<Result>(
    _ operation: DiskOperation, _ path: String,
    _ body: (inout DiskState, _ path: String, _ moment: Int) throws(StorageError) -> Result
  ) throws(StorageError) -> Result {
    try state.withLock { (state) throws(StorageError) in
      _ = try state.begin(operation)
      return try body(&state, FolderContent.normal(path), state.operations)
    }
  }
}

extension StorageError {
  fileprivate static func noFolder(_ path: String) -> StorageError {
    simulated(.cannotOpen, "There is no folder “\(path)”.")
  }
}

/// Has a folder of a simulated disk to itself.
private final class SimulatedLock: FileLock {
  private let disk: SimulatedDisk
  private let folder: String
  private let isHeld = Locked(true)

  init(_ disk: SimulatedDisk, _ folder: String) {
    self.disk = disk
    self.folder = folder
  }

  deinit { release() }

  /// Folders of a simulated disk stay where they are.
  func place() -> FolderPlace { .unchanged }

  func release() {
    let wasHeld = isHeld.withLock { isHeld in
      defer { isHeld = false }
      return isHeld
    }
    if wasHeld { disk.state.withLock { _ = $0.holders.removeValue(forKey: folder) } }
  }
}
