/// A version of a programme, made ready for orders to be held against its rules.
///
/// What every order would look up is looked up once: the rules of each kind of points in their
/// order, their rates, their caps.
final class PreparedProgramme: Sendable {
  let programme: LoyaltyProgramme

  /// The kinds of points in the order of the programme.
  let kinds: [Kind]

  /// All caps: those of rules with their rules, then those of the programme.
  let caps: [Cap]

  /// The place of the kind of points that tiers look at, if there is one.
  let qualifying: Int?

  /// The place of the kind of points that tiers multiply.
  let multiplied: Int

  /// Whether any rule asks for a member's birthday.
  let asksBirthday: Bool

  /// Whether any rule is for the first purchase alone.
  let asksFirstPurchase: Bool

  /// Whether members get something for bringing others.
  var rewardsReferrals: Bool { programme.referral != nil }

  /// A kind of points and what gives some; boxed, as all that looks at it holds it.
  final class Kind: Sendable {
    let name: String
    /// Rules that give points by themselves, by their names.
    let bases: [Rule]
    /// Rules that multiply those, by their names.
    let multipliers: [Rule]
    /// The places of the programme's caps on it.
    let caps: [Int]
    /// What its points wait for.
    let wait: PendingTerms.Wait
    /// How long its points last.
    let expiry: ExpiryPolicy

    init(_ name: String, rules: [Rule], caps: [Int], wait: PendingTerms.Wait, expiry: ExpiryPolicy)
    {
      self.name = name
      bases = rules.filter { !$0.rule.isMultiplier }
      multipliers = rules.filter { $0.rule.isMultiplier }
      self.caps = caps
      self.wait = wait
      self.expiry = expiry
    }
  }

  /// A rule made ready.
  final class Rule: Sendable {
    let rule: EarningRule
    let id: String
    /// Whether every line counts.
    let isForAllLines: Bool
    /// The points for each minor unit of the programme's money; of a multiplier the factor.
    let rate: Fraction
    /// The places of its caps.
    let caps: [Int]
    let wait: PendingTerms.Wait
    let expiry: ExpiryPolicy

    init(
      _ rule: EarningRule, caps: [Int], wait: PendingTerms.Wait, expiry: ExpiryPolicy
    ) throws {
      self.rule = rule
      id = rule.id
      isForAllLines = rule.lines.isAll
      rate = try rule.rate(per: nil) ?? .one
      self.caps = caps
      self.wait = rule.pending ?? wait
      self.expiry = rule.expiry ?? expiry
    }
  }

  /// A cap and what it is on.
  struct Cap: Sendable {
    let cap: EarningCap
    /// The name of its rule; empty for one of the programme.
    let rule: String
    /// What sets its rule off; `nil` for all that earns.
    let trigger: EarningRule.Trigger?
    /// The place of the kind of points it is on.
    let kind: Int
  }

  /// - Throws: ``Fraction/Overflow`` for rates beyond 64 bits.
  init(_ programme: LoyaltyProgramme) throws {
    self.programme = programme
    let rules = programme.rules.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    var caps: [Cap] = []
    var kinds: [Kind] = []
    for (place, terms) in programme.points.enumerated() {
      var prepared: [Rule] = []
      let expiry = terms.expiry ?? programme.expiry
      for rule in rules where rule.isOf(terms.name, isFirst: place == 0) {
        let start = caps.count
        caps += rule.caps.map { Cap(cap: $0, rule: rule.id, trigger: rule.trigger, kind: place) }
        prepared.append(
          try Rule(
            rule, caps: Array(start..<caps.count), wait: programme.pending.wait,
            expiry: expiry))
      }
      let start = caps.count
      caps += programme.caps.filter { ($0.points ?? programme.points[0].name) == terms.name }
        .map { Cap(cap: $0, rule: "", trigger: nil, kind: place) }
      kinds.append(
        Kind(
          terms.name, rules: prepared, caps: Array(start..<caps.count),
          wait: programme.pending.wait, expiry: expiry))
    }
    self.caps = caps
    self.kinds = kinds
    qualifying = programme.points.firstIndex { $0.isQualifying }
    multiplied = programme.points.firstIndex { $0.name == programme.tier.points } ?? 0
    asksBirthday = rules.contains { $0.when.birthday != .any || $0.trigger == .birthday }
    asksFirstPurchase = rules.contains { $0.trigger == .firstPurchase }
  }
}

extension PreparedProgramme.Cap {
  /// Whether something of it can be used up by an event; what is by itself each time is not kept.
  func isUsed(by request: EarnRequest) -> Bool {
    guard cap.period != .event else { return false }
    return switch trigger {
    case nil: true
    case .purchase, .firstPurchase: request.occasion == .order
    case .activity(let name): request.occasion == .activity && request.name == name
    case .birthday: request.occasion == .birthday
    }
  }

  /// How much of it an award uses up.
  func use(by award: Award, of points: String) -> Int64 {
    let granted: Int64 =
      rule.isEmpty
      ? award.granted(of: points)
      : award.items.reduce(0) { sum, item in
        item.rule == rule && item.source != .tier && item.points == points
          ? sum + item.granted : sum
      }
    switch cap.measure {
    case .points: return max(0, granted)
    case .times: return granted > 0 ? 1 : 0
    }
  }
}

extension EarningRule {
  fileprivate func isOf(_ points: String, isFirst: Bool) -> Bool {
    self.points.map { $0 == points } ?? isFirst
  }

  /// The points for each minor unit of money, or what it multiplies them by; `nil` where it gives
  /// points for no such money.
  ///
  /// - Parameter currency: The money; `nil` for the programme's own.
  func rate(per currency: Currency?) throws(Fraction.Overflow) -> Fraction? {
    let points: Fraction
    var money: Money
    switch earning {
    case .proportional(let fraction, let per): (points, money) = (fraction, per)
    case .steps(let count, let per): (points, money) = (Fraction(count), per)
    case .multiplier(let factor): return factor
    case .fixed: return nil
    }
    if let currency, currency != money.currency {
      guard let other = alsoPer.first(where: { $0.currency == currency }) else { return nil }
      money = other
    }
    return try points / Fraction(max(1, money.minorUnits))
  }
}

/// Read once for each definition, and made ready with that.
extension PreparedProgramme: Codable {
  convenience init(from decoder: any Decoder) throws {
    try self.init(LoyaltyProgramme(from: decoder))
  }

  func encode(to encoder: any Encoder) throws { try programme.encode(to: encoder) }
}
