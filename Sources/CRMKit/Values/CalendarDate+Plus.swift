extension CalendarDate {
  /// The date so many days later, within the calendar.
  func plus(days: Int) -> CalendarDate {
    let (sum, overflow) = daysSinceEpoch.addingReportingOverflow(days)
    return CalendarDate(daysSinceEpoch: overflow ? (days < 0 ? .min : .max) : sum)
  }

  /// The date so many months later, or the last day of that month where it is shorter; the last
  /// date of the calendar where it would be beyond.
  func plus(months: Int) -> CalendarDate {
    let (sum, overflow) = (year * 12 + month - 1).addingReportingOverflow(months)
    guard !overflow, sum >= 12, sum < 120_000 else {
      return CalendarDate(daysSinceEpoch: months < 0 ? .min : .max)
    }
    return CalendarDate(clamping: day, of: sum % 12 + 1, in: sum / 12) ?? self
  }

  /// A day of a month, or the month's last one where it is shorter.
  init?(clamping day: Int, of month: Int, in year: Int) {
    self.init(
      year: year, month: month, day: min(day, CalendarDate.days(in: month, of: year)))
  }
}
