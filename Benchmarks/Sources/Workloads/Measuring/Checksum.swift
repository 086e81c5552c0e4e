/// What a run came to, in eight bytes; equal work gives equal checksums.
///
/// Source: FNV-1a, 64 bits, of the Internet-Draft “The FNV Non-Cryptographic Hash Algorithm”.
public struct Checksum: Hashable, Sendable, CustomStringConvertible {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  /// A checksum of nothing.
  public init() {}

  /// A checksum of numbers.
  public init(_ numbers: Int...) {
    for number in numbers { combine(number) }
  }

  /// Adds a number.
  @inline(__always)
  public mutating func combine(_ number: Int) {
    state = (state ^ UInt64(bitPattern: Int64(number))) &* 0x0000_0100_0000_01B3
  }

  /// Adds bytes.
  public mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    combine(bytes.count)
    for byte in bytes { combine(Int(byte)) }
  }

  public var description: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// Hides where a value comes from, so that work on it is not done ahead of the loop.
@_optimize(none)
public func hidden<Value>(_ value: Value) -> Value { value }

/// Uses a value, so that the work behind it is done.
@_optimize(none)
public func use<Value>(_ value: Value) {}
