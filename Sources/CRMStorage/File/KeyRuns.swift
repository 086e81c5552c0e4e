/// The keys that some rows of a kind have in each of its indexes.
final class KeyRuns: @unchecked Sendable {
  // Proof: one thread fills and sorts them, after which they are only read, and those of an
  // index forgotten by the one that read them.

  /// The keys of one index.
  private struct Run {
    var keys = KeyList()
    var places = UnsafeMutableBufferPointer<KeyPlace>(start: nil, count: 0)
    var isSorted = true

    /// The places that were filled.
    var filled: UnsafeMutableBufferPointer<KeyPlace> { .init(rebasing: places[..<keys.count]) }

    mutating func append(_ key: UnsafeRawBufferPointer) {
      let count = keys.count
      if count == places.count { grow() }
      let place = KeyPlace(keys.append(key), in: keys.bytes)
      // Nothing is to be sorted where rows come in the order of the index.
      if isSorted, count > 0 {
        isSorted = !place.isOrdered(before: places[count &- 1], in: keys.bytes)
      }
      places.initializeElement(at: count, to: place)
    }

    private mutating func grow() {
      let larger = UnsafeMutableBufferPointer<KeyPlace>.allocate(
        capacity: max(64, 2 * places.count))
      _ = larger.moveInitialize(fromContentsOf: places)
      places.deallocate()
      places = larger
    }

    /// The same keys one behind the other in their order, so that going through them fetches
    /// each part of memory once.
    func sorted() -> Run {
      var run = Run()
      if isSorted {
        run = self
      } else {
        KeySorter(keys.bytes).sort(filled)
        run.keys = KeyList(size: keys.size)
        for place in filled { _ = run.keys.append(place.key(in: keys.bytes)) }
      }
      places.deallocate()
      run.places = .init(start: nil, count: 0)
      return run
    }
  }

  private let coder: MemoryCoder
  private let writer = KeyWriter()
  private let runs: UnsafeMutableBufferPointer<Run>

  init(_ coder: MemoryCoder) {
    self.coder = coder
    runs = .allocate(capacity: coder.indexes.count)
    for index in coder.indexes.indices { runs.initializeElement(at: index, to: Run()) }
  }

  deinit {
    for run in runs { run.places.deallocate() }
    runs.deinitialize()
    runs.deallocate()
  }

  /// Adds the keys of a row.
  ///
  /// - Returns: Whether its values can be part of an index; otherwise nothing was added.
  func add(_ row: AnyObject, _ id: RowID) -> Bool {
    writer.reset()
    coder.writeEntries(row, id, writer)
    if writer.hasUnfit { return false }
    for index in runs.indices {
      writer.forEachEntry(of: index) { runs[index].append($0) }
    }
    return true
  }

  /// Puts the keys of each index in order; none is added afterwards.
  func sort() {
    for index in runs.indices { runs[index] = runs[index].sorted() }
  }

  /// How many keys an index has.
  func count(of index: Int) -> Int { runs[index].keys.count }

  /// The sorted keys of an index, which are read by one only and must not outlive this.
  func run(of index: Int) -> SortedKeys? { SortedKeys(runs[index].keys) }

  /// Gives back the memory of the keys of an index.
  func forget(_ index: Int) { runs[index].keys = KeyList() }
}

/// Keys one behind the other, each with its length before it.
final class KeyList {
  private let out: ByteWriter

  // Nothing refers to these but this class, one call at a time, which the compiler cannot see.
  /// How many keys there are.
  @exclusivity(unchecked) private(set) var count = 0

  /// Where the last key's length is.
  @exclusivity(unchecked) private var last = 0

  fileprivate static var lengthSize: Int { MemoryLayout<UInt16>.size }

  /// - Parameter size: How many bytes there is room for at first, those of the lengths included.
  init(size: Int = 64) {
    out = ByteWriter(capacity: size)
  }

  /// How many bytes the keys take with their lengths.
  var size: Int { out.count }

  /// The bytes of all keys, which stay where they are until a key is added.
  var bytes: UnsafeRawPointer { out.start }

  /// The length of the last key and what follows.
  fileprivate var lastPosition: UnsafeRawPointer { bytes + last }

  /// Adds a key.
  ///
  /// - Returns: Where it is among ``bytes``.
  func append(_ key: UnsafeRawBufferPointer) -> Range<Int> {
    last = out.count
    out.fixed(UInt16(truncatingIfNeeded: key.count))
    let start = out.count
    out.copy(key)
    count &+= 1
    return start..<out.count
  }
}

/// Keys in their order, and a place among them.
struct SortedKeys {
  /// The key at the place.
  private(set) var key: UnsafeRawBufferPointer

  /// The last of the keys.
  let lastKey: UnsafeRawBufferPointer

  /// Sixteen bytes of the key, as numbers of the same order.
  private var words: (UInt64, UInt64) = (0, 0)

  /// Where in the keys those begin.
  private var depth = 0

  fileprivate init?(_ keys: KeyList) {
    guard keys.count > 0 else { return nil }
    key = Self.key(keys.bytes)
    lastKey = Self.key(keys.lastPosition)
  }

  /// The key whose length is at a position.
  @inline(__always)
  private static func key(_ position: UnsafeRawPointer) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: position + KeyList.lengthSize,
      count: Int(position.loadUnaligned(as: UInt16.self)))
  }

  /// Looks at sixteen bytes from a position on, before which all keys are the same.
  mutating func look(at depth: Int) {
    self.depth = depth
    words = (key.word(at: depth), key.word(at: depth &+ 8))
  }

  /// Goes on to the next key; false where there is none.
  @inline(__always)
  mutating func advance() -> Bool {
    guard key.baseAddress != lastKey.baseAddress, let start = key.baseAddress else { return false }
    key = Self.key(start + key.count)
    words = (key.word(at: depth), key.word(at: depth &+ 8))
    return true
  }

  @inline(__always)
  func isOrdered(before other: SortedKeys) -> Bool {
    if words.0 != other.words.0 { return words.0 < other.words.0 }
    if words.1 != other.words.1 { return words.1 < other.words.1 }
    return compareBytes(key, other.key) < 0
  }
}
