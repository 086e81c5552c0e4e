/// The files that writes go to, one after the other.
///
/// The journal is a chain of files, of which the last is written to. After a failure nothing is
/// written behind what may be half there: the next write begins a file, whose header says up to
/// where the one before counts.
final class Journal: @unchecked Sendable {
  // Proof: all is touched on one serial queue only, which the store has for it; `folder` and
  // `lock` are constants.

  /// A file of the chain.
  struct Link {
    let number: Int
    /// How many bytes of it count.
    var length: Int
    /// How many of them are on the disk.
    var synced: Int
    /// Whether it ends in a note that nothing was written for now.
    var isResting = false
  }

  let folder: StoreFolder
  private let lock: StoreLock

  /// The kinds as the next file has them.
  private(set) var kinds: FileKinds

  /// The files since the last snapshot, the last of which is written to.
  private(set) var chain: [Link]

  /// The last snapshot, and how many bytes it has.
  private(set) var snapshot: (number: Int, size: Int)?

  /// The number of the last write.
  private(set) var sequence: Int

  /// The last file of the chain, while it is written to.
  private var file: (any OpenFile)?

  /// Whether the last file of the chain must not be written to any more.
  private var isLastClosed: Bool

  /// Whether the last file may have more than what counts, and no other says so yet.
  private var hasRemains = false

  /// Files that were given up, of which an opening must find none once there are more writes.
  private var strays: [StoreFile] = []

  /// Whether files that count are lost, so that all has to be written anew from memory.
  private(set) var isBroken = false

  /// How many wait for the disk meanwhile.
  private var debts = 0

  private let out = ByteWriter(capacity: 1 << 16)

  private static let largestOutput = 4 << 20

  /// - Parameter isLastClosed: Whether the next write begins a file.
  init(
    _ folder: StoreFolder, _ lock: StoreLock, _ kinds: FileKinds, chain: [Link],
    snapshot: (number: Int, size: Int)?, sequence: Int, lastClosed isLastClosed: Bool
  ) {
    self.folder = folder
    self.lock = lock
    self.kinds = kinds
    self.chain = chain
    self.snapshot = snapshot
    self.sequence = sequence
    self.isLastClosed = isLastClosed
  }

  /// How many bytes the files have together.
  var size: Int { chain.reduce(snapshot?.size ?? 0) { $0 + $1.length } }

  // MARK: Writing

  /// Writes changes down, all of them or none.
  ///
  /// - Parameter waits: Whether to wait until they are on the disk.
  func append(_ writes: [ChangeLog], waitingForDisk waits: Bool) throws(StorageError) {
    let file = try fileToWrite()
    let before = (sequence, chain[chain.count - 1])
    do throws(StorageError) {
      for write in writes { try append(write, to: file) }
      try flush(to: file)
      chain[chain.count - 1].isResting = false
      if waits {
        try file.sync()
        chain[chain.count - 1].synced = chain[chain.count - 1].length
      }
    } catch {
      (sequence, chain[chain.count - 1]) = before
      out.truncate(to: 0)
      leave(file)
      throw error
    }
  }

  private func append(_ write: ChangeLog, to file: any OpenFile) throws(StorageError) {
    sequence += 1
    let pieces = write.pieces
    for (number, piece) in pieces.enumerated() {
      frame(number == pieces.count - 1 ? .commit : .part) {
        out.copy(write.changes.bytes(piece))
      }
      if out.count >= Self.largestOutput { try flush(to: file) }
    }
  }

  private func frame(_ kind: Frame.Kind, _ body: () -> Void) {
    let link = chain[chain.count - 1]
    Frame.write(kind, to: out, of: StoreFile(.journal, link.number), startingAt: link.length) {
      out.varint(sequence)
      out.varint(link.synced)
      body()
    }
  }

  private func flush(to file: any OpenFile) throws(StorageError) {
    if out.count == 0 { return }
    try file.append(out.bytes)
    chain[chain.count - 1].length += out.count
    out.truncate(to: 0)
  }

