/// How many points an event earned, and how that came about.
///
/// An award is kept with the entry of the ledger, so that it stays true when rules are edited. What
/// its items were granted adds up exactly to what its totals were.
public struct Award: Described {
  /// The name of the programme.
  public internal(set) var programme: String

  /// The version whose rules held when it happened.
  public internal(set) var programmeVersion: Int

  /// The day on which it happened, in the programme's zone.
  public internal(set) var day: CalendarDate

  /// What an order counted for.
  public internal(set) var basis: Money?

  /// How much of the programme's money one of the order's was, where it was another.
  public internal(set) var moneyRate: Fraction?

  /// Whether it was the first order recorded for the member, where a rule asked.
  public internal(set) var isFirstPurchase: Bool

  /// How close it was to the member's birthday, where a rule asked.
  public internal(set) var birthday: EarningSeason.Birthday

  /// How the member stood in the tiers that multiply points.
  public internal(set) var standing: TierAtEarning?

  /// What was earned of each kind of points.
  public internal(set) var totals: [AwardTotal]

  /// What each rule gave.
  public internal(set) var items: [AwardItem]

  private struct Fields: Sendable {
    let programme = Field<Award, String>("programme", { $0.programme }, { $0.programme = $1 })
    let programmeVersion = Field<Award, Int>(
      "programme_version", { $0.programmeVersion }, { $0.programmeVersion = $1 })
    let day = Field<Award, CalendarDate>("day", { $0.day }, { $0.day = $1 })
    let basis = Field<Award, Money?>("basis", { $0.basis }, { $0.basis = $1 })
    let moneyRate = Field<Award, Fraction?>(
      "money_rate", { $0.moneyRate }, { $0.moneyRate = $1 })
    let isFirstPurchase = Field<Award, Bool>(
      "is_first_purchase", { $0.isFirstPurchase }, { $0.isFirstPurchase = $1 })
    let birthday = Field<Award, EarningSeason.Birthday>(
      "birthday", { $0.birthday }, { $0.birthday = $1 })
    let standing = Field<Award, TierAtEarning?>(
      "standing", { $0.standing }, { $0.standing = $1 })
    let totals = Field<Award, [AwardTotal]>("totals", { $0.totals }, { $0.totals = $1 })
    let items = Field<Award, [AwardItem]>("items", { $0.items }, { $0.items = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: Award(
      programme: "", programmeVersion: 1, day: Recurrence.blank.anchor, isFirstPurchase: false,
      birthday: .any, totals: [], items: []))
}

extension Award {
  /// How many points of a kind were granted.
  public func granted(of points: String) -> Int64 {
    totals.first { $0.points == points }?.granted ?? 0
  }

  /// Whether any points were granted.
  public var isEmpty: Bool { totals.allSatisfy { $0.granted == 0 } }
}

/// What an event earned of one kind of points.
public struct AwardTotal: Described {
  /// The kind of points.
  public internal(set) var points: String

  /// What earlier orders left over, and this one began with.
  public internal(set) var carried: Fraction

  /// What all rules came to before anything was rounded, with what was carried.
  public internal(set) var exact: Fraction

  /// What multipliers made of each point given for money: 3/2.
  public internal(set) var factor: Fraction

  /// Which whole number was taken.
  public internal(set) var mode: RoundingMode

  /// What was dropped, or carried to the next order; below zero where it was rounded up.
  public internal(set) var remainder: Fraction

  /// How many points that made.
  public internal(set) var wanted: Int64

  /// How many of them were granted.
  public internal(set) var granted: Int64

  /// The cap that granted no more, by its name.
  public internal(set) var cap: String?

