/// An exact fraction in lowest terms, such as a multiplier of 3/2 or an award of 14.985 points.
///
///     Fraction(3, over: 2)    // 1.5
///     Fraction("14.985")      // 2997/200
///
/// No step of an award is rounded but the one that its programme names.
public struct Fraction: Hashable, Sendable {
  /// The upper part; negative where the fraction is.
  public let numerator: Int64

  /// The lower part, at least 1.
  public let denominator: Int64

  /// A fraction; `nil` where the lower part is below 1 or the upper one the least there is.
  public init?(_ numerator: Int64, over denominator: Int64) {
    guard denominator > 0, numerator > .min else { return nil }
    self.init(reducing: numerator, denominator)
  }

  /// A whole number; the least of 64 bits becomes the one above it.
  public init(_ whole: Int64) {
    self.init(lowest: max(whole, -.max), 1)
  }

  /// Nothing.
  public static let zero = Fraction(lowest: 0, 1)

  /// One whole.
  public static let one = Fraction(lowest: 1, 1)

  private init(lowest numerator: Int64, _ denominator: Int64) {
    self.numerator = numerator
    self.denominator = denominator
  }

  private init(reducing numerator: Int64, _ denominator: Int64) {
    let divisor = Self.greatestCommonDivisor(numerator, denominator)
    self.init(lowest: numerator / divisor, denominator / divisor)
  }

  /// Of a number of any sign, but the least there is, and one above zero.
  private static func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
    var (a, b) = (a.magnitude, b.magnitude)
    // Numbers of 32 bits are divided several times faster.
    while b > UInt64(UInt32.max) { (a, b) = (b, a % b) }
    guard b > 0 else { return Int64(a) }
    var (low, lower) = (UInt32(b), UInt32(a % b))
    while lower > 0 { (low, lower) = (lower, low % lower) }
    return Int64(low)
  }
}

// MARK: Arithmetic

extension Fraction {
  /// More than 64 bits above or below the line would be needed.
  struct Overflow: Error {}

  var isWhole: Bool { denominator == 1 }

  static func + (a: Fraction, b: Fraction) throws(Overflow) -> Fraction {
    if a.numerator == 0 { return b }
    if b.numerator == 0 { return a }
    if a.denominator == b.denominator {
      let (sum, overflow) = a.numerator.addingReportingOverflow(b.numerator)
      guard !overflow, sum > .min else { throw Overflow() }
      return a.denominator == 1
        ? Fraction(lowest: sum, 1) : Fraction(reducing: sum, a.denominator)
    }
    let divisor = greatestCommonDivisor(a.denominator, b.denominator)
    let (left, first) = a.numerator.multipliedReportingOverflow(by: b.denominator / divisor)
    let (right, second) = b.numerator.multipliedReportingOverflow(by: a.denominator / divisor)
    let (sum, third) = left.addingReportingOverflow(right)
    let (lower, fourth) = a.denominator.multipliedReportingOverflow(by: b.denominator / divisor)
    guard !first, !second, !third, !fourth, sum > .min else { throw Overflow() }
    return Fraction(reducing: sum, lower)
  }

  static func - (a: Fraction, b: Fraction) throws(Overflow) -> Fraction {
    try a + Fraction(lowest: -b.numerator, b.denominator)
  }

  static func * (a: Fraction, b: Fraction) throws(Overflow) -> Fraction {
    if a == .one { return b }
    if b == .one { return a }
    if a.numerator == 0 || b.numerator == 0 { return .zero }
    // Both are in lowest terms, so that only across can anything be cancelled.
    let first = greatestCommonDivisor(a.numerator, b.denominator)
    let second = greatestCommonDivisor(b.numerator, a.denominator)
    let (upper, isTooHigh) = (a.numerator / first)
      .multipliedReportingOverflow(by: b.numerator / second)
    let (lower, isTooDeep) = (a.denominator / second)
      .multipliedReportingOverflow(by: b.denominator / first)
    guard !isTooHigh, !isTooDeep, upper > .min else { throw Overflow() }
    return Fraction(lowest: upper, lower)
  }

