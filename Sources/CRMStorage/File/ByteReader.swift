/// Reads what a ``ByteWriter`` wrote.
///
/// Whatever the bytes are, reading ends in a value or in a ``StorageError``.
final class ByteReader: ColumnReader {
  // Nothing refers to these but this class, one call at a time, which the compiler cannot see.
  @exclusivity(unchecked) private var source = UnsafeRawBufferPointer(start: nil, count: 0)
  @exclusivity(unchecked) private(set) var position = 0
  @exclusivity(unchecked) private var missingBits = 0
  @exclusivity(unchecked) private var columns = 0
  @exclusivity(unchecked) private var column = 0

  private let json = JSONReader()

  /// Begins with the first of some bytes, which must stay where they are while they are read.
  func begin(_ bytes: UnsafeRawBufferPointer) {
    source = bytes
    position = 0
    columns = 0
  }

  /// Whether all was read.
  var isAtEnd: Bool { position == source.count }

  /// How many bytes are left.
  var left: Int { source.count &- position }

  private func cut() -> StorageError {
    StorageError(
      .corrupt, "A record ends before its time.",
      recovery: "Restore a backup, or write what can be read into a new store.")
  }

  // MARK: Numbers and bytes

  @inline(__always)
  func byte() throws(StorageError) -> UInt8 {
    guard position < source.count else { throw cut() }
    defer { position &+= 1 }
    return source[position]
  }

  @inline(__always)
  func fixed<Number: FixedWidthInteger>(_ type: Number.Type) throws(StorageError) -> Number {
    guard left >= MemoryLayout<Number>.size else { throw cut() }
    defer { position &+= MemoryLayout<Number>.size }
    return Number(
      littleEndian: source.loadUnaligned(fromByteOffset: position, as: Number.self))
  }

  @inline(__always)
  func varint() throws(StorageError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try byte()
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift &+= 7
      guard shift < 64 else { throw cut() }
    }
  }

  /// A number that counts something, small enough to be counted on from.
  @inline(__always)
  func count() throws(StorageError) -> Int {
    guard let count = Int(exactly: try varint()), count <= Int.max / 4 else { throw cut() }
    return count
  }

  /// Bytes that have their length before them.
  @inline(__always)
  func counted() throws(StorageError) -> UnsafeRawBufferPointer {
    let count = try count()
    guard count <= left else { throw cut() }
    defer { position &+= count }
    return UnsafeRawBufferPointer(rebasing: source[position..<(position &+ count)])
  }

  /// Text that has its length before it.
  func countedText() throws(StorageError) -> String {
    let utf8 = try counted().assumingMemoryBound(to: UInt8.self)
    guard let text = Text.decodedWithoutNUL(utf8) else {
      throw .mismatch(expected: "text in UTF-8", found: .bytes([]))
    }
    return text
  }

  // MARK: Columns

  /// Begins a row of so many columns.
  @inline(__always)
  func beginRow(columns: Int) throws(StorageError) {
    let size = (columns &+ 7) >> 3
    guard size <= left else { throw cut() }
    missingBits = position
    position &+= size
    self.columns = columns
    column = 0
  }

  @inline(__always)
  private func isMissing(_ column: Int) -> Bool {
    column >= columns
      || source[missingBits &+ column >> 3] & 1 << UInt8(column & 7) != 0
  }

  @inline(__always)
  private func next(_ expected: @autoclosure () -> String) throws(StorageError) {
    guard !isMissing(column) else {
      column &+= 1
      throw .mismatch(expected: expected(), found: .missing)
    }
    column &+= 1
  }

  func skipMissing(_ count: Int) -> Bool {
    for offset in 0..<count where !isMissing(column &+ offset) { return false }
    column &+= count
    return true
  }

  func skipEmpty(_ kind: JSONKind) -> Bool {
    // Two brackets, and their number before them.
    guard left >= 3, source[position] == 2, !isMissing(column) else { return false }
    let (opening, closing) =
      kind == .list
      ? (UInt8(ascii: "["), UInt8(ascii: "]")) : (UInt8(ascii: "{"), UInt8(ascii: "}"))
    guard source[position &+ 1] == opening, source[position &+ 2] == closing else { return false }
    position &+= 3
    column &+= 1
    return true
  }

  func flag() throws(StorageError) -> Bool {
    try next("a flag")
    switch try byte() {
    case 0: return false
    case 1: return true
    default: throw .mismatch(expected: "a flag", found: .integer(0))
    }
  }

  func integer() throws(StorageError) -> Int64 {
    try next("a whole number")
    return try zigzag()
  }

  @inline(__always)
  private func zigzag() throws(StorageError) -> Int64 {
    let number = try varint()
    return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
  }

  func real() throws(StorageError) -> Double {
    try next("a number")
    let number = Double(bitPattern: try fixed(UInt64.self))
    guard number.isFinite else { throw .mismatch(expected: "a finite number", found: .real(0)) }
    return number
  }

  func text() throws(StorageError) -> String {
    try next("text")
    return try countedText()
  }

  func instant() throws(StorageError) -> Instant {
    try next("an instant")
    let milliseconds = try zigzag()
    let instant = Instant(milliseconds: milliseconds)
    guard instant.milliseconds == milliseconds else {
      throw .mismatch(expected: "an instant of the years 1 to 9999", found: .integer(0))
    }
    return instant
  }

  func identifier() throws(StorageError) -> (high: UInt64, low: UInt64) {
    try next("an identifier")
    return (try fixed(UInt64.self), try fixed(UInt64.self))
  }

  func bytes() throws(StorageError) -> [UInt8] {
    try next("bytes")
    return Array(try counted())
  }

  func beginJSON() throws(StorageError) -> JSONReader {
    try next("JSON")
    json.restart(try counted())
    return json
  }

  func endJSON(_ reader: JSONReader) throws(StorageError) {
    try reader.finish()
  }
}
