/// What an event earns by the rules of a programme; pure.
///
/// 1. Each rule that is about the event gives points: for the money of the lines it is for, or so
///    many as it says. Rules are taken by their names, so that their order changes nothing.
/// 2. Tiers and multipliers multiply what was given for money, as ``PromotionTerms`` says.
/// 3. What all of them come to is rounded once (``RoundingTerms``). What each rule gave of it is
///    the difference it made to the rounded sum, so that the parts add up.
/// 4. Caps of rules cut what the rule gave; caps of the programme cut the last rules first.
enum EarningRules {
  /// The award for an event.
  ///
  /// - Parameter request: It makes sense (``EarnRequest/check()``).
  /// - Throws: ``LoyaltyError`` of code `noRate` or `overflow`.
  /// - Complexity: O(*r* × *l*) in the rules and the lines.
  static func evaluate(
    _ programme: PreparedProgramme, _ request: EarnRequest, _ context: EarningContext
  ) throws -> Award {
    do {
      let lines = try CountedLines(request, by: programme.programme.basis)
      let event = EarningEvent(
        programme: programme, request: request, context: context, lines: lines)
      return try award(for: event)
    } catch is Fraction.Overflow {
      throw LoyaltyError(.overflow, "points")
    }
  }

  /// The award for what remains of an event, by the rules and in the circumstances of then.
  ///
  /// What a cap had cut is given no more than it was.
  ///
  /// - Parameter keepsEligibility: Whether what rules require need not be there any more.
  static func reevaluate(
    _ award: Award, _ programme: PreparedProgramme, _ remaining: EarnRequest,
    keepingEligibility keepsEligibility: Bool = false
  ) throws -> Award {
    var context = EarningContext(day: award.day)
    context.moneyRate = award.moneyRate
    context.isFirstPurchase = award.isFirstPurchase
    context.birthday = award.birthday
    context.standing = award.standing
    context.carried = programme.kinds.map { kind in
      award.totals.first { $0.points == kind.name }?.carried ?? .zero
    }
    context.ceilings = award
    context.keepsEligibility = keepsEligibility
    return try evaluate(programme, remaining, context)
  }

  private static func award(for event: EarningEvent) throws -> Award {
    let context = event.context
    var award = Award(
      programme: event.programme.programme.name,
      programmeVersion: event.programme.programme.version, day: context.day,
      basis: event.currency.map { Money(minorUnits: event.lines.total, $0) },
      moneyRate: event.isInOwnMoney ? nil : context.moneyRate,
      isFirstPurchase: context.isFirstPurchase, birthday: context.birthday,
      standing: context.standing, totals: [], items: [])
    let portions = try event.tierPortions()
    for place in event.programme.kinds.indices {
      guard var sum = try EarningSum(of: place, in: event, portions: portions) else { continue }
      try sum.addAll()
      try sum.write(to: &award)
    }
    return award
  }
}

/// An event that is held against the rules of a programme; boxed, as all that looks at it holds it.
final class EarningEvent {
  let programme: PreparedProgramme
  let request: EarnRequest
  let context: EarningContext
  let lines: CountedLines

  init(
    programme: PreparedProgramme, request: EarnRequest, context: EarningContext,
    lines: CountedLines
  ) {
    self.programme = programme
    self.request = request
    self.context = context
    self.lines = lines
  }

  var currency: Currency? { request.currency }

  /// Whether it is in the programme's money, or in none.
  var isInOwnMoney: Bool { currency == nil || currency == programme.programme.money }

  /// Whether a rule is about the event.
  func isMet(_ rule: PreparedProgramme.Rule) throws -> Bool {
    switch rule.rule.trigger {
    case .purchase: guard request.occasion == .order else { return false }
    case .firstPurchase:
      guard request.occasion == .order, context.isFirstPurchase else { return false }
    case .activity(let name):
      guard request.occasion == .activity, request.name == name else { return false }
    case .birthday: guard request.occasion == .birthday else { return false }
    }
    guard rule.rule.when.includes(context.day, birthday: context.birthday) else { return false }
    return try hasWhatIsRequired(rule)
  }

  private func hasWhatIsRequired(_ rule: PreparedProgramme.Rule) throws -> Bool {
    if context.keepsEligibility, let before = context.ceilings {
      return before.items.contains { $0.rule == rule.id && $0.source != .tier }
    }
    if rule.rule.requires.units > 0 {
      guard units(for: rule) >= rule.rule.requires.units else { return false }
    }
    guard let least = rule.rule.requires.spend else { return true }
    let spend = try Fraction(basis(for: rule, lines.all)) * moneyRate()
    return spend >= Fraction(least.minorUnits)
  }

  /// How many minor units of the programme's money one of the order's is.
  ///
  /// - Throws: ``LoyaltyError/Code/noRate``.
  func moneyRate() throws(LoyaltyError) -> Fraction {
    if isInOwnMoney { return .one }
    guard let rate = context.moneyRate else {
      throw LoyaltyError(.noRate, currency?.rawValue)
    }
    return rate
  }

  /// The points a rule gives for each minor unit of the order's money.
  func rate(of rule: PreparedProgramme.Rule) throws -> Fraction {
    if isInOwnMoney { return rule.rate }
    if let rate = try rule.rule.rate(per: currency) { return rate }
    return try rule.rate * moneyRate()
  }

  /// Whether a line counts for a rule.
  func counts(_ line: Int, for rule: PreparedProgramme.Rule) -> Bool {
    lines.minorUnits[line] >= 0
      && (rule.isForAllLines || rule.rule.lines.matches(request.lines[line]))
  }

  /// The minor units of the lines that count for a rule.
  func basis(for rule: PreparedProgramme.Rule, _ range: Range<Int>) -> Int64 {
    if rule.isForAllLines, range == lines.all { return lines.total }
    var sum: Int64 = 0
    // All lines together are within 64 bits.
    for line in range where counts(line, for: rule) { sum += lines.minorUnits[line] }
    return sum
  }

  func units(for rule: PreparedProgramme.Rule) -> Int {
    var sum = 0
    for line in lines.all where counts(line, for: rule) {
      let (next, overflow) = sum.addingReportingOverflow(request.lines[line].quantity)
      sum = overflow ? .max : next
    }
    return sum
  }

  func lineCount(for rule: PreparedProgramme.Rule) -> Int {
    var count = 0
    for line in lines.all where counts(line, for: rule) { count += 1 }
    return count
  }
}

extension EarningSeason {
  /// Whether a day is one of its.
  func includes(_ day: CalendarDate, birthday closeness: Birthday) -> Bool {
    if let from, day < from { return false }
    if let through, day > through { return false }
    if !weekdays.isEmpty, !weekdays.contains(day.weekday) { return false }
    switch birthday {
    case .any: return true
    case .month: return closeness != .any
    case .day: return closeness == .day
    }
  }
}

extension CalendarDate {
  var weekday: EarningSeason.Weekday {
    // The first of January 1970 was a Thursday.
    let days = (daysSinceEpoch + 3) % 7
    return EarningSeason.Weekday(rawValue: (days < 0 ? days + 7 : days) + 1) ?? .monday
  }
}
