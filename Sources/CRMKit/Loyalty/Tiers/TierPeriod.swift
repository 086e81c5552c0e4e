/// Over which time what counts for a tier is added up, in the days of the programme's zone.
public enum TierPeriod: Hashable, Sendable, Codable {
  /// Within a part of the calendar, beginning anew with the next.
  case calendar(CalendarUnit)
  /// Within so many months from the day of enrolment, beginning anew each time they have passed.
  case membership(months: Int)
  /// Within the last so many months: what counted on a day leaves at the end of the same day of
  /// the month so many months later, or of the month's last.
  case rolling(months: Int)
  /// Ever.
  case lifetime
  /// Nothing is added up; what counts are the points the member can spend at the time.
  case balance

  /// The year of the calendar.
  public static let calendarYear = TierPeriod.calendar(.year)

  /// The year from the day of enrolment.
  public static let membershipYear = TierPeriod.membership(months: 12)

  /// Whether the time is cut in spans that each begin anew.
  var hasSpans: Bool {
    switch self {
    case .calendar, .membership: true
    case .rolling, .lifetime, .balance: false
    }
  }
}

/// How long a tier is kept once it was reached.
public enum TierTerm: Hashable, Sendable, Codable {
  /// Until the end of the period after the one it was reached in, when what that one brought
  /// decides.
  case endOfNextPeriod
  /// Until the end of the period it was reached in; then all begin anew.
  case endOfPeriod
  /// Until the end of the same day of the month so many months later, or of the month's last.
  case monthsFromEntry(Int)
  /// For as long as what counts reaches it.
  case continuous
  /// For ever.
  case lifetime
}

/// How far a member falls at the end of a term that was not renewed.
public enum TierDowngrade: String, Sendable, Codable, CaseIterable {
  /// To the next lower tier at most, whatever was reached: a soft landing.
  case oneStep
  /// To the tier that was reached.
  case toComputed
}
