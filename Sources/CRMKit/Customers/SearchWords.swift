import Foundation

/// The words a customer is found by: folded, so that case and accents do not matter.
enum SearchWords {
  /// The words of the name and of the external ids.
  static func words(of customer: Held<Customer>) -> [String] {
    var words = words(in: customer.name)
    for id in customer.externalIDs { words += Self.words(in: id.value) }
    return words
  }

  /// The words of a text: runs of letters and digits, in lower case, without marks.
  static func words(in text: String) -> [String] {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return asciiWords(in: text) }
    var words: [String] = []
    var word = String.UnicodeScalarView()
    for scalar in text.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars {
      let properties = scalar.properties
      if properties.canonicalCombiningClass != .notReordered { continue }
      if properties.isAlphabetic || properties.numericType != nil {
        word.append(scalar)
      } else if !word.isEmpty {
        words.append(composed(word))
        word = .init()
      }
    }
    if !word.isEmpty { words.append(composed(word)) }
    return words
  }

  /// A word in normalisation form C: Hangul syllables whole again.
  private static func composed(_ word: String.UnicodeScalarView) -> String {
    clipped(String(word).precomposedStringWithCanonicalMapping)
  }

  private static func asciiWords(in text: String) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): word.append(byte | 0x20)
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        word.append(byte)
      default:
        if word.isEmpty { continue }
        words.append(clipped(String(decoding: word, as: UTF8.self)))
        word.removeAll(keepingCapacity: true)
      }
    }
    if !word.isEmpty { words.append(clipped(String(decoding: word, as: UTF8.self))) }
    return words
  }

  /// At most 100 characters, which is longer than anyone types.
  private static func clipped(_ word: String) -> String {
    word.utf8.count <= 100 ? word : String(word.prefix(100))
  }
}
