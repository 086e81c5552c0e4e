/// An exact amount of money: whole minor units of a currency, never a binary fraction.
///
///     let price = try Money("29.33", .usd)     // 2933 cents
///     let three = try price * 3                 // 87.99 USD
public struct Money: Hashable, Sendable, Codable {
  /// Cents, pence, or the currency itself where it has no decimals.
  public let minorUnits: Int64

  /// The currency.
  public let currency: Currency

  /// An amount of minor units.
  public init(minorUnits: Int64, _ currency: Currency) {
    self.minorUnits = minorUnits
    self.currency = currency
  }

  /// No money.
  public static func zero(_ currency: Currency) -> Money { Money(minorUnits: 0, currency) }

  /// Reads a decimal number, `-12.30` or `12`.
  ///
  /// - Throws: ``CRMError/Code/invalid`` for anything else and for more decimals than the
  ///   currency has; ``CRMError/Code/overflow`` beyond 64 bits of minor units.
  public init(_ text: String, _ currency: Currency) throws(CRMError) {
    var digits = Array(text.utf8)
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative { digits.removeFirst() }
    let parts = digits.split(
      separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    let decimals = parts.count > 1 ? parts[1] : []
    let isNumber = digits.allSatisfy {
      $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
    }
    guard isNumber, !parts[0].isEmpty, parts.count == 1 || !decimals.isEmpty,
      !decimals.contains(UInt8(ascii: ".")), decimals.count <= currency.decimals
    else {
      throw CRMError(
        .invalid, "This is no amount of \(currency.rawValue).",
        recovery: "Write digits with at most \(currency.decimals) decimals after a point.")
    }
    var units: Int64 = 0
    let padding = [UInt8](repeating: UInt8(ascii: "0"), count: currency.decimals - decimals.count)
    for digit in parts[0] + decimals + padding {
      let (tenfold, first) = units.multipliedReportingOverflow(by: 10)
      let (sum, second) = tenfold.subtractingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
      guard !first, !second else { throw Money.overflow(currency) }
      units = sum
    }
    // Counted down, because the lowest number has no positive counterpart.
    guard isNegative || units != .min else { throw Money.overflow(currency) }
    self.init(minorUnits: isNegative ? units : -units, currency)
  }

  /// The sum of two amounts.
  ///
  /// - Throws: ``CRMError/Code/currencyMismatch``, ``CRMError/Code/overflow``.
  public static func + (a: Money, b: Money) throws(CRMError) -> Money {
    try a.joined(b, Int64.addingReportingOverflow)
  }

  /// The difference of two amounts.
  ///
  /// - Throws: ``CRMError/Code/currencyMismatch``, ``CRMError/Code/overflow``.
  public static func - (a: Money, b: Money) throws(CRMError) -> Money {
    try a.joined(b, Int64.subtractingReportingOverflow)
  }

  /// So many times an amount.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  public static func * (amount: Money, count: Int) throws(CRMError) -> Money {
    let (units, overflow) = amount.minorUnits.multipliedReportingOverflow(by: Int64(count))
    guard !overflow else { throw Money.overflow(amount.currency) }
    return Money(minorUnits: units, amount.currency)
  }

  private func joined(
    _ other: Money, _ operation: (Int64) -> (Int64) -> (partialValue: Int64, overflow: Bool)
  ) throws(CRMError) -> Money {
    guard currency == other.currency else {
      throw CRMError(
        .currencyMismatch,
        "\(currency.rawValue) and \(other.currency.rawValue) cannot be joined.",
        recovery: "Convert one of the amounts at a stated rate first.")
    }
    let (units, overflow) = operation(minorUnits)(other.minorUnits)
    guard !overflow else { throw Money.overflow(currency) }
    return Money(minorUnits: units, currency)
  }

  static func overflow(_ currency: Currency) -> CRMError {
    CRMError(
      .overflow, "An amount of \(currency.rawValue) exceeds 64 bits of minor units.",
      recovery: "Use smaller amounts.")
  }
}

extension Money: CustomStringConvertible {
  /// The amount with all its decimals, then the currency: `29.33 USD`.
  public var description: String { "\(decimalText) \(currency.rawValue)" }

  /// The amount with all its decimals: `29.33`.
  public var decimalText: String {
    var digits = String(minorUnits.magnitude)
    let decimals = currency.decimals
    if digits.count <= decimals {
      digits = String(repeating: "0", count: decimals + 1 - digits.count) + digits
    }
    let sign = minorUnits < 0 ? "-" : ""
    guard decimals > 0 else { return sign + digits }
    return "\(sign)\(digits.dropLast(decimals)).\(digits.suffix(decimals))"
  }
}

/// Money is kept in two columns, and ordered only against the same currency.
extension Money: FieldValue {
  public static var isAlwaysKept: Bool { true }

  public static var columns: [ColumnShape] {
    [ColumnShape("currency", .text), ColumnShape("minor", .integer)]
  }

  public static func write(_ value: Money, to writer: any ColumnWriter) {
    writer.text(value.currency.rawValue)
    writer.integer(value.minorUnits)
  }

  public static func read(from reader: any ColumnReader) throws(StorageError) -> Money {
    let currency = try Currency.read(from: reader)
    return Money(minorUnits: try reader.integer(), currency)
  }

  public static func compare(_ a: Money, _ b: Money) -> Int? {
    guard a.currency == b.currency else { return nil }
    return a.minorUnits < b.minorUnits ? -1 : (a.minorUnits > b.minorUnits ? 1 : 0)
  }
}
