/// An exact number of points, to the billionth.
///
///     ScorePoints("16.875")   // 40 points after three months in which a quarter fades
///     score.value >= 50
public struct ScorePoints: Hashable, Sendable {
  /// How many billionths.
  let billionths: Int64

  static let unit: Int64 = 1_000_000_000

  /// No points.
  public static let zero = ScorePoints(billionths: 0)

  init(billionths: Int64) {
    self.billionths = billionths
  }

  /// The whole points, what is over cut off.
  public var whole: Int { Int(billionths / Self.unit) }

  /// The nearest number that a computer counts with, for charts; compare the points themselves.
  public var approximate: Double { Double(billionths) / Double(Self.unit) }
}

extension ScorePoints: Comparable, ExpressibleByIntegerLiteral {
  public static func < (a: ScorePoints, b: ScorePoints) -> Bool { a.billionths < b.billionths }

  /// So many whole points, at most 9,000,000,000 either way.
  public init(integerLiteral value: Int) {
    self.init(value)
  }

  /// So many whole points, kept within 9,000,000,000 either way.
  public init(_ points: Int) {
    billionths = Int64(min(max(points, -9_000_000_000), 9_000_000_000)) * Self.unit
  }
}

/// Written as a decimal number without zeros at its end, and read as one.
extension ScorePoints: LosslessStringConvertible, Codable {
  public var description: String {
    var (whole, rest) = billionths.magnitude.quotientAndRemainder(dividingBy: UInt64(Self.unit))
    let text = "\(billionths < 0 ? "-" : "")\(whole)"
    guard rest > 0 else { return text }
    var places = 9
    while rest.isMultiple(of: 10) {
      rest /= 10
      places -= 1
    }
    let digits = String(rest)
    return "\(text).\(String(repeating: "0", count: places - digits.utf8.count))\(digits)"
  }

  /// Reads digits with or without a point and up to nine behind it; `nil` for anything else.
  public init?(_ description: String) {
    let isNegative = description.hasPrefix("-")
    let parts = description.dropFirst(isNegative ? 1 : 0).split(
      separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let isNumber = { (part: Substring) in
      !part.isEmpty && part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
    guard parts.allSatisfy(isNumber), let first = parts.first, let whole = Int64(first),
      whole <= 9_000_000_000
    else { return nil }
    let decimals = parts.count > 1 ? parts[1] : "0"
    guard decimals.utf8.count <= 9,
      let rest = Int64(decimals + String(repeating: "0", count: 9 - decimals.utf8.count))
    else { return nil }
    let magnitude = whole * Self.unit + rest
    billionths = isNegative ? -magnitude : magnitude
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let points = ScorePoints(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "“\(text)” is no number of points.")
    }
    self = points
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension ScorePoints {
  /// The points that a rate leaves of these, what is over cut off, so that they come to none.
  func less(_ rate: Rate) -> ScorePoints {
    let left = UInt64(clamping: 1_000_000 - rate.partsPerMillion)
    // What is left is less than what was, so the quotient fits.
    let (quotient, _) = UInt64(1_000_000).dividingFullWidth(
      billionths.magnitude.multipliedFullWidth(by: left))
    return ScorePoints(billionths: billionths < 0 ? -Int64(quotient) : Int64(quotient))
  }
}
