/// Reads the frames of a file, a window of some megabytes at a time, and one ahead.
struct FrameScanner {
  /// A frame within a window.
  struct Place {
    /// Where in the file it begins.
    let offset: Int
    /// Where in the window its body is.
    let body: Range<Int>
    let sum: UInt32

    /// Where in the file the next one begins.
    var end: Int { offset + Frame.headSize + body.count }
  }

  let file: any OpenFile
  let name: StoreFile
  /// How many bytes of the file count.
  let end: Int

  private static let windowSize = 16 << 20

  /// Hands on windows with the frames in them, until `body` returns false.
  ///
  /// - Parameter body: Gets what it may do meanwhile, on any thread but before it returns: reading
  ///   the next window, which it otherwise waits for.
  /// - Returns: Where the first bytes are that are no frame; `nil` where there are none.
  func forEachWindow(
    from start: Int,
    _ body: (UnsafeRawBufferPointer, [Place], @Sendable () -> Void) throws(StorageError) -> Bool
  ) throws(StorageError) -> Int? {
    var window = Window(capacity: min(Self.windowSize, max(0, end - start)))
    var next = Window(capacity: min(Self.windowSize, max(0, end - start - window.capacity)))
    window.move(to: start)
    while window.offset < end {
      let bytes = try window.bytes(of: file, upTo: end)
      let (places, needed) = frames(in: bytes, at: window.offset)
      guard let last = places.last else {
        guard let needed, needed > window.capacity, needed <= end - window.offset
        else { return window.offset }
        let offset = window.offset
        window = Window(capacity: needed)
        window.move(to: offset)
        continue
      }
      next.move(to: last.end)
      guard try body(bytes, places, { [next] in next.readAhead(file, upTo: end) })
      else { return nil }
      swap(&window, &next)
    }
    return nil
  }

  /// The frames that lie wholly in a window, and how many bytes the next one takes.
  private func frames(
    in bytes: UnsafeRawBufferPointer, at offset: Int
  ) -> ([Place], next: Int?) {
    var places: [Place] = []
    var position = 0
    while let head = Frame.head(
      UnsafeRawBufferPointer(rebasing: bytes[position...]), of: name, at: offset + position)
    {
      let body = position + Frame.headSize
      guard head.length <= bytes.count - body else {
        return (places, body - position + head.length)
      }
      places.append(
        Place(offset: offset + position, body: body..<(body + head.length), sum: head.sum))
      position = body + head.length
    }
    return (places, bytes.count < Frame.headSize ? Frame.headSize : nil)
  }
}

/// Memory that parts of a file are read into.
final class Window: @unchecked Sendable {
  // Proof: one thread at a time uses it; who reads ahead has ended before another looks at it.

  private let memory: UnsafeMutableRawBufferPointer

  /// Where in the file it begins.
  private(set) var offset = 0

  /// How many bytes were read, where they were.
  private var read: Result<Int, StorageError>?

  var capacity: Int { memory.count }

  init(capacity: Int) {
    memory = .allocate(byteCount: max(capacity, 1), alignment: 8)
  }

  deinit {
    memory.deallocate()
  }

  /// Goes on to another part, which is yet to be read.
  func move(to offset: Int) {
    self.offset = offset
    read = nil
  }

  /// Reads as much as there is room for, unless there is nothing left.
  func readAhead(_ file: any OpenFile, upTo end: Int) {
    if offset < end { read = result(file, upTo: end) }
  }

  /// As much as there is room for, which is read unless it was before.
  func bytes(of file: any OpenFile, upTo end: Int) throws(StorageError) -> UnsafeRawBufferPointer {
    let count = try (read ?? result(file, upTo: end)).get()
    return UnsafeRawBufferPointer(rebasing: memory[..<count])
  }

  private func result(_ file: any OpenFile, upTo end: Int) -> Result<Int, StorageError> {
    do throws(StorageError) {
      return .success(try fill(file, from: offset, to: end).count)
    } catch {
      return .failure(error)
    }
  }

  /// Reads a part of a file, as much as there is room for.
  func fill(
    _ file: any OpenFile, from offset: Int, to end: Int
  ) throws(StorageError) -> UnsafeRawBufferPointer {
    let room = UnsafeMutableRawBufferPointer(rebasing: memory[..<min(memory.count, end - offset)])
    let count = try file.read(room, at: offset)
    return UnsafeRawBufferPointer(rebasing: memory[..<count])
  }
}
