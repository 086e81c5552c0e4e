/// Looks for frames among bytes some of which are none.
///
/// Whoever can forge heads could have most of a file's bytes summed at each position. A file that
/// was not forged has no two frames in one place, so its bytes are summed once: a search that has
/// summed four times as many has found that the file is forged, and ends.
struct FrameSearch {
  /// Whether the search has ended though there may be frames further on.
  private(set) var isExhausted = false

  private let bytes: UnsafeRawBufferPointer
  private let start: Int
  private let name: StoreFile
  private var left: Int

  /// Looks through a part of a file that begins at a position.
  init(_ bytes: UnsafeRawBufferPointer, of name: StoreFile, startingAt start: Int) {
    self.bytes = bytes
    self.name = name
    self.start = start
    left = 4 * bytes.count
  }

  /// The next frame with a right checksum from a position on.
  ///
  /// - Complexity: O(*n*) in the bytes for all calls together, where each goes on behind the last.
  mutating func next(from offset: Int) -> FrameScanner.Place? {
    var position = offset - start
    while position + Frame.headSize < bytes.count, !isExhausted {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
      // Most lengths are beyond the file, which is seen faster than a checksum is computed.
      let length = Int(UInt32(littleEndian: rest.loadUnaligned(as: UInt32.self)))
      if length > 0, length <= rest.count - Frame.headSize,
        let head = Frame.head(rest, of: name, at: start + position)
      {
        let body = (position + Frame.headSize)..<(position + Frame.headSize + length)
        if Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[body])) == head.sum {
          return FrameScanner.Place(offset: start + position, body: body, sum: head.sum)
        }
        left -= length
        isExhausted = left < 0
      }
      position += 1
    }
    return nil
  }
}
