import Foundation

/// The words a customer is found by: folded, so that case and accents do not matter.
enum SearchWords {
  /// The words of the name and of the external ids.
  static func words(of customer: Held<Customer>) -> [String] {
    var words = words(in: customer.name)
    for id in customer.externalIDs { words += Self.words(in: id.value) }
    return words
  }

  /// The words to look for when someone types a text: the first ten that differ.
  static func sought(in text: String) -> [String] {
    var sought: [String] = []
    for word in words(in: text) where !sought.contains(word) {
      sought.append(word)
      if sought.count == mostSought { break }
    }
    return sought
  }

  /// More words than the names of any customer someone looks for.
  private static let mostSought = 10

  /// The words of a text: runs of letters and digits, in lower case, without marks.
  static func words(in text: String) -> [String] {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return asciiWords(in: text) }
    var words: [String] = []
    var word = String.UnicodeScalarView()
    for scalar in text.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars {
      let properties = scalar.properties
      if properties.canonicalCombiningClass != .notReordered { continue }
      if properties.isAlphabetic || properties.numericType != nil {
        append(scalar, to: &word)
      } else if !word.isEmpty {
        words.append(composed(word))
        word = .init()
      }
    }
    if !word.isEmpty { words.append(composed(word)) }
    return words
  }

  /// Lower case leaves apart what upper case does not tell from each other.
  private static func append(
    _ scalar: Unicode.Scalar, to word: inout String.UnicodeScalarView
  ) {
    switch scalar {
    case "ß": word.append(contentsOf: "ss".unicodeScalars)
    case "ς": word.append("σ")
    default: word.append(scalar)
    }
  }

  /// A word in normalisation form C: Hangul syllables whole again.
  private static func composed(_ word: String.UnicodeScalarView) -> String {
    let composed = String(word).precomposedStringWithCanonicalMapping.unicodeScalars
    return String(String.UnicodeScalarView(composed.prefix(longestWord)))
  }

  private static func asciiWords(in text: String) -> [String] {
    var text = text
    return text.withUTF8 { utf8 in
      var words: [String] = []
      var start = 0
      while start < utf8.count {
        var end = start
        while end < utf8.count, isWordByte(utf8[end]) { end += 1 }
        if end > start { words.append(folded(utf8[start..<min(end, start + longestWord)])) }
        start = end + 1
      }
      return words
    }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  /// A word of ASCII letters and digits in lower case.
  private static func folded(_ word: Slice<UnsafeBufferPointer<UInt8>>) -> String {
    String(unsafeUninitializedCapacity: word.count) { buffer in
      for (place, byte) in word.enumerated() {
        // Digits have this bit already.
        buffer[place] = byte | 0x20
      }
      return word.count
    }
  }

  /// In scalars, as a single character can be of any length; longer than anyone types.
  private static let longestWord = 100
}
