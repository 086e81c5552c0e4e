/// The hash of bytes, by which a change of any of them shows.
///
/// Source: NIST, FIPS 180-4, *Secure Hash Standard*, 2015, section 6.2.
struct SHA256 {
  private var state: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) = (
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
    0x5be0_cd19
  )

  /// The hash of some bytes: 32 bytes.
  static func hash(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { hash($0) }
  }

  /// The hash of some bytes: 32 bytes.
  static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var hash = SHA256()
    let whole = bytes.count / 64 * 64
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
      var offset = 0
      while offset < whole {
        hash.take(UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + 64)]), words)
        offset += 64
      }
      let last = Self.padded(bytes[whole...], length: bytes.count)
      last.withUnsafeBytes { last in
        for start in stride(from: 0, to: last.count, by: 64) {
          hash.take(UnsafeRawBufferPointer(rebasing: last[start..<(start + 64)]), words)
        }
      }
    }
    return hash.bytes
  }

  /// What is left of a message with a one, zeros and its length in bits: one block or two.
  private static func padded(
    _ rest: Slice<UnsafeRawBufferPointer>, length: Int
  ) -> [UInt8] {
    var last = [UInt8](rest)
    last.append(0x80)
    let size = last.count <= 56 ? 64 : 128
    last += [UInt8](repeating: 0, count: size - 8 - last.count)
    let bits = UInt64(length) &* 8
    for shift in stride(from: 56, through: 0, by: -8) {
      last.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }
    return last
  }

  private var bytes: [UInt8] {
    let (a, b, c, d, e, f, g, h) = state
    return [a, b, c, d, e, f, g, h].flatMap { word in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
    }
  }

  private mutating func take(
    _ block: UnsafeRawBufferPointer, _ words: UnsafeMutableBufferPointer<UInt32>
  ) {
    for place in 0..<16 {
      words[place] = UInt32(
        bigEndian: block.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self))
    }
    for place in 16..<64 {
      let (a, b) = (words[place - 15], words[place - 2])
      let first = a.turned(7) ^ a.turned(18) ^ (a >> 3)
      let second = b.turned(17) ^ b.turned(19) ^ (b >> 10)
      words[place] = words[place - 16] &+ first &+ words[place - 7] &+ second
    }
    var (a, b, c, d, e, f, g, h) = state
    Self.constants.withUnsafeBufferPointer { constants in
      for place in 0..<64 {
        let first = e.turned(6) ^ e.turned(11) ^ e.turned(25)
        let choice = (e & f) ^ (~e & g)
        let one = h &+ first &+ choice &+ constants[place] &+ words[place]
        let second = a.turned(2) ^ a.turned(13) ^ a.turned(22)
        let majority = (a & b) ^ (a & c) ^ (b & c)
        (h, g, f, e, d, c, b, a) = (
          g, f, e, d &+ one, c, b, a, one &+ second &+ majority
        )
      }
    }
    state = (
      state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e, state.5 &+ f,
      state.6 &+ g, state.7 &+ h
    )
  }

  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
  ]
}

extension UInt32 {
  @inline(__always)
  fileprivate func turned(_ count: UInt32) -> UInt32 {
    (self >> count) | (self << (32 - count))
  }
}
