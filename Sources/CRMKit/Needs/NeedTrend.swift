/// How many customers' needs of a category came up and were met in a month.
public struct NeedTrend: Hashable, Sendable {
  /// The category.
  public let category: String

  /// The first day of the month, which is the firm's.
  public let month: CalendarDate

  /// How many were stated in the month.
  public internal(set) var stated = 0

  /// How many were met in the month, whenever they had been stated.
  public internal(set) var met = 0
}

/// The months of a trend, and where in them an instant lies; pure.
struct NeedMonths {
  /// The first days.
  let days: [CalendarDate]

  /// Where each begins, and where the last one ends.
  let bounds: [Instant]

  static let most = 1_200

  /// The months from that of one date to that of another.
  ///
  /// - Throws: ``CRMError/Code/invalid`` where the dates are in the wrong order or further apart
  ///   than 1,200 months.
  init(from first: CalendarDate, through last: CalendarDate, in zone: Zone) throws(CRMError) {
    let (start, end) = (Self.number(of: first), Self.number(of: last))
    if end < start { throw .invalid("needs", [.init("through", "lies before the first month")]) }
    guard end - start < Self.most else {
      throw .invalid(
        "needs", [.init("through", "lies \(Self.most) months or more after the first")])
    }
    days = (start...end).compactMap(Self.firstDay)
    bounds =
      days.map(zone.startOfDay) + [Self.firstDay(of: end + 1).map(zone.startOfDay) ?? .latest]
  }

  /// The place of the month an instant lies in.
  func place(of instant: Instant) -> Int? {
    var (low, high) = (0, days.count)
    guard let start = bounds.first, instant >= start else { return nil }
    while high - low > 1 {
      let middle = (low + high) / 2
      if bounds[middle] <= instant { low = middle } else { high = middle }
    }
    return instant < bounds[low + 1] ? low : nil
  }

  private static func number(of date: CalendarDate) -> Int { date.year * 12 + date.month - 1 }

  private static func firstDay(of number: Int) -> CalendarDate? {
    CalendarDate(year: number / 12, month: number % 12 + 1, day: 1)
  }
}
