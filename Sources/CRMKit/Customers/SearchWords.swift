import Foundation

/// The words a customer is found by, and those that are looked for.
///
/// Words are folded, so that case, accents and the two Japanese syllabaries do not matter. A
/// script that does not put spaces between words (Han, kana, Hangul) gives pairs of characters,
/// so that any part of a name finds it. Phone numbers stand turned round behind a `#`, so that
/// their last digits are a prefix.
enum SearchWords {
  /// The words of the names, the handles, the external ids and the phone numbers; none of an archived file.
  static func words(of customer: Held<Customer>) -> [String] {
    let details = customer.row.details.held
    if details?.row.archivedAt != nil { return [] }
    var words: [String] = []
    words.reserveCapacity(8)
    add(wordsIn: customer.name, to: &words)
    if let details {
      for name in details.row.names { add(wordsIn: name.text, to: &words) }
      for handle in details.row.handles { add(wordsIn: handle.name, to: &words) }
    }
    for id in customer.externalIDs { add(wordsIn: id.value, to: &words) }
    for phone in customer.phones { words.append(turned(phone.normalised)) }
    return words
  }

  /// The words to look for when someone types a text: the first ten that differ, each the
  /// beginning of a word that is there.
  static func sought(in text: String) -> [String] {
    var sought: [String] = []
    for run in runs(in: text) {
      // What was typed last may go on, so a lone character is the beginning of a pair.
      let words =
        run.isPaired && run.text.count > 1 ? Array(pairs(of: run.text).dropLast()) : [run.word]
      for word in words where !sought.contains(word) {
        sought.append(word)
        if sought.count == mostSought { return sought }
      }
    }
    return sought
  }

  /// The last digits of phone numbers as they are kept, where a text is nothing else: as typed,
  /// and without the zeros before them.
  static func phoneEndings(in text: String) -> [String] {
    var digits = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "0"..."9": digits.unicodeScalars.append(scalar)
      case "\u{FF10}"..."\u{FF19}": digits += String(scalar.value - 0xFF10)
      case "+", " ", "-", ".", "(", ")", "/", "\u{A0}", "\u{3000}": continue
      default: return []
      }
    }
    // The zero of a national number is not part of the international one.
    let national = digits.drop { $0 == "0" }
    let endings = national.count == digits.count ? [digits] : [digits, String(national)]
    return endings.filter { $0.utf8.count >= 4 }.map(turned)
  }

  /// More words than the names of any customer someone looks for.
  private static let mostSought = 10

  /// In scalars, as a single character can be of any length; longer than anyone types.
  private static let longestWord = 100

  private static func turned(_ digits: String) -> String {
    String(unsafeUninitializedCapacity: digits.utf8.count + 1) { buffer in
      buffer[0] = UInt8(ascii: "#")
      var count = 1
      for byte in digits.utf8.reversed() where byte != UInt8(ascii: "+") {
        buffer[count] = byte
        count += 1
      }
      return count
    }
  }

  /// Adds the words of a text, as they are kept.
  private static func add(wordsIn text: String, to words: inout [String]) {
    if add(wordsInASCII: text, to: &words) { return }
    for run in runs(in: text) {
      if run.isPaired { words += pairs(of: run.text) } else { words.append(run.word) }
    }
  }

  /// Each character with the next, and the last one alone.
  private static func pairs(of text: [Unicode.Scalar]) -> [String] {
    text.indices.map { index in
      var pair = String.UnicodeScalarView()
      pair.append(contentsOf: text[index...].prefix(2))
      return String(pair)
    }
  }
}

// MARK: - Folding

extension SearchWords {
  /// Letters and digits with nothing between, all of scripts with spaces or all of others.
  private struct Run {
    var text: [Unicode.Scalar]
    let isPaired: Bool

    var word: String {
      var view = String.UnicodeScalarView()
      view.append(contentsOf: text.prefix(longestWord))
      return String(view)
    }
  }

