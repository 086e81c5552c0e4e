/// An exact fraction above zero, such as how much of one currency is paid for one of another.
///
///     Ratio("1.0835")   // 2167 to 2000
///     Ratio(2, to: 3)
public struct Ratio: Hashable, Sendable {
  /// The upper part in lowest terms, at least 1.
  public let numerator: Int64

  /// The lower part in lowest terms, at least 1.
  public let denominator: Int64

  /// A fraction; `nil` unless both parts are above zero.
  public init?(_ numerator: Int64, to denominator: Int64) {
    guard numerator > 0, denominator > 0 else { return nil }
    let divisor = Self.greatestCommonDivisor(numerator, denominator)
    self.numerator = numerator / divisor
    self.denominator = denominator / divisor
  }

  /// One for one.
  public static let one = Ratio(lowest: 1, 1)

  /// The fraction turned round.
  public var inverse: Ratio { Ratio(lowest: denominator, numerator) }

  private init(lowest numerator: Int64, _ denominator: Int64) {
    self.numerator = numerator
    self.denominator = denominator
  }

  private static func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
    var (a, b) = (a, b)
    while b > 0 { (a, b) = (b, a % b) }
    return a
  }
}

/// Written as a decimal number where that is exact, else as `2/3`; read as either.
extension Ratio: LosslessStringConvertible, RawRepresentable, Codable, FieldValue {
  public var description: String { decimalText ?? "\(numerator)/\(denominator)" }

  /// Reads digits with or without a point, up to 18 in all, or two whole numbers with `/` between.
  ///
  /// - Returns: `nil` for anything else, and for zero.
  public init?(_ description: String) {
    let parts = description.utf8.split(
      separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first.flatMap(Self.decimal) else { return nil }
    guard parts.count == 2 else {
      self.init(first.digits, to: first.scale)
      return
    }
    guard let second = Self.decimal(parts[1]), first.scale == 1, second.scale == 1 else {
      return nil
    }
    self.init(first.digits, to: second.digits)
  }

  public static var isAlwaysKept: Bool { true }

  public var rawValue: String { description }

  public init?(rawValue: String) { self.init(rawValue) }

  private static func decimal(_ text: Substring.UTF8View) -> (digits: Int64, scale: Int64)? {
    var (digits, scale): (Int64, Int64) = (0, 1)
    var isBehindPoint = false
    var last: UInt8?
    for byte in text {
      if byte == UInt8(ascii: "."), !isBehindPoint, last != nil {
        isBehindPoint = true
      } else {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte),
          case let (tenfold, isTooLong) = digits.multipliedReportingOverflow(by: 10), !isTooLong,
          case let (sum, isTooLarge) = tenfold.addingReportingOverflow(
            Int64(byte - UInt8(ascii: "0"))), !isTooLarge
        else { return nil }
        digits = sum
        if isBehindPoint {
          guard scale < 1_000_000_000_000_000_000 else { return nil }
          scale *= 10
        }
      }
      last = byte
    }
    return last == nil || last == UInt8(ascii: ".") ? nil : (digits, scale)
  }

  /// The fraction as a decimal number; `nil` where that has no end or too many digits.
  private var decimalText: String? {
    var (digits, rest, decimals) = (numerator, denominator, 0)
    while rest > 1 {
      let factor: Int64 = rest % 10 == 0 ? 10 : rest % 2 == 0 ? 2 : 5
      guard rest % factor == 0 else { return nil }
      let (scaled, overflow) = digits.multipliedReportingOverflow(by: 10 / factor)
      guard !overflow else { return nil }
      (digits, rest, decimals) = (scaled, rest / factor, decimals + 1)
    }
    guard decimals > 0 else { return "\(digits)" }
    let text = String(digits)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - text.utf8.count)) + text
    return "\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
  }
}
