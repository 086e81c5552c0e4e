/// A set of codes of two or three small letters, as standards list them.
struct CodeSet: Sendable {
  // For each beginning of a code, the letters that complete it as bits.
  private var endings: [UInt32]

  /// Codes by their beginnings: `d.aez e.n` has `da`, `de`, `dz` and `en`.
  init(_ groups: String) {
    endings = Array(repeating: 0, count: 27 * 26)
    for group in groups.utf8.split(separator: UInt8(ascii: " ")) {
      let parts = group.split(separator: UInt8(ascii: "."))
      guard parts.count == 2, let place = Self.place(of: parts[0]) else { continue }
      for byte in parts[1] { endings[place] |= Self.bit(of: byte) }
    }
  }

  /// Whether a code is in the set; case does not matter.
  ///
  /// - Complexity: O(1).
  func contains(_ code: some Collection<UInt8>) -> Bool {
    guard code.count == 2 || code.count == 3, let place = Self.place(of: code.dropLast()),
      let last = code.dropFirst(code.count - 1).first
    else { return false }
    return endings[place] & Self.bit(of: last) != 0
  }

  /// Where the endings of a beginning of one or two letters are kept.
  private static func place(of letters: some Collection<UInt8>) -> Int? {
    guard let first = letters.first.flatMap(number) else { return nil }
    guard letters.count == 2 else { return first }
    return letters.dropFirst().first.flatMap(number).map { 26 * (first + 1) + $0 }
  }

  private static func bit(of letter: UInt8) -> UInt32 { number(letter).map { 1 << $0 } ?? 0 }

  private static func number(_ letter: UInt8) -> Int? {
    let small = letter | 0x20
    guard (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(small) else { return nil }
    return Int(small - UInt8(ascii: "a"))
  }
}
