/// Bytes that SQLite may look at until the statement they were bound to has run.
///
/// Handing them over to be copied would cost an allocation for each text of a row.
final class LentBytes {
  private var page: UnsafeMutableRawPointer
  private var capacity: Int
  @exclusivity(unchecked) private var used = 0
  private var outgrown: [UnsafeMutableRawPointer] = []

  init(capacity: Int = 4_096) {
    self.capacity = capacity
    page = .allocate(byteCount: capacity, alignment: 1)
  }

  deinit {
    takeBack()
    page.deallocate()
  }

  /// Keeps a copy of bytes at a place that stays until ``takeBack()``.
  func lend(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer {
    if used + bytes.count > capacity { grow(by: bytes.count) }
    let place = page + used
    if let source = bytes.baseAddress {
      place.copyMemory(from: source, byteCount: bytes.count)
    }
    used += bytes.count
    return UnsafeRawPointer(place)
  }

  /// Ends the use of everything lent so far; the room of unusually large rows is given up.
  func takeBack() {
    used = 0
    if outgrown.isEmpty { return }
    for page in outgrown { page.deallocate() }
    outgrown = []
    guard capacity > 1 << 20 else { return }
    page.deallocate()
    capacity = 4_096
    page = .allocate(byteCount: capacity, alignment: 1)
  }

  private func grow(by count: Int) {
    // What was lent stays where it is.
    outgrown.append(page)
    capacity = max(capacity * 2, count)
    page = .allocate(byteCount: capacity, alignment: 1)
    used = 0
  }
}
