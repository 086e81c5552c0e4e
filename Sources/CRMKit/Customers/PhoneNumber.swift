/// A phone number: what was typed, and its form of E.164.
public struct PhoneNumber: Described, Codable, ContactPoint {
  /// The number as it was given, without space around it.
  public var number: String

  /// The number in E.164: a plus sign, the calling code and up to 15 digits in all.
  public var normalised: String

  public var details = Aside<ContactDetails>()

  public var identity: String { normalised }

  /// How many bytes a number may be typed with, 100.
  public static let longestText = 100

  /// Reads a number written with digits, spaces and `-.()/`.
  ///
  /// - Parameters:
  ///   - text: An international number, beginning with `+` or `00`, or a national one. A zero in
  ///     brackets within an international one is left out, as in `+49 (0)30`, but where it belongs
  ///     to the number, as in Italy.
  ///   - callingCode: The calling code of national numbers; without one of 1 to 4 digits they are
  ///     not understood. What is dialled before them within the country is left out: a zero, but
  ///     the 1 of North America (1), the 8 of Russia and Kazakhstan (7), the 06 of Hungary (36);
  ///     none in Italy (39), San Marino (378), Côte d'Ivoire (225), Gabon (241) and Congo (242).
  ///     Where it is something else again, the international form is needed.
  /// - Returns: `nil` for what is not such a number or has fewer than 7 or more than 15 digits, an
  ///   extension among them. Text of more than ``longestText`` bytes is not looked at.
  public init?(_ text: String, callingCode: String? = nil) {
    guard var digits = Self.digits(of: text) else { return nil }
    if !digits.hasPrefix("+") {
      guard let callingCode, Self.isCallingCode(callingCode) else { return nil }
      digits = "+\(callingCode)\(Self.withoutTrunk(digits, in: callingCode))"
    }
    guard (8...16).contains(digits.utf8.count), !digits.hasPrefix("+0") else { return nil }
    number = trimmed(text)
    normalised = digits
  }

  /// Whether the normalised form is one, and can be that of the number.
  ///
  /// A national number only has to end in the same digits, since the calling code it was read
  /// with may have been another.
  var isConsistent: Bool {
    guard Self(normalised)?.normalised == normalised, let digits = Self.digits(of: number) else {
      return false
    }
    if digits.hasPrefix("+") { return digits == normalised }
    return Self.trunks.contains { trunk in
      digits.hasPrefix(trunk) && digits.utf8.count > trunk.utf8.count
        && normalised.hasSuffix(digits.dropFirst(trunk.utf8.count))
    }
  }

  static func isCallingCode(_ text: String) -> Bool {
    (1...4).contains(text.utf8.count) && !text.hasPrefix("0")
      && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// What may be dialled before a national number.
  private static let trunks = ["", "0", "1", "8", "06"]

  /// A national number as it follows the calling code.
  private static func withoutTrunk(_ digits: String, in callingCode: String) -> Substring {
    let isWhole = digits.utf8.count == 11
    switch callingCode {
    case "1" where isWhole && digits.hasPrefix("1"): return digits.dropFirst()
    case "7" where isWhole && digits.hasPrefix("8"): return digits.dropFirst()
    case "36" where digits.hasPrefix("06"): return digits.dropFirst(2)
    default:
      return digits.hasPrefix("0") && !keepsZero(callingCode) ? digits.dropFirst() : digits[...]
    }
  }

  /// The digits of a text, after a plus sign where it is international; `nil` for other text.
  private static func digits(of text: String) -> String? {
    guard text.utf8.count <= longestText else { return nil }
    var digits = ""
    var rest = trimmed(text).unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "("
      where isInternational(digits) && !keepsZero(digits.drop { $0 == "+" || $0 == "0" })
        && rest.starts(with: "0)".unicodeScalars):
        // The zero is for callers within the country: +49 (0)30 is +49 30.
        rest.removeFirst(2)
      case "0"..."9": digits.unicodeScalars.append(scalar)
      case "\u{FF10}"..."\u{FF19}":
        // Full-width digits, as Japanese and Korean forms have them.
        digits.append(String(scalar.value - 0xFF10))
      case "+", "\u{FF0B}":
        guard digits.isEmpty else { return nil }
        digits = "+"
      case " ", "-", ".", "(", ")", "/", "\u{A0}", "\u{2010}", "\u{2011}", "\u{3000}", "\u{FF0D}":
        continue
      default: return nil
      }
    }
    return digits.hasPrefix("00") ? "+" + digits.dropFirst(2) : digits
  }

  private static func isInternational(_ digits: String) -> Bool {
    digits.hasPrefix("+") || digits.hasPrefix("00")
  }

  /// Whether digits are a calling code behind which the zero is always dialled.
  private static func keepsZero(_ digits: some StringProtocol) -> Bool {
    switch digits {
    case "39", "225", "241", "242", "378": true
    default: false
    }
  }

  private init() {
    number = ""
    normalised = ""
  }

  private struct Fields: Sendable {
    let number = Field<PhoneNumber, String>("number", { $0.number }, { $0.number = $1 })
    let normalised = Field<PhoneNumber, String>(
      "normalised", { $0.normalised }, { $0.normalised = $1 })
    let label = Field<PhoneNumber, String?>("label", { $0.label }, { $0.label = $1 })
    let verifiedAt = Field<PhoneNumber, Instant?>(
      "verified_at", { $0.verifiedAt }, { $0.verifiedAt = $1 })
    let verifiedBy = Field<PhoneNumber, Principal?>(
      "verified_by", { $0.verifiedBy }, { $0.verifiedBy = $1 })
    let source = Field<PhoneNumber, String?>("source", { $0.source }, { $0.source = $1 })
    let trueAt = Field<PhoneNumber, Instant?>("true_at", { $0.trueAt }, { $0.trueAt = $1 })
    let recordedAt = Field<PhoneNumber, Instant?>(
      "recorded_at", { $0.recordedAt }, { $0.recordedAt = $1 })
  }

  public static let layout = Layout(Fields(), blank: PhoneNumber())

  /// Every customer has some: one without details is not boxed to be looked at.
  public static func prepared(_ value: PhoneNumber) throws(StorageError) -> PhoneNumber? {
    guard value.details.held == nil else { return try layout.prepared(Held(value)) }
    let (number, normalised) = (
      try String.prepared(value.number), try String.prepared(value.normalised)
    )
    guard number != nil || normalised != nil else { return nil }
    var prepared = value
    prepared.number = number ?? value.number
    prepared.normalised = normalised ?? value.normalised
    return prepared
  }
}
