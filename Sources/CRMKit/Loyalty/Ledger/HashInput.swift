/// The bytes of values one after another, such that no two lists of values have the same.
///
/// A number has 8 bytes, the highest first; an instant its milliseconds. A text has the number of
/// its bytes and them in UTF-8, an identifier 16 bytes. What can be missing has a byte before it: 1,
/// or 0 alone where it is. A list has the number of its elements before them.
struct HashInput: ~Copyable {
  private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 2_048, alignment: 8)
  private var count = 0
  private var json: JSONWriter?

  deinit { memory.deallocate() }

  /// What was added, until more is.
  private var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

  /// All that was added.
  var bytes: [UInt8] { Array(written) }

  /// SHA-256 over all that was added.
  var hash: Blob { Blob(SHA256.hash(written)) }

  /// Forgets what was added and keeps the memory.
  mutating func reset() { count = 0 }

  @inline(__always)
  private mutating func reserve(_ size: Int) {
    if count + size > memory.count { grow(by: size) }
  }

  @inline(never)
  private mutating func grow(by size: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(memory.count * 2, count + size), alignment: 8)
    larger.copyMemory(from: written)
    memory.deallocate()
    memory = larger
  }

  private mutating func append(_ byte: UInt8) {
    reserve(1)
    memory.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count += 1
  }

  private mutating func append(_ bytes: UnsafeRawBufferPointer) {
    reserve(bytes.count)
    UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: bytes)
    count += bytes.count
  }

  mutating func add(_ number: Int64) {
    reserve(8)
    memory.storeBytes(of: number.bigEndian, toByteOffset: count, as: Int64.self)
    count += 8
  }

  mutating func add(count: Int) { add(Int64(count)) }

  mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { utf8 in
      add(count: utf8.count)
      append(UnsafeRawBufferPointer(utf8))
    }
  }

  mutating func add(_ list: [UInt8]) {
    add(count: list.count)
    list.withUnsafeBytes { append($0) }
  }

  mutating func add(_ instant: Instant) { add(instant.milliseconds) }

  mutating func add<Record>(_ id: Identifier<Record>) {
    add(Int64(bitPattern: id.high))
    add(Int64(bitPattern: id.low))
  }

  // MARK: What can be missing

  mutating func add(_ number: Int64?) {
    if let number = present(number) { add(number) }
  }

  mutating func add(_ text: String?) {
    if let text = present(text) { add(text) }
  }

  mutating func add(_ list: [UInt8]?) {
    if let list = present(list) { add(list) }
  }

  mutating func add(_ instant: Instant?) {
    if let instant = present(instant) { add(instant) }
  }

  mutating func add<Record>(_ id: Identifier<Record>?) {
    if let id = present(id) { add(id) }
  }

  mutating func add(_ money: Money?) {
    guard let money = present(money) else { return }
    add(money.minorUnits)
    add(money.currency.rawValue)
  }

  /// Adds a content as its JSON.
  mutating func add(_ payload: Payload?) {
    guard let payload = present(payload) else { return }
    let writer = json ?? JSONWriter()
    json = writer
    writer.reset()
    Payload.write(payload, to: writer)
    writer.withBytes { written in
      add(count: written.count)
      append(UnsafeRawBufferPointer(written))
    }
  }

  /// Says whether there is a value, and hands it back.
  private mutating func present<Value>(_ value: Value?) -> Value? {
    append(value == nil ? 0 : 1)
    return value
  }
}
