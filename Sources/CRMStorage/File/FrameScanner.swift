/// Reads the frames of a file, a window of some megabytes at a time.
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

  private static let windowSize = 32 << 20

  /// Hands on windows with the frames in them, until `body` returns false.
  ///
  /// - Returns: Where the first bytes are that are no frame; `nil` where there are none.
  func forEachWindow(
    from start: Int,
    _ body: (UnsafeRawBufferPointer, [Place]) throws(StorageError) -> Bool
  ) throws(StorageError) -> Int? {
    var offset = start
    var window = Window(capacity: min(Self.windowSize, max(0, end - start)))
    while offset < end {
      let bytes = try window.fill(file, from: offset, to: end)
      let (places, needed) = frames(in: bytes, at: offset)
      guard let last = places.last else {
        guard let needed, needed > window.capacity, needed <= end - offset else { return offset }
        window = Window(capacity: needed)
        continue
      }
      guard try body(bytes, places) else { return nil }
      offset = last.end
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
final class Window {
  private let memory: UnsafeMutableRawBufferPointer

  var capacity: Int { memory.count }

  init(capacity: Int) {
    memory = .allocate(byteCount: max(capacity, 1), alignment: 8)
  }

  deinit {
    memory.deallocate()
  }

  /// Reads as much as there is room for.
  func fill(
    _ file: any OpenFile, from offset: Int, to end: Int
  ) throws(StorageError) -> UnsafeRawBufferPointer {
    let room = UnsafeMutableRawBufferPointer(rebasing: memory[..<min(memory.count, end - offset)])
    let count = try file.read(room, at: offset)
    return UnsafeRawBufferPointer(rebasing: memory[..<count])
  }
}
