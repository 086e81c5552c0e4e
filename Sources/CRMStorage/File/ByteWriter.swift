/// Writes numbers, texts and the columns of rows as bytes, as compactly as is fast.
///
/// A row is the bits of its columns that are missing, a byte for eight, and the other columns:
/// whole numbers and instants as zigzag varints, flags as a byte, other numbers and identifiers
/// as they are, and texts, bytes and JSON with their length before them.
final class ByteWriter: ColumnWriter {
  // Nothing refers to these but this class, one call at a time, which the compiler cannot see.
  @exclusivity(unchecked) private(set) var count = 0
  @exclusivity(unchecked) private var capacity: Int
  @exclusivity(unchecked) private var memory: UnsafeMutableRawPointer
  @exclusivity(unchecked) private var missingBits = 0
  @exclusivity(unchecked) private var column = 0

  private lazy var json = JSONWriter()

  init(capacity: Int = 512) {
    self.capacity = capacity
    memory = RawMemory.allocate(capacity)
  }

  deinit {
    RawMemory.free(memory)
  }

  /// Where the first byte is, until more is written.
  var start: UnsafeRawPointer { UnsafeRawPointer(memory) }

  /// What was written, until more is.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: count) }

  /// A part of what was written, until more is.
  func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[range])
  }

  /// Forgets what was written from a position on, and keeps the memory.
  func truncate(to count: Int) {
    self.count = count
  }

  @inline(__always)
  private func reserve(_ size: Int) {
    if count &+ size > capacity { grow(by: size) }
  }

  @inline(never)
  private func grow(by size: Int) {
    capacity = max(capacity * 2, count + size)
    let larger = RawMemory.allocate(capacity)
    larger.copyMemory(from: memory, byteCount: count)
    RawMemory.free(memory)
    memory = larger
  }

  // MARK: Numbers and bytes

  @inline(__always)
  func byte(_ value: UInt8) {
    reserve(1)
    memory.storeBytes(of: value, toByteOffset: count, as: UInt8.self)
    count &+= 1
  }

  @inline(__always)
  func fixed<Number: FixedWidthInteger>(_ value: Number) {
    reserve(MemoryLayout<Number>.size)
    memory.storeBytes(of: value.littleEndian, toByteOffset: count, as: Number.self)
    count &+= MemoryLayout<Number>.size
  }

  /// Seven bits a byte, the least significant first.
  @inline(__always)
  func varint(_ value: UInt64) {
    reserve(10)
    var rest = value
    while rest >= 0x80 {
      memory.storeBytes(
        of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: count, as: UInt8.self)
      count &+= 1
      rest >>= 7
    }
    memory.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: count, as: UInt8.self)
    count &+= 1
  }

  func varint(_ value: Int) { varint(UInt64(value)) }

  @inline(__always)
  func copy(_ bytes: UnsafeRawBufferPointer) {
    reserve(bytes.count)
    if let start = bytes.baseAddress {
      (memory + count).copyMemory(from: start, byteCount: bytes.count)
    }
    count &+= bytes.count
  }

  /// Writes bytes with their length before them.
  @inline(__always)
  func counted(_ bytes: UnsafeRawBufferPointer) {
    varint(bytes.count)
    copy(bytes)
  }

  /// Writes the bytes of text alone.
  @inline(__always)
  func copy(_ text: String) {
    let isWritten: Void? = text.utf8.withContiguousStorageIfAvailable {
      copy(UnsafeRawBufferPointer($0))
    }
    if isWritten != nil { return }
    var contiguous = text
    contiguous.withUTF8 { copy(UnsafeRawBufferPointer($0)) }
  }

  /// Writes text with its length before it.
  @inline(__always)
  func counted(_ text: String) {
    let isWritten: Void? = text.utf8.withContiguousStorageIfAvailable {
      counted(UnsafeRawBufferPointer($0))
    }
    if isWritten != nil { return }
    var copy = text
    copy.withUTF8 { counted(UnsafeRawBufferPointer($0)) }
  }

  /// Replaces bytes that were written.
  func replace<Number: FixedWidthInteger>(at position: Int, _ value: Number) {
    memory.storeBytes(of: value.littleEndian, toByteOffset: position, as: Number.self)
  }

  /// Writes what a closure writes, with its length before it.
  @inline(__always)
  func counted(_ body: () -> Void) {
    let start = count
    // Nearly all lengths take two bytes, so room for two is left.
    reserve(2)
    count &+= 2
    body()
    let length = count &- start &- 2
    if length >= 1 << 14 { makeRoom(at: start + 2, for: length) }
    var rest = length
    var position = start
    while rest >= 0x80 || position == start {
      memory.storeBytes(
        of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: position, as: UInt8.self)
      position &+= 1
      rest >>= 7
    }
    memory.storeBytes(of: UInt8(rest), toByteOffset: position, as: UInt8.self)
  }

  private func makeRoom(at position: Int, for length: Int) {
    let more = (64 - length.leadingZeroBitCount + 6) / 7 - 2
    reserve(more)
    (memory + position + more).copyMemory(from: memory + position, byteCount: count - position)
    count += more
  }

  // MARK: Texts

  /// Lends room for so many bytes, all of which are to be written.
  @inline(__always)
  func room(_ size: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
    reserve(size)
    let start = (memory + count).bindMemory(to: UInt8.self, capacity: size)
    body(UnsafeMutableBufferPointer(start: start, count: size))
    count &+= size
  }

  /// Writes a number as Swift does.
  func decimal(_ value: Int64) {
    if value < 0 { byte(UInt8(ascii: "-")) }
    let magnitude = value.magnitude
    var length = 1
    var rest = magnitude / 10
    while rest > 0 {
      length &+= 1
      rest /= 10
    }
    room(length) { writeDigits(magnitude, to: $0) }
  }

  // MARK: Columns

  /// Begins a row of so many columns.
  @inline(__always)
  func beginRow(columns: Int) {
    missingBits = count
    column = 0
    let size = (columns &+ 7) >> 3
    reserve(size)
    (memory + count).initializeMemory(as: UInt8.self, repeating: 0, count: size)
    count &+= size
  }

  func missing() {
    let position = missingBits &+ column >> 3
    let bits = memory.load(fromByteOffset: position, as: UInt8.self)
    memory.storeBytes(
      of: bits | 1 << UInt8(column & 7), toByteOffset: position, as: UInt8.self)
    column &+= 1
  }

  func flag(_ value: Bool) {
    column &+= 1
    byte(value ? 1 : 0)
  }

  func integer(_ value: Int64) {
    column &+= 1
    varint(UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  func real(_ value: Double) {
    column &+= 1
    fixed(value.bitPattern)
  }

  func text(_ value: String) {
    column &+= 1
    counted(value)
  }

  func instant(_ value: Instant) {
    integer(value.milliseconds)
  }

  func identifier(high: UInt64, low: UInt64) {
    column &+= 1
    fixed(high)
    fixed(low)
  }

  func bytes(_ value: [UInt8]) {
    column &+= 1
    value.withUnsafeBytes { counted($0) }
  }

  func json(_ encode: (JSONWriter) -> Void) {
    column &+= 1
    json.reset()
    encode(json)
    json.withBytes { counted(UnsafeRawBufferPointer($0)) }
  }
}
