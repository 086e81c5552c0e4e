/// What an award depends on besides the event and the rules.
struct EarningContext: Sendable {
  /// The day on which it happened, in the programme's zone.
  var day: CalendarDate

  /// How many minor units of the programme's money one of the order's is; `nil` where no rate is
  /// known.
  var moneyRate: Fraction? = .one

  /// Whether it is the first order recorded for the member.
  var isFirstPurchase = false

  /// How close the day is to the member's birthday.
  var birthday = EarningSeason.Birthday.any

  /// How the member stands in the tiers that multiply points.
  var standing: TierAtEarning?

  /// What earlier orders left over of each kind of points; empty where nothing is carried.
  var carried: [Fraction] = []

  /// How much of each cap is used up; empty where nothing is.
  var used: [Int64] = []

  /// How much each rule gives at most, of an award that is looked at anew.
  var ceilings: Award?

  /// Whether rules that had what they require then need not have it now.
  var keepsEligibility = false
}
