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
      constants.withUnsafeBufferPointer { constants in
        for start in stride(from: 0, to: whole, by: 64) {
          hash.take(bytes, at: start, words, constants)
        }
        withPadded(bytes[whole...], length: bytes.count) { last in
          for start in stride(from: 0, to: last.count, by: 64) {
            hash.take(last, at: start, words, constants)
          }
        }
      }
    }
    return hash.bytes
  }

  /// Lends what is left of a message with a one, zeros and its length in bits: one block or two.
  private static func withPadded(
    _ rest: Slice<UnsafeRawBufferPointer>, length: Int, _ body: (UnsafeRawBufferPointer) -> Void
  ) {
    let size = rest.count < 56 ? 64 : 128
    withUnsafeTemporaryAllocation(byteCount: size, alignment: 8) { last in
      last.copyBytes(from: rest)
      last[rest.count...].initializeMemory(as: UInt8.self, repeating: 0)
      last[rest.count] = 0x80
      let bits = (UInt64(length) &* 8).bigEndian
      last.storeBytes(of: bits, toByteOffset: size - 8, as: UInt64.self)
      body(UnsafeRawBufferPointer(last))
    }
  }

  private var bytes: [UInt8] {
    let (a, b, c, d, e, f, g, h) = state
    let words = (
      a.bigEndian, b.bigEndian, c.bigEndian, d.bigEndian, e.bigEndian, f.bigEndian, g.bigEndian,
      h.bigEndian
    )
    return withUnsafeBytes(of: words) { Array($0) }
  }

  /// Takes in a block of 64 bytes.
  ///
  /// - Parameters:
  ///   - start: Where the block begins.
  ///   - words: Room for 64 words.
  private mutating func take(
    _ bytes: UnsafeRawBufferPointer, at start: Int, _ words: UnsafeMutableBufferPointer<UInt32>,
    _ constants: UnsafeBufferPointer<UInt32>
  ) {
    for place in 0..<16 {
      words[place] = UInt32(
        bigEndian: bytes.loadUnaligned(fromByteOffset: start &+ place &* 4, as: UInt32.self))
    }
    var (a, b, c, d, e, f, g, h) = state
    // Eight rounds at a time, after which each variable stands where it began: none is moved. Words
    // are made just before they are needed, while the processor waits for the rounds before.
    for place in stride(from: 0, to: 64, by: 8) {
      if place >= 16 { Self.extend(words, at: place) }
      let input = { (offset: Int) in words[place &+ offset] &+ constants[place &+ offset] }
      Self.turn(a, b, c, &d, e, f, g, &h, input(0))
      Self.turn(h, a, b, &c, d, e, f, &g, input(1))
      Self.turn(g, h, a, &b, c, d, e, &f, input(2))
      Self.turn(f, g, h, &a, b, c, d, &e, input(3))
      Self.turn(e, f, g, &h, a, b, c, &d, input(4))
      Self.turn(d, e, f, &g, h, a, b, &c, input(5))
      Self.turn(c, d, e, &f, g, h, a, &b, input(6))
      Self.turn(b, c, d, &e, f, g, h, &a, input(7))
    }
    state = (
      state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e, state.5 &+ f,
      state.6 &+ g, state.7 &+ h
    )
  }

  /// Makes eight further words from those before.
  @inline(__always)
  private static func extend(_ words: UnsafeMutableBufferPointer<UInt32>, at start: Int) {
    for place in start..<(start &+ 8) {
      let (a, b) = (words[place &- 15], words[place &- 2])
      let first = a.turned(7) ^ a.turned(18) ^ (a >> 3)
      let second = b.turned(17) ^ b.turned(19) ^ (b >> 10)
      words[place] = words[place &- 16] &+ first &+ words[place &- 7] &+ second
    }
  }

  /// One round, which changes two of the eight variables.
  @inline(__always)
  private static func turn(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32,
    _ g: UInt32, _ h: inout UInt32, _ input: UInt32
  ) {
    let choice = (e & f) ^ (~e & g)
    let one = h &+ (e.turned(6) ^ e.turned(11) ^ e.turned(25)) &+ choice &+ input
    let majority = (a & b) ^ (a & c) ^ (b & c)
    d = d &+ one
    h = one &+ (a.turned(2) ^ a.turned(13) ^ a.turned(22)) &+ majority
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
