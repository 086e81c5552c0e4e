/// The day someone was born, whose year need not be known.
public struct Birthday: Hashable, Sendable {
  /// The month, 1 to 12.
  public let month: Int8

  /// The day of the month.
  public let day: Int8

  /// The year, where it is known.
  public var year: Int? { knownYear == 0 ? nil : Int(knownYear) }

  // No year is zero; a birthday takes four bytes so.
  private let knownYear: Int16

  /// A birthday; `nil` for a day that no year has, or the given one has not.
  public init?(month: Int, day: Int, year: Int? = nil) {
    // The year 2000 has every day.
    guard let date = CalendarDate(year: year ?? 2_000, month: month, day: day) else { return nil }
    self.month = Int8(date.month)
    self.day = Int8(date.day)
    knownYear = Int16(year ?? 0)
  }

  /// The birthday of someone born on a date.
  public init(_ date: CalendarDate) {
    month = Int8(date.month)
    day = Int8(date.day)
    knownYear = Int16(date.year)
  }

  /// The date of birth, where the year is known.
  public var date: CalendarDate? {
    year.flatMap { CalendarDate(year: $0, month: Int(month), day: Int(day)) }
  }

  /// The day it is celebrated in a year; the 29th of February on the 28th where there is none.
  public func celebrated(in year: Int) -> CalendarDate? {
    CalendarDate(year: year, month: Int(month), day: Int(day))
      ?? CalendarDate(year: year, month: Int(month), day: 28)
  }
}

/// Written as in ISO 8601, and without a year as in vCard (RFC 6350): `--02-29`.
extension Birthday: LosslessStringConvertible, RawRepresentable, Codable, FieldValue {
  public var description: String {
    if let date { return date.description }
    let digits = { (number: Int8) in number < 10 ? "0\(number)" : "\(number)" }
    return "--\(digits(month))-\(digits(day))"
  }

  public init?(_ description: String) {
    if let date = CalendarDate(description) {
      self.init(date)
    } else if description.utf8.starts(with: "--".utf8), description.utf8.count == 7,
      let date = CalendarDate("2000-" + description.dropFirst(2))
    {
      self.init(month: date.month, day: date.day)
    } else {
      return nil
    }
  }

  public var rawValue: String { description }

  public init?(rawValue: String) { self.init(rawValue) }
}
