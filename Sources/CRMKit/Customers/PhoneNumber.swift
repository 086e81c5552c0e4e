/// A phone number: what was typed, and its form of E.164.
public struct PhoneNumber: Described, Codable {
  /// The number as it was given, without space around it.
  public var number: String

  /// The number in E.164: a plus sign, the calling code and up to 15 digits in all.
  public var normalised: String

  /// Reads a number written with digits, spaces and `-.()/`.
  ///
  /// - Parameters:
  ///   - text: An international number, beginning with `+` or `00`, or a national one.
  ///   - callingCode: The calling code of national numbers, whose leading zero is then dropped;
  ///     without one they are not understood. Countries that keep the zero (Italy) or drop
  ///     another digit need the international form.
  /// - Returns: `nil` for what is not such a number or has fewer than 7 or more than 15 digits.
  public init?(_ text: String, callingCode: String? = nil) {
    let number = trimmed(text)
    var digits = ""
    for scalar in number.unicodeScalars {
      switch scalar {
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
    if digits.hasPrefix("00") {
      digits = "+" + digits.dropFirst(2)
    } else if !digits.hasPrefix("+") {
      guard let callingCode else { return nil }
      digits = "+\(callingCode)\(digits.hasPrefix("0") ? digits.dropFirst() : digits[...])"
    }
    guard (8...16).contains(digits.utf8.count), !digits.hasPrefix("+0") else { return nil }
    self.number = number
    normalised = digits
  }

  private init() {
    number = ""
    normalised = ""
  }

  private struct Fields: Sendable {
    let number = Field<PhoneNumber, String>("number", { $0.number }, { $0.number = $1 })
    let normalised = Field<PhoneNumber, String>(
      "normalised", { $0.normalised }, { $0.normalised = $1 })
  }

  public static let layout = Layout(Fields(), blank: PhoneNumber())
}
