import CRMStorage

/// Random numbers that are the same for the same seed, on every machine.
///
///     var generator = SeededGenerator(seed: 7)
///     let roll = Int.random(in: 1...6, using: &generator)
///
/// Source: Steele, Lea & Flood, “Fast Splittable Pseudorandom Number Generators”, OOPSLA 2014
/// (SplitMix64).
public struct SeededGenerator: RandomNumberGenerator, Hashable, Sendable {
  private var generator: SplitMix64

  /// A generator that repeats its numbers for the same seed.
  public init(seed: UInt64) {
    generator = SplitMix64(state: seed)
  }

  public mutating func next() -> UInt64 {
    generator.next()
  }
}
