/// An e-mail address: what was typed, and the form it is compared by.
public struct EmailAddress: Described, Codable {
  /// The address as it was given, without space around it.
  public var address: String

  /// The address in lower case, as mailbox providers treat it.
  public var normalised: String

  /// Reads an address of the form `local@domain` (RFC 5321, section 4.1.2, without quoted local
  /// parts and address literals).
  ///
  /// - Returns: `nil` for what cannot be delivered to: no or several at signs, space or control
  ///   characters, a local part over 64 bytes, a domain over 255 or without a dot.
  public init?(_ text: String) {
    let address = trimmed(text)
    let parts = address.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !address.unicodeScalars.contains(where: Self.isForbidden),
      Self.isLocalPart(parts[0]), Self.isDomain(parts[1])
    else { return nil }
    self.address = address
    let folded = address.lowercased()
    // The same text is kept once.
    normalised = folded == address ? address : folded
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

  private static func isLocalPart(_ local: Substring) -> Bool {
    (1...64).contains(local.utf8.count) && !local.hasPrefix(".") && !local.hasSuffix(".")
      && !local.contains("..")
  }

  private static func isDomain(_ domain: Substring) -> Bool {
    let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
    return domain.utf8.count <= 255 && labels.count >= 2
      && labels.allSatisfy {
        (1...63).contains($0.utf8.count) && !$0.hasPrefix("-") && !$0.hasSuffix("-")
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
  }

  public static let layout = Layout(Fields(), blank: EmailAddress())
}

/// Text without white space around it.
func trimmed(_ text: some StringProtocol) -> String {
  let scalars = text.unicodeScalars
  guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
    let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
  else { return "" }
  return String(text[first...last])
}
