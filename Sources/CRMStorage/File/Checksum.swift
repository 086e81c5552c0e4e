/// CRC-32C, sixteen bytes a step.
///
/// Source: Castagnoli, Bräuer & Herrmann, “Optimization of Cyclic Redundancy-Check Codes with 24
/// and 32 Parity Bits”, IEEE Transactions on Communications 41 (6), 1993; the tables are those of
/// Kounavis & Berry, “A Systematic Approach to Building High Performance Software-Based CRC
/// Generators”, 2005.
struct Checksum {
  private static let polynomial: UInt32 = 0x82F6_3B78

  /// Sixteen tables of 256 entries, one after the other.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 4_096)
    for byte in 0..<256 {
      var sum = UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ polynomial }
      tables[byte] = sum
    }
    for position in 256..<4_096 {
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
      while position &+ 16 <= bytes.count {
        let first = UInt64(
          littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        let second = UInt64(
          littleEndian: bytes.loadUnaligned(fromByteOffset: position &+ 8, as: UInt64.self))
        sum =
          Self.part(of: first ^ UInt64(sum), tables, from: 2_048)
          ^ Self.part(of: second, tables, from: 0)
        position &+= 16
      }
      while position < bytes.count {
        sum = sum >> 8 ^ tables[Int((sum ^ UInt32(bytes[position])) & 0xFF)]
        position &+= 1
      }
      state = sum
    }
  }

  /// What eight bytes add to the sum, by eight of the tables.
  @inline(__always)
  private static func part(
    of word: UInt64, _ tables: UnsafeBufferPointer<UInt32>, from start: Int
  ) -> UInt32 {
    var part: UInt32 = 0
    for byte in 0..<8 {
      let value = Int(truncatingIfNeeded: word >> UInt64(8 &* byte)) & 0xFF
      part ^= tables[start &+ (7 &- byte) &* 256 &+ value]
    }
    return part
  }

  mutating func add<Number: FixedWidthInteger>(_ number: Number) {
    withUnsafeBytes(of: number.littleEndian) { add($0) }
  }
}
