/// An e-mail address: what was typed, and the form it is compared by.
public struct EmailAddress: Described, Codable, ContactPoint {
  /// The address as it was given, without space around it.
  public var address: String

  /// The address in lower case, as mailbox providers treat it.
  public var normalised: String

  public var details = Aside<ContactDetails>()

  public var identity: String { normalised }

  /// How many bytes an address may be typed with, 320: the longest parts and the at sign.
  public static let longestText = 320

  /// Reads an address of the form `local@domain` (RFC 5321, section 4.1.2, without quoted local
  /// parts and address literals).
  ///
  /// - Returns: `nil` for what cannot be delivered to: no or several at signs, space or control
  ///   characters, a local part over 64 bytes, a domain over 255 or without a dot. Text of more
  ///   than ``longestText`` bytes is not looked at.
  public init?(_ text: String) {
    guard text.utf8.count <= Self.longestText else { return nil }
    let address = kept(trimmed(text))
    guard Self.isAddress(address) else { return nil }
    self.address = address
    // The same text is kept once.
    let isFolded = address.utf8.allSatisfy {
      $0 < 0x80 && !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
    }
    let folded = isFolded ? address : address.lowercased()
    normalised = folded == address ? address : folded
  }

  private static func isAddress(_ text: String) -> Bool {
    if let answer = text.utf8.withContiguousStorageIfAvailable(isASCIIAddress), let answer {
      return answer
    }
    // By scalars: a sign with a mark on it is another character.
    let parts = text.unicodeScalars.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && !text.unicodeScalars.contains(where: isForbidden)
      && isLocalPart(parts[0]) && isDomain(parts[1])
  }

  /// The same rules by bytes, which are all that most addresses need; `nil` for other text.
  private static func isASCIIAddress(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool? {
    let dot = UInt8(ascii: ".")
    guard utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    guard !utf8.contains(where: { isForbidden(Unicode.Scalar($0)) }),
      let at = utf8.firstIndex(of: UInt8(ascii: "@"))
    else { return false }
    let (local, domain) = (utf8[..<at], utf8[(at + 1)...])
    guard !domain.contains(UInt8(ascii: "@")), (1...64).contains(local.count), domain.count <= 255,
      local.first != dot, local.last != dot,
      !zip(local, local.dropFirst()).contains(where: { $0 == dot && $1 == dot })
    else { return false }
    let labels = domain.split(separator: dot, omittingEmptySubsequences: false)
    return labels.count >= 2
      && labels.allSatisfy {
        (1...63).contains($0.count) && $0.first != UInt8(ascii: "-")
          && $0.last != UInt8(ascii: "-")
      }
  }

  private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "<", ">", "(", ")", "[", "]", "\\", ",", ";", ":", "\"", "\u{0}"..."\u{20}", "\u{7F}": true
    case "\u{80}"...: scalar.properties.isWhitespace || isInvisible(scalar)
    default: false
    }
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control: true
    // Persian and Indic names need the two joiners.
    case .format: scalar != "\u{200C}" && scalar != "\u{200D}"
    default: false
    }
  }

  private static func isLocalPart(_ local: Substring.UnicodeScalarView) -> Bool {
    let atoms = local.split(separator: ".", omittingEmptySubsequences: false)
    return bytes(local) <= 64 && atoms.allSatisfy { !$0.isEmpty && !isMark($0.first) }
  }

  private static func isDomain(_ domain: Substring.UnicodeScalarView) -> Bool {
    let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
    return bytes(domain) <= 255 && labels.count >= 2
      && labels.allSatisfy {
        (1...63).contains(bytes($0)) && $0.first != "-" && $0.last != "-" && !isMark($0.first)
      }
  }

  private static func bytes(_ text: Substring.UnicodeScalarView) -> Int {
    Substring(text).utf8.count
  }

  /// Whether a part begins with a mark, which would stand on the sign before it.
  private static func isMark(_ scalar: Unicode.Scalar?) -> Bool {
    switch scalar?.properties.generalCategory {
    case .nonspacingMark?, .spacingMark?, .enclosingMark?: true
    default: false
    }
  }

  private init() {
    address = ""
    normalised = ""
  }

  private struct Fields: Sendable {
    let address = Field<EmailAddress, String>("address", { $0.address }, { $0.address = $1 })
    let normalised = Field<EmailAddress, String>(
      "normalised", { $0.normalised }, { $0.normalised = $1 })
    let label = Field<EmailAddress, String?>("label", { $0.label }, { $0.label = $1 })
    let verifiedAt = Field<EmailAddress, Instant?>(
      "verified_at", { $0.verifiedAt }, { $0.verifiedAt = $1 })
    let verifiedBy = Field<EmailAddress, Principal?>(
      "verified_by", { $0.verifiedBy }, { $0.verifiedBy = $1 })
    let source = Field<EmailAddress, String?>("source", { $0.source }, { $0.source = $1 })
    let trueAt = Field<EmailAddress, Instant?>("true_at", { $0.trueAt }, { $0.trueAt = $1 })
    let recordedAt = Field<EmailAddress, Instant?>(
      "recorded_at", { $0.recordedAt }, { $0.recordedAt = $1 })
  }

  public static let layout = Layout(Fields(), blank: EmailAddress())

  /// Every customer has some: one without details is not boxed to be looked at.
  public static func prepared(_ value: EmailAddress) throws(StorageError) -> EmailAddress? {
    guard value.details.held == nil else { return try layout.prepared(Held(value)) }
    let (address, normalised) = (
      try String.prepared(value.address), try String.prepared(value.normalised)
    )
    guard address != nil || normalised != nil else { return nil }
    var prepared = value
    prepared.address = address ?? value.address
    prepared.normalised = normalised ?? value.normalised
    return prepared
  }
}

/// Text without white space around it.
func trimmed(_ text: some StringProtocol) -> String {
  let visible = UInt8(0x21)...0x7E
  let isTrimmed = text.utf8.withContiguousStorageIfAvailable { utf8 in
    utf8.first.map(visible.contains) == true && utf8.last.map(visible.contains) == true
  }
  if isTrimmed == true { return String(text) }
  let scalars = text.unicodeScalars
  guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
    let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
  else { return "" }
  return String(text[first...last])
}
