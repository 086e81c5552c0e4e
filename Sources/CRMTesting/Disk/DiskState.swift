import CRMStorage

/// All there is on a disk, and what is about to go wrong with it.
struct DiskState: Sendable {
  var folders = FolderContent()
  var files: [Int: FileContent] = [:]
  /// Who has each folder that is locked; a holder may have no name.
  var holders: [String: String?] = [:]
  var capacity: Int?
  var numbers: SeededGenerator

  private(set) var operations = 0
  private(set) var faultsHappened = 0
  private(set) var isPowerOff = false
  private var lastFile = 0
  private var fault: (DiskFault, countdown: Int)?

  init(seed: UInt64) {
    numbers = SeededGenerator(seed: seed)
  }

  var isFaultPending: Bool { fault != nil && !isPowerOff }

  mutating func schedule(_ fault: DiskFault, at number: Int) { self.fault = (fault, number) }

  mutating func removeFault() { fault = nil }

  mutating func cutPower() { isPowerOff = true }

  /// Counts an operation, and lets happen to it what was ordered.
  ///
  /// - Returns: Whether it is to write a part only.
  mutating func begin(_ operation: DiskOperation) throws(StorageError) -> Bool {
    guard !isPowerOff else { throw .simulated(.inputOutput, "The power is off.") }
    operations += 1
    guard let (fault, countdown) = fault, fault.canHit(operation) else { return false }
    guard countdown <= 1 else {
      self.fault = (fault, countdown - 1)
      return false
    }
    faultsHappened += 1
    if !fault.isLasting { self.fault = nil }
    switch fault.kind {
    case .powerCut: isPowerOff = true
    case .shortWrite: return true
    case .failure(let code): throw .simulated(code, "The test ordered this failure.")
    }
    return false
  }

  mutating func makeFile() -> Int {
    lastFile += 1
    files[lastFile] = FileContent()
    return lastFile
  }

  /// The file of a path.
  func file(at path: String) throws(StorageError) -> Int {
    guard case .file(let file)? = folders.names[path] else {
      throw .simulated(.cannotOpen, "There is no file “\(path)”.")
    }
    return file
  }

  /// How many more bytes the disk takes.
  var room: Int {
    guard let capacity else { return .max }
    let used = folders.names.values.reduce(0) { sum, entry in
      guard case .file(let file) = entry else { return sum }
      return sum + (files[file]?.bytes.count ?? 0)
    }
    return max(0, capacity - used)
  }

  /// The disk as it may be found.
  func after(_ loss: PowerLoss, seed: UInt64) -> DiskState {
    var found = DiskState(seed: seed)
    let moments = (files.values.flatMap(\.moments) + folders.moments).sorted()
    // Each moment is as likely as every other, and so is that nothing was kept.
    let end = moments.randomElement(using: &found.numbers) ?? 0
    let names = folders.after(loss, end: end, using: &found.numbers)
    found.folders = FolderContent(names)
    found.capacity = capacity
    found.lastFile = lastFile
    for (_, entry) in names.sorted(by: { $0.key < $1.key }) {
      guard case .file(let file) = entry, let content = files[file] else { continue }
      found.files[file] = FileContent(content.after(loss, end: end, using: &found.numbers))
    }
    return found
  }
}

extension StorageError {
  static func simulated(_ code: Code, _ message: String) -> StorageError {
    StorageError(code, message, recovery: "Look at what the test does with its disk.")
  }
}
