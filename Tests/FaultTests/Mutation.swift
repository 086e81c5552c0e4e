import CRMTesting

/// Changes to bytes as bad disks, bad programs and bad people make them; the same seed makes the
/// same.
struct Mutation {
  var numbers: SeededGenerator

  init(seed: UInt64) {
    numbers = SeededGenerator(seed: seed)
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &numbers)
  }

  /// Whether to do something that happens once in so many times.
  mutating func happens(onceIn times: Int) -> Bool { number(1...times) == 1 }

  mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.randomElement(using: &numbers)
  }

  /// A part of a list, seldom long.
  mutating func part(of count: Int) -> Range<Int> {
    let start = number(0...count)
    let longest = happens(onceIn: 4) ? count : 20
    return start..<(start + number(0...min(longest, count - start)))
  }

  /// Flips, cuts, doubles, moves, fills or blows up a few parts.
  ///
  /// - Parameter others: Where bytes of another place are taken from.
  mutating func change(_ bytes: inout [UInt8], others: [UInt8]) {
    for _ in 0..<number(1...3) { changePart(of: &bytes, others) }
  }

  private mutating func changePart(of bytes: inout [UInt8], _ others: [UInt8]) {
    let part = part(of: bytes.count)
    switch number(0...9) {
    case 0, 1, 2:
      if let position = bytes.indices.randomElement(using: &numbers) {
        bytes[position] ^= 1 << UInt8(number(0...7))
      }
    case 3: bytes.removeLast(bytes.count - part.lowerBound)
    case 4: bytes.insert(contentsOf: bytes[part], at: number(0...bytes.count))
    case 5: bytes.replaceSubrange(part, with: others[self.part(of: others.count)])
    case 6: bytes.removeSubrange(part)
    case 7:
      let byte: UInt8? = happens(onceIn: 2) ? nil : happens(onceIn: 2) ? 0 : 0xFF
      bytes.replaceSubrange(part, with: part.map { _ in byte ?? UInt8(number(0...255)) })
    case 8:
      let moved = Array(bytes[part])
      bytes.removeSubrange(part)
      bytes.insert(contentsOf: moved, at: number(0...bytes.count))
    default:
      let huge = extreme()
      let end = min(bytes.count, part.lowerBound + number(0...huge.count))
      bytes.replaceSubrange(part.lowerBound..<end, with: huge)
    }
  }

  /// A number that is as large as it gets, of a fixed size or of as many bytes as it takes.
  private mutating func extreme() -> [UInt8] {
    let last: UInt8 = pick([0x00, 0x01, 0x3F, 0x7F, 0xFF]) ?? 0x7F
    return [UInt8](repeating: 0xFF, count: number(1...9)) + [last]
  }
}
