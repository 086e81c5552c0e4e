/// Keys of one index.
final class KeyRun: @unchecked Sendable {
  // Proof: one thread fills and sorts it, after which it is only read.

  fileprivate struct Key {
    /// The first eight bytes, most of which differ already.
    let prefix: UInt64
    let start: Int
    let count: Int
  }

  private let bytes = ByteWriter(capacity: 1 << 12)

  /// The keys in the order in which they came.
  @exclusivity(unchecked) private var keys: [Key] = []

  /// The keys in their order.
  @exclusivity(unchecked) private var sorted = UnsafeMutableBufferPointer<Key>(start: nil, count: 0)

  deinit {
    sorted.deallocate()
  }

  func add(_ key: UnsafeRawBufferPointer) {
    // Every key ends in sixteen bytes of an identifier.
    let prefix = UInt64(bigEndian: key.loadUnaligned(as: UInt64.self))
    keys.append(Key(prefix: prefix, start: bytes.count, count: key.count))
    bytes.copy(key)
  }

  /// Puts the keys in order; none is added afterwards.
  func sort() {
    sorted = .allocate(capacity: keys.count)
    _ = sorted.initialize(from: keys)
    keys = []
    let bytes = bytes.bytes
    sorted.sort { a, b in
      if a.prefix != b.prefix { return a.prefix < b.prefix }
      return compareBytes(
        UnsafeRawBufferPointer(rebasing: bytes[a.start..<(a.start + a.count)]),
        UnsafeRawBufferPointer(rebasing: bytes[b.start..<(b.start + b.count)])) < 0
    }
  }

  /// The tree of the keys of several sorted runs.
  static func tree(of runs: [KeyRun]) -> BuiltTree<Void> {
    var builder = TreeBuilder<Void>(pageSize: MemoryTable.indexPageSize, growing: false)
    var last: UnsafeRawBufferPointer?
    // A heap of the next key of each run.
    var heap = RunHeap(runs.compactMap(\.first))
    while let key = heap.first?.key {
      // A row can compute one value several times, which the index has once.
      if last.map({ compareBytes($0, key) != 0 }) ?? true { builder.append(key, ()) }
      last = key
      heap.advance()
    }
    withExtendedLifetime(runs) {}
    return BuiltTree(tree: builder.tree())
  }

  /// A place at the first key; `nil` where there is none.
  private var first: Cursor? {
    guard let start = sorted.baseAddress, !sorted.isEmpty, let bytes = bytes.bytes.baseAddress
    else { return nil }
    return Cursor(prefix: start.pointee.prefix, place: start, end: start + sorted.count, bytes)
  }

  /// A place in a run, which must outlive it.
  fileprivate struct Cursor {
    /// That of the key, which is at hand without a look at the run.
    private(set) var prefix: UInt64
    private var place: UnsafeMutablePointer<Key>
    private let end: UnsafeMutablePointer<Key>
    private let bytes: UnsafeRawPointer

    fileprivate init(
      prefix: UInt64, place: UnsafeMutablePointer<Key>, end: UnsafeMutablePointer<Key>,
      _ bytes: UnsafeRawPointer
    ) {
      self.prefix = prefix
      self.place = place
      self.end = end
      self.bytes = bytes
    }

    var key: UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(start: bytes + place.pointee.start, count: place.pointee.count)
    }

    /// Goes on to the next key; false where there is none.
    mutating func advance() -> Bool {
      place += 1
      if place == end { return false }
      prefix = place.pointee.prefix
      return true
    }

    static func isOrdered(_ a: Cursor, before b: Cursor) -> Bool {
      if a.prefix != b.prefix { return a.prefix < b.prefix }
      return compareBytes(a.key, b.key) < 0
    }
  }
}

/// The runs that are being merged, that of the least key first.
private struct RunHeap {
  private var cursors: [KeyRun.Cursor]

  init(_ cursors: [KeyRun.Cursor]) {
    self.cursors = cursors.sorted { KeyRun.Cursor.isOrdered($0, before: $1) }
  }

  var first: KeyRun.Cursor? { cursors.first }

  /// Goes on to the next key.
  mutating func advance() {
    if !cursors[0].advance() {
      cursors.swapAt(0, cursors.count - 1)
      cursors.removeLast()
    }
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < cursors.count {
        if KeyRun.Cursor.isOrdered(cursors[child], before: cursors[least]) { least = child }
      }
      if least == parent { return }
      cursors.swapAt(parent, least)
      parent = least
    }
  }
}
