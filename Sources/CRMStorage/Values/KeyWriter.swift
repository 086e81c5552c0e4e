/// Writes columns as bytes that order as the columns do.
///
/// A tag tells missing (0) from present (1); numbers follow most significant byte first, with
/// the sign turned; text and bytes end in a zero, which text cannot contain.
public final class KeyWriter: ColumnWriter {
  private let out = ByteWriter(capacity: 96)

  /// The key so far.
  public var bytes: [UInt8] { Array(out.bytes) }

  /// The key so far, until more is written.
  var written: UnsafeRawBufferPointer { out.bytes }

  /// How many bytes the key has so far.
  var count: Int { out.count }

  // Nothing refers to these but this class, one call at a time, which the compiler cannot see.
  /// Whether a column was missing.
  @exclusivity(unchecked) public private(set) var hasMissing = false

  /// Whether a text or a byte string was written that cannot be kept in an index.
  @exclusivity(unchecked) private(set) var hasUnfit = false

  /// The entries of one index.
  private struct Entries {
    let start: Int
    let ends: Range<Int>
    let hasMissing: Bool
  }

  @exclusivity(unchecked) private var ends: [Int] = []
  @exclusivity(unchecked) private var entries: [Entries] = []
  @exclusivity(unchecked) private var start = 0
  @exclusivity(unchecked) private var firstEnd = 0
  @exclusivity(unchecked) private var columnsLeft = Int.max
  @exclusivity(unchecked) private var columnsPerEntry = Int.max
  @exclusivity(unchecked) private var ending: (high: UInt64, low: UInt64) = (0, 0)

  /// A writer of an empty key.
  public init() {}

  /// Forgets what was written and keeps the memory.
  public func reset() {
    out.truncate(to: 0)
    forgetEntries()
  }

  /// Forgets what was written from a position on, in a key that is not among entries.
  func truncate(to count: Int) {
    out.truncate(to: count)
  }

  /// Forgets which entries there are, and keeps their bytes.
  func forgetEntries() {
    ends.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: true)
    hasMissing = false
    hasUnfit = false
    columnsLeft = .max
  }

  /// Goes on with keys of so many columns, each ended by a row's identifier.
  func beginEntries<R>(columns: Int, of id: Identifier<R>) {
    hasMissing = false
    start = out.count
    firstEnd = ends.count
    columnsLeft = columns
    columnsPerEntry = columns
    ending = (id.high, id.low)
  }

  /// Ends the keys that ``beginEntries(columns:of:)`` began.
  func endEntries() {
    entries.append(Entries(start: start, ends: firstEnd..<ends.count, hasMissing: hasMissing))
    columnsLeft = .max
  }

  /// Whether a column was missing in the keys begun as the `index`th.
  func hasMissing(in index: Int) -> Bool { entries[index].hasMissing }

  /// Hands on the keys begun as the `index`th.
  func forEachEntry(of index: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
    forEachPlace(of: index) { body(out.bytes($0)) }
  }

  /// Hands on where among ``written`` the keys begun as the `index`th are.
  @inline(__always)
  func forEachPlace(of index: Int, _ body: (Range<Int>) -> Void) {
    var start = entries[index].start
    for end in ends[entries[index].ends] {
      body(start..<end)
      start = end
    }
  }

  /// Whether the key so far is that of another writer.
  package func isSame(as other: KeyWriter) -> Bool { compareBytes(written, other.written) == 0 }

  /// Whether the keys begun as the `index`th are those of another writer.
  func hasSameEntries(of index: Int, as other: KeyWriter) -> Bool {
    compareBytes(written(in: index), other.written(in: index)) == 0
  }

  private func written(in index: Int) -> UnsafeRawBufferPointer {
    let end = index + 1 < entries.count ? entries[index + 1].start : out.count
    return out.bytes(entries[index].start..<end)
  }

  @inline(__always)
  private func finishColumn() {
    columnsLeft &-= 1
    guard columnsLeft == 0 else { return }
    append(ending.high)
    append(ending.low)
    ends.append(out.count)
    columnsLeft = columnsPerEntry
  }

  private func append(_ number: UInt64) {
    // The most significant byte first.
    out.fixed(number.byteSwapped)
  }

  public func missing() {
    out.byte(0)
    hasMissing = true
    finishColumn()
  }

  public func flag(_ value: Bool) {
    out.byte(1)
    out.byte(value ? 1 : 0)
    finishColumn()
  }

  public func integer(_ value: Int64) {
    out.byte(1)
    append(UInt64(bitPattern: value) ^ (1 << 63))
    finishColumn()
  }

  public func real(_ value: Double) {
    out.byte(1)
    let bits = (value == 0 ? 0 : value).bitPattern
    append(bits & (1 << 63) == 0 ? bits | (1 << 63) : ~bits)
    finishColumn()
  }

  public func text(_ value: String) {
    out.byte(1)
    let start = out.count
    out.copy(value)
    if Text.isUnfit(out.bytes(start..<out.count)) { hasUnfit = true }
    out.byte(0)
    finishColumn()
  }

  public func instant(_ value: Instant) {
    integer(value.milliseconds)
  }

  public func identifier(high: UInt64, low: UInt64) {
    out.byte(1)
    append(high)
    append(low)
    finishColumn()
  }

  public func bytes(_ value: [UInt8]) {
    if value.count > longestIndexedValue { hasUnfit = true }
    out.byte(1)
    for byte in value {
      out.byte(byte)
      if byte == 0 { out.byte(0xFF) }
    }
    out.byte(0)
    out.byte(0)
    finishColumn()
  }

  /// Lists and structures have no order; schemas refuse to index them.
  public func json(_ encode: (JSONWriter) -> Void) {
    preconditionFailure("A list or a structure cannot be part of a key.")
  }

  /// Writes the tag and bytes of text without its end, so that longer texts follow it.
  func prefix(_ text: String) {
    out.byte(1)
    out.copy(text)
  }

  /// What ``prefix(_:)`` writes, alone.
  static func prefix(of text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 1)
    bytes.append(1)
    bytes.append(contentsOf: text.utf8)
    return bytes
  }

  /// Writes the bytes of an identifier alone, as tables order by and every key ends in.
  func ending<R>(_ id: Identifier<R>) {
    append(id.high)
    append(id.low)
  }

  /// Turns the order of what was written from a position on.
  func reverse(from start: Int) {
    for index in start..<out.count { out.replace(at: index, ~out.bytes[index]) }
  }
}