  /// Gives up a file that may have more than what counts.
  private func leave(_ file: any OpenFile) {
    let last = chain[chain.count - 1]
    // The header of the next file says up to where this one counts, so this need not succeed,
    // unless there are writes that the disk has not been waited for.
    do throws(StorageError) {
      try file.truncate(to: last.length)
      try file.sync()
      chain[chain.count - 1].synced = last.length
    } catch {
      hasRemains = true
      if last.synced < last.length { isBroken = true }
    }
    close(file)
    self.file = nil
    isLastClosed = true
  }

  /// Closes a file, at once or when who waits for the disk has let go of it.
  private func close(_ file: (any OpenFile)?) {
    if debts == 0 { file?.close() }
  }

  // MARK: Waiting for the disk

  /// What has to be waited for so that all that was written is on the disk.
  struct Debt {
    let file: any OpenFile
    let number: Int
    let length: Int
  }

  /// What is not on the disk yet; `nil` where all is.
  func debt() throws(StorageError) -> Debt? {
    try removeStrays()
    guard let last = chain.last, last.synced < last.length else { return nil }
    if isLastClosed {
      try finish(last)
      return nil
    }
    let debt = Debt(file: try fileToWrite(), number: last.number, length: last.length)
    debts += 1
    return debt
  }

  /// Notes that a wait has ended.
  func settle(_ debt: Debt, _ failure: StorageError?) {
    debts -= 1
    guard let position = chain.firstIndex(where: { $0.number == debt.number }) else { return }
    guard failure == nil else {
      // Writes that have returned may be lost, but all of them are in memory.
      isBroken = true
      if let file { leave(file) }
      return
    }
    chain[position].synced = max(chain[position].synced, debt.length)
  }

  /// Waits for what a process before this one may have left without waiting for the disk.
  func secure() throws(StorageError) {
    // A clean end has waited.
    if let last = chain.last, !last.isResting { try finish(last) }
  }

  /// Waits for the disk and closes the last file, with a note that it is whole.
  func rest() throws(StorageError) {
    defer {
      close(file)
      file = nil
    }
    if isBroken { return }
    try removeStrays()
    if hasRemains { try begin() }
    guard let last = chain.last else { return }
    if last.synced < last.length {
      try finish(last)
      try folder.sync()
    }
    guard let file, !chain[chain.count - 1].isResting else { return }
    frame(.rest) {}
    try flush(to: file)
    chain[chain.count - 1].isResting = true
  }

  // MARK: Files

  private func fileToWrite() throws(StorageError) -> any OpenFile {
    try removeStrays()
    if let file { return file }
    guard !isLastClosed, let last = chain.last else { return try begin() }
    let opened = try folder.system.open(folder.path(of: StoreFile(.journal, last.number)), .append)
    file = opened
    return opened
  }

  /// Begins the next file of the chain.
  @discardableResult
  func begin() throws(StorageError) -> any OpenFile {
    if try lock.renew() {
      isBroken = true
      throw .filesLost(folder.path)
    }
    try removeStrays()
    let number = max(chain.last?.number ?? 0, snapshot?.number ?? 0) + 1
    if let last = chain.last {
      try finish(last)
      try checkFiles()
    }
    let previous = chain.last.map { FileHeader.Previous(number: $0.number, length: $0.length) }
    let (file, size) = try create(
      number, FileHeader(previous: previous, sequence: sequence, kinds: kinds.stored))
    close(self.file)
    self.file = file
    chain.append(Link(number: number, length: size, synced: size))
    isLastClosed = false
    hasRemains = false
    return file
  }

  /// Waits until the last file is on the disk, as the next will say that it counts.
  private func finish(_ last: Link) throws(StorageError) {
    guard last.synced < last.length else { return }
    if let file {
      try wait(for: file)
    } else {
      let file = try folder.system.open(
        folder.path(of: StoreFile(.journal, last.number)), .append)
      defer { file.close() }
      try wait(for: file)
    }
    chain[chain.count - 1].synced = last.length
  }

  /// Waits until a file that has writes is on the disk.
  ///
  /// What a wait that failed leaves behind no other wait brings to the disk, as on Linux, so all
  /// has to be written anew.
  private func wait(for file: any OpenFile) throws(StorageError) {
    do throws(StorageError) {
      try file.sync()
    } catch {
      isBroken = true
      throw error
    }
  }

