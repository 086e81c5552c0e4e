#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// Where new identifiers come from.
public enum IdentifierSource: Sendable {
  /// The system's random numbers.
  case random

  /// A sequence that repeats with the same seed and the same calls, for tests.
  ///
  /// One CRM per store may use a seed: two that have a store open at once, with the same seed and
  /// the same clock, make equal identifiers, and the records of one are refused or take the place
  /// of the other's. A CRM that opens the store after another was closed goes on with others.
  case seeded(UInt64)
}

/// Makes identifiers: UUIDs of version 7 (RFC 9562, method 1), each later than the last.
///
/// 48 bits of milliseconds, 12 bits that count within a millisecond, 62 random bits. A clock
/// that goes back does not take the identifiers back with it.
struct IdentifierGenerator {
  private var random: any RandomNumberGenerator & Sendable
  private var last: UInt64 = 0

  /// A generator whose identifiers are later than an instant.
  ///
  /// - Parameter position: What tells the openings of one store apart, given the same seed.
  init(_ source: IdentifierSource, position: UInt64, after instant: Instant? = nil) {
    if let instant { last = UInt64(max(0, instant.milliseconds) + 1) << 12 - 1 }
    switch source {
    case .random: random = SystemRandomNumbers()
    case .seeded(let seed):
      // Another place in the sequence for each position, not the next few steps of it.
      var places = SplitMix64(state: position)
      random = SplitMix64(state: seed &+ (position == 0 ? 0 : places.next()))
    }
  }

  mutating func next(at instant: Instant) -> (high: UInt64, low: UInt64) {
    let milliseconds = UInt64(max(0, instant.milliseconds)) & 0xFFFF_FFFF_FFFF
    // Time and counter as one number: when the counter is full, it runs into the next instant.
    last = max(last + 1, milliseconds << 12)
    let high = (last >> 12) << 16 | 0x7000 | last & 0xFFF
    return (high, random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
  }
}

/// The system's random numbers, asked for many at a time: each question is a call of the kernel.
private struct SystemRandomNumbers: RandomNumberGenerator, Sendable {
  private var numbers: [UInt64] = []

  mutating func next() -> UInt64 {
    if let number = numbers.popLast() { return number }
    // As many bytes as one call gives.
    numbers = Array(repeating: 0, count: 32)
    let result = numbers.withUnsafeMutableBytes { getentropy($0.baseAddress, $0.count) }
    guard result == 0, let number = numbers.popLast() else {
      numbers = []
      var system = SystemRandomNumberGenerator()
      return system.next()
    }
    return number
  }
}
