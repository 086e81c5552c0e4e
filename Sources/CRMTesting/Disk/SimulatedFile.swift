import CRMStorage

/// An open file of a ``SimulatedDisk``, which goes on without its name.
final class SimulatedFile: OpenFile {
  private let disk: SimulatedDisk
  private let file: Int
  private let canWrite: Bool
  private let isOpen = Locked(true)

  init(_ disk: SimulatedDisk, _ file: Int, canWrite: Bool) {
    self.disk = disk
    self.file = file
    self.canWrite = canWrite
  }

  func size() throws(StorageError) -> Int {
    try perform(.size) { content, _ in content.bytes.count }
  }

  func read(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(StorageError) -> Int {
    try perform(.read) { content, _ in
      guard offset < content.bytes.count else { return 0 }
      let part = content.bytes[offset...].prefix(buffer.count)
      buffer.copyBytes(from: part)
      return part.count
    }
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(StorageError) {
    try check(writes: true)
    try disk.state.withLock { (state) throws(StorageError) in
      let isShort = try state.begin(.append)
      var count = min(bytes.count, state.room)
      if isShort { count = Int.random(in: 0..<max(1, count), using: &state.numbers) }
      state.files[file]?.append(.init(rebasing: bytes[..<count]), at: state.operations)
      guard count < bytes.count || isShort else { return }
      throw .simulated(.full, "\(count) of \(bytes.count) bytes were written.")
    }
  }

  func sync() throws(StorageError) {
    try check(writes: false)
    try disk.state.withLock { (state) throws(StorageError) in
      do throws(StorageError) {
        _ = try state.begin(.sync)
      } catch {
        state.files[file]?.failSync()
        throw error
      }
      state.files[file]?.sync()
    }
  }

  func truncate(to size: Int) throws(StorageError) {
    try check(writes: true)
    try perform(.truncate) { content, moment in content.truncate(to: size, at: moment) }
  }

  func close() { isOpen.withLock { $0 = false } }

  private func perform<Result>(
    _ operation: DiskOperation, _ body: (inout FileContent, _ moment: Int) -> Result
  ) throws(StorageError) -> Result {
    try check(writes: false)
    return try disk.state.withLock { (state) throws(StorageError) in
      _ = try state.begin(operation)
      return body(&state.files[file, default: FileContent()], state.operations)
    }
  }

  private func check(writes: Bool) throws(StorageError) {
    guard isOpen.withLock({ $0 }) else {
      throw .simulated(.inputOutput, "The file was used after it had been closed.")
    }
    guard canWrite || !writes else {
      throw .simulated(.inputOutput, "The file was opened for reading.")
    }
  }
}
