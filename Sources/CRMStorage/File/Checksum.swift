/// CRC-32C, eight bytes a step.
///
/// Source: Castagnoli, Bräuer & Herrmann, “Optimization of Cyclic Redundancy-Check Codes with 24
/// and 32 Parity Bits”, IEEE Transactions on Communications 41 (6), 1993; the tables are those of
/// Kounavis & Berry, “A Systematic Approach to Building High Performance Software-Based CRC
/// Generators”, 2005.
struct Checksum {
  private static let polynomial: UInt32 = 0x82F6_3B78

  /// Eight tables of 256 entries, one after the other.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 2_048)
    for byte in 0..<256 {
      var sum = UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ polynomial }
      tables[byte] = sum
    }
    for position in 256..<2_048 {
      let before = tables[position - 256]
      tables[position] = before >> 8 ^ tables[Int(before & 0xFF)]
    }
    return tables
  }()

  private var state: UInt32 = 0xFFFF_FFFF

  /// The checksum of what was added.
  var value: UInt32 { ~state }

  /// The checksum of some bytes.
  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var sum = Checksum()
    sum.add(bytes)
    return sum.value
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    Self.tables.withUnsafeBufferPointer { tables in
      var sum = state
      var position = 0
      while position &+ 8 <= bytes.count {
        let word = UInt64(
          littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        let low = UInt32(truncatingIfNeeded: word) ^ sum
        let high = UInt32(truncatingIfNeeded: word >> 32)
        // One by one, as one expression takes the compiler long.
        sum = tables[1_792 &+ Int(low & 0xFF)]
        sum ^= tables[1_536 &+ Int(low >> 8 & 0xFF)]
        sum ^= tables[1_280 &+ Int(low >> 16 & 0xFF)]
        sum ^= tables[1_024 &+ Int(low >> 24)]
        sum ^= tables[768 &+ Int(high & 0xFF)]
        sum ^= tables[512 &+ Int(high >> 8 & 0xFF)]
        sum ^= tables[256 &+ Int(high >> 16 & 0xFF)]
        sum ^= tables[Int(high >> 24)]
        position &+= 8
      }
      while position < bytes.count {
        sum = sum >> 8 ^ tables[Int((sum ^ UInt32(bytes[position])) & 0xFF)]
        position &+= 1
      }
      state = sum
    }
  }

  mutating func add<Number: FixedWidthInteger>(_ number: Number) {
    withUnsafeBytes(of: number.littleEndian) { add($0) }
  }
}