  private static func runs(in text: String) -> [Run] {
    var runs: [Run] = []
    var isOpen = false
    for scalar in folded(text) {
      guard isPartOfWord(scalar) else {
        isOpen = false
        continue
      }
      let isPaired = isWithoutSpaces(scalar)
      // Not by a copy of the last run, whose text would then be copied for every letter.
      if isOpen, runs[runs.count - 1].isPaired == isPaired {
        runs[runs.count - 1].text.append(scalar)
      } else {
        runs.append(Run(text: [scalar], isPaired: isPaired))
      }
      isOpen = true
    }
    return runs
  }

  /// A text in lower case, without marks and strokes, its Hangul syllables whole and its kana
  /// hiragana.
  static func folded(_ text: String) -> [Unicode.Scalar] {
    var plain: [Unicode.Scalar] = []
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x41...0x5A: plain.append(Unicode.Scalar(scalar.value | 0x20) ?? scalar)
      // Nothing folds what has neither case nor marks and nothing joins it but what is not here.
      case ..<0x80, 0x3041...0x3096, 0x4E00...0x9FFF, 0xAC00...0xD7A3: plain.append(scalar)
      case 0xC0..<0x250: plain += latin[Int(scalar.value) - 0xC0]
      default: return thoroughlyFolded(text)
      }
    }
    return plain
  }

  /// What the Latin letters with marks fold to, from U+00C0 on.
  private static let latin: [[Unicode.Scalar]] = (0xC0..<0x250).map { value in
    Unicode.Scalar(UInt32(value)).map { thoroughlyFolded(String($0)) } ?? []
  }

  /// As ``folded(_:)``, for text of any kind.
  static func thoroughlyFolded(_ text: String) -> [Unicode.Scalar] {
    var plain = String.UnicodeScalarView()
    for scalar in text.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars {
      switch scalar {
      // Marks of sound are part of the kana: が is not か.
      case "\u{3099}", "\u{309A}": plain.append(scalar)
      case "ß": plain.append(contentsOf: "ss".unicodeScalars)
      case "æ": plain.append(contentsOf: "ae".unicodeScalars)
      case "œ": plain.append(contentsOf: "oe".unicodeScalars)
      case "þ": plain.append(contentsOf: "th".unicodeScalars)
      // Their strokes are no marks that Unicode takes off.
      case "đ", "ð": plain.append("d")
      case "ø": plain.append("o")
      case "ł": plain.append("l")
      case "ħ": plain.append("h")
      case "ŧ": plain.append("t")
      case "ı": plain.append("i")
      // Lower case leaves apart what upper case does not tell from each other.
      case "ς": plain.append("σ")
      case "\u{30A1}"..."\u{30F6}": plain.append(Unicode.Scalar(scalar.value - 0x60) ?? scalar)
      default:
        if !isMark(scalar) { plain.append(scalar) }
      }
    }
    return Array(String(plain).precomposedStringWithCanonicalMapping.unicodeScalars)
  }

  /// Whether a sign only dresses the letter before it or is not seen at all: accents, points,
  /// silent signs, variants of a character, joiners, directions, Arabic's stretching stroke.
  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    guard properties.canonicalCombiningClass == .notReordered else { return true }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return !properties.isAlphabetic
    // A space of no width still parts words.
    case .format: return scalar != "\u{200B}"
    default: return scalar == "\u{640}"
    }
  }

  private static func isWithoutSpaces(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3005...0x3007, 0x3041...0x30FF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0x20000...0x323AF:
      true
    default: false
    }
  }

  private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return isWordByte(UInt8(scalar.value)) }
    return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }

  /// Adds the words of a text of ASCII; false for other text, of which none are added.
  private static func add(wordsInASCII text: String, to words: inout [String]) -> Bool {
    var text = text
    return text.withUTF8 { utf8 in
      guard utf8.allSatisfy({ $0 < 0x80 }) else { return false }
      var start = 0
      while start < utf8.count {
        var end = start
        while end < utf8.count, isWordByte(utf8[end]) { end += 1 }
        if end > start { words.append(lowercased(utf8[start..<min(end, start + longestWord)])) }
        start = end + 1
      }
      return true
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
  private static func lowercased(_ word: Slice<UnsafeBufferPointer<UInt8>>) -> String {
    String(unsafeUninitializedCapacity: word.count) { buffer in
      for (place, byte) in word.enumerated() {
        // Digits have this bit already.
        buffer[place] = byte | 0x20
      }
      return word.count
    }
  }
}
