/// Tags of languages as BCP 47 has them: `de`, `zh-Hant-TW`, `sr-Latn-RS`.
enum LanguageTag {
  /// What is wrong with a text that is to be a tag, if anything is.
  ///
  /// The language itself must be one that ISO 639 lists; `qaa` to `qtz` and all of `x-…` are
  /// left to their users. What the other parts mean is not looked up.
  static func problem(with text: String?, in field: String) -> CRMError.Issue? {
    guard let text else { return nil }
    guard isWellFormed(text) else { return .init(field, "is not a tag of BCP 47") }
    let language = text.utf8.prefix { $0 != UInt8(ascii: "-") }
    return isPrivate(language) || isKnown(language)
      ? nil : .init(field, "begins with no language that ISO 639 lists")
  }

  private static func isKnown(_ language: Substring.UTF8View) -> Bool {
    guard language.count == 3 else { return shortLanguages.contains(language) }
    return longLanguages.contains(language) || isLeftToUsers(language)
  }

  private static func isLeftToUsers(_ language: Substring.UTF8View) -> Bool {
    let letters = language.map { $0 | 0x20 }
    return letters[0] == UInt8(ascii: "q")
      && (UInt8(ascii: "a")...UInt8(ascii: "t")).contains(letters[1])
  }

  /// Whether a text is a well-formed tag of at most 60 bytes; case does not matter.
  ///
  /// The irregular tags of old (`i-klingon`) are not taken.
  ///
  /// Source: RFC 5646, section 2.1.
  private static func isWellFormed(_ text: String) -> Bool {
    guard text.utf8.count <= 60 else { return false }
    var parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)[...]
    guard let first = parts.popFirst(), parts.allSatisfy({ (1...8).contains($0.count) }),
      ([first] + parts).allSatisfy({ $0.allSatisfy { isLetter($0) || isDigit($0) } })
    else { return false }
    if isPrivate(first) { return !parts.isEmpty }
    guard (2...8).contains(first.count), first.allSatisfy(isLetter) else { return false }
    if first.count <= 3 { skip(upTo: 3, of: &parts) { $0.count == 3 && $0.allSatisfy(isLetter) } }
    skip(upTo: 1, of: &parts) { $0.count == 4 && $0.allSatisfy(isLetter) }
    skip(upTo: 1, of: &parts) {
      ($0.count == 2 && $0.allSatisfy(isLetter)) || ($0.count == 3 && $0.allSatisfy(isDigit))
    }
    skip(upTo: .max, of: &parts) {
      $0.count >= 5 || ($0.count == 4 && $0.first.map(isDigit) == true)
    }
    return areExtensions(parts)
  }

  /// Whether parts are a letter or digit, each with what it introduces.
  private static func areExtensions(_ parts: ArraySlice<Substring.UTF8View>) -> Bool {
    var parts = parts
    var known: Set<UInt8> = []
    while let part = parts.popFirst() {
      guard part.count == 1, let letter = part.first else { return false }
      if isPrivate(part) { return !parts.isEmpty }
      let count = parts.count
      skip(upTo: .max, of: &parts) { $0.count >= 2 }
      guard parts.count < count, known.insert(letter | 0x20).inserted else { return false }
    }
    return true
  }

  private static func skip(
    upTo most: Int, of parts: inout ArraySlice<Substring.UTF8View>,
    where isPart: (Substring.UTF8View) -> Bool
  ) {
    var count = 0
    while count < most, let part = parts.first, isPart(part) {
      parts.removeFirst()
      count += 1
    }
  }

  private static func isPrivate(_ part: Substring.UTF8View) -> Bool {
    part.count == 1 && part.first.map { $0 | 0x20 } == UInt8(ascii: "x")
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
