/// The keys that some rows of a kind have in each of its indexes.
final class KeyRuns: @unchecked Sendable {
  // Proof: one thread fills and sorts them, after which they are only read.

  /// The keys of one index.
  private struct Run {
    var keys = UnsafeMutableBufferPointer<KeyPlace>(start: nil, count: 0)
    var count = 0
    var isSorted = true

    /// The keys that there are.
    var filled: UnsafeMutableBufferPointer<KeyPlace> { .init(rebasing: keys[..<count]) }

    mutating func append(_ key: KeyPlace, in bytes: UnsafeRawPointer) {
      if count == keys.count { grow() }
      // Nothing is to be sorted where rows come in the order of the index.
      if isSorted, count > 0 { isSorted = !key.isOrdered(before: keys[count &- 1], in: bytes) }
      keys.initializeElement(at: count, to: key)
      count &+= 1
    }

    private mutating func grow() {
      let larger = UnsafeMutableBufferPointer<KeyPlace>.allocate(capacity: max(64, 2 * count))
      _ = larger.moveInitialize(fromContentsOf: keys)
      keys.deallocate()
      keys = larger
    }
  }

  private let coder: MemoryCoder
  private let writer = KeyWriter()
  private let runs: UnsafeMutableBufferPointer<Run>

  init(_ coder: MemoryCoder) {
    self.coder = coder
    runs = .allocate(capacity: coder.indexes.count)
    runs.initialize(repeating: Run())
  }

  deinit {
    for run in runs { run.keys.deallocate() }
    runs.deallocate()
  }

  /// Adds the keys of a row.
  ///
  /// - Returns: Whether its values can be part of an index; otherwise nothing was added.
  func add(_ row: AnyObject, _ id: RowID) -> Bool {
    writer.forgetEntries()
    coder.writeEntries(row, id, writer)
    if writer.hasUnfit { return false }
    guard let bytes = writer.written.baseAddress else { return true }
    for index in runs.indices {
      writer.forEachPlace(of: index) {
        runs[index].append(KeyPlace($0, in: bytes), in: bytes)
      }
    }
    return true
  }

  /// Puts the keys of each index in order; none is added afterwards.
  func sort() {
    guard let bytes = writer.written.baseAddress else { return }
    let sorter = KeySorter(bytes)
    for run in runs where !run.isSorted { sorter.sort(run.filled) }
  }

  /// How many keys an index has.
  func count(of index: Int) -> Int { runs[index].count }

  /// The sorted keys of an index, which must not outlive this.
  func run(of index: Int) -> SortedKeys? {
    guard let bytes = writer.written.baseAddress, runs[index].count > 0 else { return nil }
    return SortedKeys(UnsafeBufferPointer(runs[index].filled), in: bytes)
  }
}

/// Keys in their order, and a place among them.
struct SortedKeys {
  private var place: UnsafePointer<KeyPlace>
  private let last: UnsafePointer<KeyPlace>
  private let bytes: UnsafeRawPointer

  /// Sixteen bytes of the key, as numbers of the same order.
  private var words: (UInt64, UInt64) = (0, 0)

  /// Those of the next key: the processor fetches them while other runs go on.
  private var nextWords: (UInt64, UInt64) = (0, 0)

  /// Where in the keys those begin.
  private var depth = 0

  fileprivate init?(_ keys: UnsafeBufferPointer<KeyPlace>, in bytes: UnsafeRawPointer) {
    guard let start = keys.baseAddress else { return nil }
    place = start
    last = start + (keys.count - 1)
    self.bytes = bytes
  }

  /// The key at the place.
  var key: UnsafeRawBufferPointer { place.pointee.key(in: bytes) }

  /// The last of the keys.
  var lastKey: UnsafeRawBufferPointer { last.pointee.key(in: bytes) }

  /// Looks at sixteen bytes from a position on, before which all keys are the same.
  mutating func look(at depth: Int) {
    self.depth = depth
    words = words(of: place)
    nextWords = place == last ? words : words(of: place + 1)
  }

  /// Goes on to the next key; false where there is none.
  mutating func advance() -> Bool {
    if place == last { return false }
    place += 1
    words = nextWords
    if place != last { nextWords = words(of: place + 1) }
    return true
  }

  @inline(__always)
  private func words(of place: UnsafePointer<KeyPlace>) -> (UInt64, UInt64) {
    let key = place.pointee.key(in: bytes)
    return (key.word(at: depth), key.word(at: depth &+ 8))
  }

  @inline(__always)
  func isOrdered(before other: SortedKeys) -> Bool {
    if words.0 != other.words.0 { return words.0 < other.words.0 }
    if words.1 != other.words.1 { return words.1 < other.words.1 }
    return compareBytes(key, other.key) < 0
  }
}
