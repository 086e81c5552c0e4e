/// What the description of a file must be like; pure.
enum MediaRules {
  /// A description as it is kept: no space around the title, what is compared in lower case.
  static func kept(_ item: MediaItem) -> MediaItem {
    var item = item
    item.title = trimmed(item.title)
    item.mediaType = item.mediaType.lowercased()
    item.sha256 = item.sha256?.lowercased()
    return item
  }

  /// Every problem of a description, field by field.
  static func problems(of item: MediaItem) -> [CRMError.Issue] {
    var problems = TextRules.problems(of: item.title, in: "title", within: 500)
    if !isMediaType(item.mediaType) {
      problems.append(.init("media_type", "is not a type of RFC 6838 without parameters"))
    }
    if item.byteCount < 0 { problems.append(.init("byte_count", "is negative")) }
    if let digest = item.sha256, !isDigest(digest) {
      problems.append(.init("sha256", "is not 64 hexadecimal digits"))
    }
    if let url = item.url, !isURL(url) {
      problems.append(.init("url", "is not a URL of at most 2,000 bytes"))
    }
    if item.sha256 == nil, item.url == nil {
      problems.append(.init("url", "is missing, as is the digest"))
    }
    if let problem = LanguageTag.problem(with: item.language, in: "language") {
      problems.append(problem)
    }
    if item.customer == nil, item.about.isEmpty {
      problems.append(.init("about", "is empty, and there is no customer"))
    }
    return problems + RecordReference.problems(of: item.about, in: "about")
  }

  /// What a file is by its media type.
  static func kind(ofType mediaType: String) -> MediaItem.Kind {
    switch mediaType.lowercased().prefix(while: { $0 != "/" }) {
    case "image": .picture
    case "audio": .sound
    case "video": .video
    default: .document
    }
  }

  /// Whether a text is a type and a subtype.
  ///
  /// Source: RFC 6838, section 4.2, “restricted-name”.
  private static func isMediaType(_ text: String) -> Bool {
    guard text.utf8.count <= 255 else { return false }
    let names = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return names.count == 2
      && names.allSatisfy { name in
        (1...127).contains(name.count) && name.first.map(isLetterOrDigit) == true
          && name.allSatisfy { isLetterOrDigit($0) || "!#$&-^_.+".utf8.contains($0) }
      }
  }

  private static func isDigest(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy {
        isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }

  /// Whether a text has a scheme, something after it, and nothing a URL cannot have.
  private static func isURL(_ text: String) -> Bool {
    guard text.utf8.count <= 2_000, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }),
      let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
    else { return false }
    let scheme = text.utf8[..<colon]
    return scheme.first.map { isLetterOrDigit($0) && !isDigit($0) } == true
      && scheme.allSatisfy { isLetterOrDigit($0) || "+-.".utf8.contains($0) }
      && text.utf8.index(after: colon) < text.utf8.endIndex
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
