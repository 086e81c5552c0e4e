extension CalendarDate {
  /// The date so many days later.
  func later(days: Int) -> CalendarDate {
    CalendarDate(daysSinceEpoch: daysSinceEpoch + days)
  }

  /// The date so many months later, or the last day of that month where it is shorter.
  func later(months: Int) -> CalendarDate {
    let total = year * 12 + month - 1 + months
    let (year, month) = (total / 12, total % 12 + 1)
    guard (1...9_999).contains(year) else { return later(days: months * 31) }
    let last = CalendarDate.days(in: month, of: year)
    return CalendarDate(year: year, month: month, day: min(day, last)) ?? self
  }
}
