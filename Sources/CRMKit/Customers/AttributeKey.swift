/// The text by which an index has an attribute that is searched by.
///
/// It begins with the attribute's name and its kind. Behind them stands the value: numbers and
/// what is counted in them as sixteen hexadecimal digits, so that the order of the texts is
/// theirs.
enum AttributeKey {
  /// The longest text that can be searched by, in bytes.
  static let longestText = 500

  /// What all values of an attribute of a kind begin with.
  static func prefix(_ name: String, _ kind: AttributeDefinition.Kind) -> String {
    "\(name)\u{1F}\(kind.rawValue):"
  }

  /// The key of a value.
  static func key(_ name: String, _ value: AttributeValue) -> String {
    prefix(name, value.kind) + text(of: value)
  }

  private static func text(of value: AttributeValue) -> String {
    switch value {
    case .text(let text): text
    case .integer(let number): digits(number)
    case .flag(let flag): flag ? "1" : "0"
    case .date(let date): digits(Int64(date.daysSinceEpoch))
    case .instant(let instant): digits(instant.milliseconds)
    case .money(let money): money.currency.rawValue + digits(money.minorUnits)
    }
  }

  /// Sixteen digits in whose order negative numbers come first.
  static func digits(_ number: Int64) -> String {
    let hex = String(UInt64(bitPattern: number) ^ (1 << 63), radix: 16)
    return String(repeating: "0", count: 16 - hex.utf8.count) + hex
  }

  /// Beginnings of keys that together are those of all numbers in a range, and of no others.
  static func beginnings(of range: ClosedRange<Int64>) -> [String] {
    var found: [String] = []
    cover(
      Array(digits(range.lowerBound).utf8)[...], Array(digits(range.upperBound).utf8)[...], "",
      &found)
    return found
  }

  private static func cover(
    _ low: ArraySlice<UInt8>, _ high: ArraySlice<UInt8>, _ prefix: String,
    _ found: inout [String]
  ) {
    let isWhole =
      low.allSatisfy { $0 == UInt8(ascii: "0") } && high.allSatisfy { $0 == UInt8(ascii: "f") }
    guard !isWhole, let first = low.first, let last = high.first else {
      found.append(prefix)
      return
    }
    let (lowRest, highRest) = (low.dropFirst(), high.dropFirst())
    for digit in hexDigits where (first...last).contains(digit) {
      cover(
        digit == first ? lowRest : lowRest.filled("0"),
        digit == last ? highRest : highRest.filled("f"),
        prefix + String(Unicode.Scalar(digit)), &found)
    }
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)
}

extension ArraySlice<UInt8> {
  fileprivate func filled(_ digit: Unicode.Scalar) -> ArraySlice {
    Array(repeating: UInt8(ascii: digit), count: count)[...]
  }
}

extension Filter<Customer> {
  /// Customers an attribute of whom has a value; one that is searched by
  /// (``AttributeDefinition/isSearchable``).
  ///
  ///     Filter.attribute("plan", .text("pro")) && Filter { $0.country == "KR" }
  public static func attribute(_ name: String, _ value: AttributeValue) -> Filter {
    Customer.fields.attributeKeys.contains(AttributeKey.key(name, value))
  }

  /// Customers an attribute of whom is text that begins with the bytes of a prefix.
  public static func attribute(_ name: String, hasPrefix prefix: String) -> Filter {
    Customer.fields.attributeKeys.containsPrefix(AttributeKey.key(name, .text(prefix)))
  }

  /// Customers an attribute of whom is a whole number in a range.
  public static func attribute(_ name: String, in range: ClosedRange<Int64>) -> Filter {
    attribute(AttributeKey.prefix(name, .integer), range)
  }

  /// Customers an attribute of whom is a day in a range.
  public static func attribute(_ name: String, in range: ClosedRange<CalendarDate>) -> Filter {
    attribute(
      AttributeKey.prefix(name, .date),
      Int64(range.lowerBound.daysSinceEpoch)...Int64(range.upperBound.daysSinceEpoch))
  }

  /// Customers an attribute of whom is an instant in a range.
  public static func attribute(_ name: String, in range: ClosedRange<Instant>) -> Filter {
    attribute(
      AttributeKey.prefix(name, .instant),
      range.lowerBound.milliseconds...range.upperBound.milliseconds)
  }

  /// Customers an attribute of whom is an amount in a range of one currency's minor units.
  public static func attribute(
    _ name: String, in range: ClosedRange<Int64>, minorUnitsOf currency: Currency
  ) -> Filter {
    attribute(AttributeKey.prefix(name, .money) + currency.rawValue, range)
  }

  /// One of the beginnings has to be there; the part they have in common is what an index finds.
  private static func attribute(_ prefix: String, _ range: ClosedRange<Int64>) -> Filter {
    let keys = Customer.fields.attributeKeys
    let beginnings = AttributeKey.beginnings(of: range).map {
      keys.containsPrefix(prefix + $0).condition
    }
    guard beginnings.count > 1 else { return Filter(.any(beginnings)) }
    return keys.containsPrefix(prefix) && Filter(.any(beginnings))
  }
}