  /// The fraction divided by another, which is above zero.
  static func / (a: Fraction, b: Fraction) throws(Overflow) -> Fraction {
    try a * Fraction(lowest: b.denominator, b.numerator)
  }

  /// The whole number next to it, as a mode says.
  func rounded(_ mode: RoundingMode) -> Int64 {
    let quotient = numerator / denominator
    let rest = numerator % denominator
    guard rest != 0 else { return quotient }
    let sign: Int64 = rest < 0 ? -1 : 1
    let twice = rest.magnitude.multipliedReportingOverflow(by: 2)
    let isHalf = !twice.overflow && twice.partialValue == denominator.magnitude
    let isMore = twice.overflow || twice.partialValue > denominator.magnitude
    // A fraction that is no whole number lies well within 64 bits, and so do both neighbours.
    switch mode {
    case .down: return sign < 0 ? quotient - 1 : quotient
    case .up: return sign < 0 ? quotient : quotient + 1
    case .halfUp:
      if isMore || (isHalf && sign > 0) { return quotient + sign }
      return quotient
    case .halfEven:
      return isMore || (isHalf && quotient % 2 != 0) ? quotient + sign : quotient
    }
  }
}

extension Fraction: Comparable {
  public static func < (a: Fraction, b: Fraction) -> Bool {
    if a.denominator == b.denominator { return a.numerator < b.numerator }
    let left = a.numerator.multipliedFullWidth(by: b.denominator)
    let right = b.numerator.multipliedFullWidth(by: a.denominator)
    return left.high == right.high ? left.low < right.low : left.high < right.high
  }
}

extension Fraction: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int64) { self.init(value) }
}

/// Written as a decimal number where that is exact, else as `2/3`; read as either.
extension Fraction: LosslessStringConvertible, Codable {
  public var description: String {
    guard numerator != 0 else { return "0" }
    guard let magnitude = Ratio(abs(numerator), to: denominator) else { return "0" }
    return numerator < 0 ? "-\(magnitude)" : "\(magnitude)"
  }

  /// Reads what ``description`` writes; `nil` for anything else.
  public init?(_ description: String) {
    let isNegative = description.utf8.first == UInt8(ascii: "-")
    let digits = String(isNegative ? description.dropFirst() : description[...])
    if let ratio = Ratio(digits) {
      self.init(lowest: isNegative ? -ratio.numerator : ratio.numerator, ratio.denominator)
    } else {
      guard !isNegative, Self.isZero(digits) else { return nil }
      self = .zero
    }
  }

  private static func isZero(_ digits: String) -> Bool {
    let parts = digits.utf8.split(
      separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    return parts.allSatisfy { part in !part.isEmpty && part.allSatisfy { $0 == UInt8(ascii: "0") } }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let fraction = Fraction(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "A fraction is written as 1.5 or 2/3, not “\(text)”.")
    }
    self = fraction
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// Fractions are kept in two columns, and can be compared there for being equal.
extension Fraction: FieldValue {
  public static var columns: [ColumnShape] {
    [ColumnShape("numerator", .integer), ColumnShape("denominator", .integer)]
  }

  public static func write(_ value: Fraction, to writer: any ColumnWriter) {
    writer.integer(value.numerator)
    writer.integer(value.denominator)
  }

  public static func read(from reader: any ColumnReader) throws(StorageError) -> Fraction {
    let numerator = try reader.integer()
    guard let fraction = Fraction(numerator, over: try reader.integer()) else {
      throw StorageError(
        .invalidValue, "A fraction has a lower part below 1.",
        recovery: "Give one with a lower part of at least 1.")
    }
    return fraction
  }

  public static func compare(_ a: Fraction, _ b: Fraction) -> Int? { a == b ? 0 : nil }
}