  /// Looks whether the files that count are there.
  private func checkFiles() throws(StorageError) {
    let found = Set(try folder.files().files)
    var needed = chain.map { StoreFile(.journal, $0.number) }
    if let snapshot { needed.append(StoreFile(.snapshot, snapshot.number)) }
    guard needed.allSatisfy(found.contains) else {
      isBroken = true
      throw .filesLost(folder.path)
    }
  }

  /// Makes a file of the journal, which gets its name once its header is on the disk.
  private func create(
    _ number: Int, _ header: FileHeader
  ) throws(StorageError) -> (any OpenFile, Int) {
    let name = StoreFile(.journal, number)
    let path = folder.unfinishedPath(of: name)
    // What an attempt before this one may have left has no writes.
    try? folder.system.remove(path)
    out.truncate(to: 0)
    header.write(to: out, of: name)
    defer { out.truncate(to: 0) }
    do throws(StorageError) {
      let file = try folder.system.open(path, .create)
      defer { file.close() }
      try file.append(out.bytes)
      try file.sync()
    } catch {
      try? folder.system.remove(path)
      throw error
    }
    do throws(StorageError) {
      try folder.system.rename(path, to: folder.path(of: name))
      try folder.sync()
      return (try folder.system.open(folder.path(of: name), .append), out.count)
    } catch {
      try? folder.system.remove(path)
      giveUp([name])
      throw error
    }
  }

  /// Removes files that may have got their names; what cannot be removed now goes before the next
  /// write.
  private func giveUp(_ files: [StoreFile]) {
    strays += files
    try? removeStrays()
  }

  /// Sees to it that no opening finds files that were given up, not even after a loss of power:
  /// it would take them for the end of the journal.
  private func removeStrays() throws(StorageError) {
    if strays.isEmpty { return }
    if try lock.renew() { isBroken = true }
    let found = Set(try folder.files().files)
    for file in strays where found.contains(file) {
      try folder.system.remove(folder.path(of: file))
    }
    try folder.sync()
    strays = []
  }

  // MARK: Snapshots

  /// Notes that a snapshot has all that the files before its own journal have.
  func replace(by snapshot: (number: Int, size: Int)) {
    chain.removeAll { $0.number < snapshot.number }
    self.snapshot = snapshot
  }

  /// Writes all anew from memory: a snapshot, and an empty journal behind it.
  func rewrite(_ version: MemoryVersion, _ kinds: FileKinds) throws(StorageError) {
    if try lock.renew() { isBroken = true }
    try removeStrays()
    let number = max(chain.last?.number ?? 0, snapshot?.number ?? 0) + 1
    let header = FileHeader(previous: nil, sequence: sequence, kinds: kinds.stored)
    let (file, size) = try create(number, header)
    do throws(StorageError) {
      let writer = SnapshotWriter(folder, number, header, kinds)
      let written = try writer.write(version) { false }
      try writer.publish()
      close(self.file)
      self.file = file
      self.kinds = kinds
      isBroken = false
      isLastClosed = false
      hasRemains = false
      chain.append(Link(number: number, length: size, synced: size))
      replace(by: (number, written))
    } catch {
      file.close()
      giveUp([StoreFile(.snapshot, number), StoreFile(.journal, number)])
      throw error
    }
  }

  /// Begins a file with other kinds, where some were added.
  func extend(to kinds: FileKinds) throws(StorageError) {
    let before = self.kinds
    self.kinds = kinds
    do throws(StorageError) {
      try begin()
    } catch {
      self.kinds = before
      throw error
    }
  }

  /// Goes on with coders of other types for the same kinds.
  func use(_ kinds: FileKinds) {
    self.kinds = kinds
  }
}

extension StorageError {
  static func filesLost(_ folder: String) -> StorageError {
    StorageError(
      .inputOutput, "Files of the store in “\(folder)” were removed while it was open.",
      recovery: "Try again: all is in memory, and will be written anew.")
  }
}