  private struct Fields: Sendable {
    let points = Field<AwardTotal, String>("points", { $0.points }, { $0.points = $1 })
    let carried = Field<AwardTotal, Fraction>("carried", { $0.carried }, { $0.carried = $1 })
    let exact = Field<AwardTotal, Fraction>("exact", { $0.exact }, { $0.exact = $1 })
    let factor = Field<AwardTotal, Fraction>("factor", { $0.factor }, { $0.factor = $1 })
    let mode = Field<AwardTotal, RoundingMode>("mode", { $0.mode }, { $0.mode = $1 })
    let remainder = Field<AwardTotal, Fraction>(
      "remainder", { $0.remainder }, { $0.remainder = $1 })
    let wanted = Field<AwardTotal, Int64>("wanted", { $0.wanted }, { $0.wanted = $1 })
    let granted = Field<AwardTotal, Int64>("granted", { $0.granted }, { $0.granted = $1 })
    let cap = Field<AwardTotal, String?>("cap", { $0.cap }, { $0.cap = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: AwardTotal(
      points: "", carried: .zero, exact: .zero, factor: .one, mode: .down, remainder: .zero,
      wanted: 0, granted: 0))
}

/// What one rule gave for an event.
public struct AwardItem: Described {
  /// The name of the rule; of a tier’s factor the name of the tier.
  public internal(set) var rule: String

  /// What kind of rule it is.
  public internal(set) var source: Source

  /// The kind of points.
  public internal(set) var points: String

  /// The money it gave points for, or multiplied the points of.
  public internal(set) var basis: Money?

  /// The points for each 1 of that money; of a multiplier what it multiplies by.
  public internal(set) var rate: Fraction?

  /// What it came to before it was rounded.
  public internal(set) var exact: Fraction

  /// How many points that made of the total.
  public internal(set) var wanted: Int64

  /// How many of them were granted.
  public internal(set) var granted: Int64

  /// The cap that granted no more, by its name.
  public internal(set) var cap: String?

  /// What gave points.
  public enum Source: String, Sendable, Codable, CaseIterable, FieldValue {
    /// A rule that gives points by itself.
    case base
    /// A tier.
    case tier
    /// A rule that multiplies what others give.
    case multiplier
  }

  private struct Fields: Sendable {
    let rule = Field<AwardItem, String>("rule", { $0.rule }, { $0.rule = $1 })
    let source = Field<AwardItem, Source>("source", { $0.source }, { $0.source = $1 })
    let points = Field<AwardItem, String>("points", { $0.points }, { $0.points = $1 })
    let basis = Field<AwardItem, Money?>("basis", { $0.basis }, { $0.basis = $1 })
    let rate = Field<AwardItem, Fraction?>("rate", { $0.rate }, { $0.rate = $1 })
    let exact = Field<AwardItem, Fraction>("exact", { $0.exact }, { $0.exact = $1 })
    let wanted = Field<AwardItem, Int64>("wanted", { $0.wanted }, { $0.wanted = $1 })
    let granted = Field<AwardItem, Int64>("granted", { $0.granted }, { $0.granted = $1 })
    let cap = Field<AwardItem, String?>("cap", { $0.cap }, { $0.cap = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: AwardItem(rule: "", source: .base, points: "", exact: .zero, wanted: 0, granted: 0))
}

/// How a member stood in a group of tiers when they earned.
public struct TierAtEarning: Described {
  /// The group.
  public internal(set) var group: String

  /// The tier they had.
  public internal(set) var tier: String

  /// Their qualifying points.
  public internal(set) var points: Int64

  /// Their qualifying spend, in minor units of the programme's money.
  public internal(set) var spend: Int64

  /// Their qualifying events.
  public internal(set) var count: Int64

  private struct Fields: Sendable {
    let group = Field<TierAtEarning, String>("group", { $0.group }, { $0.group = $1 })
    let tier = Field<TierAtEarning, String>("tier", { $0.tier }, { $0.tier = $1 })
    let points = Field<TierAtEarning, Int64>("points", { $0.points }, { $0.points = $1 })
    let spend = Field<TierAtEarning, Int64>("spend", { $0.spend }, { $0.spend = $1 })
    let count = Field<TierAtEarning, Int64>("count", { $0.count }, { $0.count = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: TierAtEarning(group: "", tier: "", points: 0, spend: 0, count: 0))
}
