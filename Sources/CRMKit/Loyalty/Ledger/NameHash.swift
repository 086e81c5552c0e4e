/// A number that stands for names: FNV-1a, 64 bits.
///
/// Source: Fowler, Noll & Vo, draft-eastlake-fnv.
struct NameHash: Hashable {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  /// Adds a name and an end, which is no byte of any name.
  mutating func add(_ name: String) {
    add(bytesOf: name)
    add(0xFF as UInt8)
  }

  mutating func add(bytesOf name: String) {
    for byte in name.utf8 { add(byte) }
  }

  mutating func add(_ number: UInt64) {
    var rest = number
    for _ in 0..<8 {
      add(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  private mutating func add(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
  }
}

/// A number that stands for a name.
func nameHash(_ name: String) -> UInt64 {
  var hash = NameHash()
  hash.add(bytesOf: name)
  return hash.value
}
