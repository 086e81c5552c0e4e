/// What an event earns of one kind of points, added up rule by rule.
struct EarningSum {
  /// What one rule comes to.
  struct Part {
    var exact = Fraction.zero
    var wanted: Int64 = 0
    var basis: Int64 = 0
  }

  let event: EarningEvent
  let kind: PreparedProgramme.Kind
  let multiplying: EarningMultiplying

  /// Rules that give points and are met, then those that multiply them.
  private(set) var bases: [PreparedProgramme.Rule] = []

  /// What each of ``bases`` comes to, then the tier, then each multiplier.
  private(set) var parts: ContiguousArray<Part> = []

  /// The sum before it was rounded, and what of it was given for money before any multiplier.
  private(set) var exact = Fraction.zero
  private(set) var spend = Fraction.zero
  private(set) var wanted: Int64 = 0

  private var terms: RoundingTerms
  private var rates: ContiguousArray<Fraction> = []

  /// - Returns: `nil` where no rule that gives such points is met.
  init?(of place: Int, in event: EarningEvent, portions: [TierPortion]) throws {
    try self.init(of: place, in: event, portions: portions, event.programme.programme.rounding)
  }

  init?(
    of place: Int, in event: EarningEvent, portions: [TierPortion], _ terms: RoundingTerms
  ) throws {
    self.event = event
    self.terms = terms
    kind = event.programme.kinds[place]
    for rule in kind.bases where try event.isMet(rule) { bases.append(rule) }
    guard !bases.isEmpty else { return nil }
    var multipliers: [PreparedProgramme.Rule] = []
    for rule in kind.multipliers where try event.isMet(rule) { multipliers.append(rule) }
    multiplying = EarningMultiplying(
      multipliers, portions: place == event.programme.multiplied ? portions : [], event)
    parts = ContiguousArray(repeating: Part(), count: bases.count + 1 + multipliers.count)
    for rule in bases { rates.append(rule.rule.isBySpend ? try event.rate(of: rule) : .zero) }
    if terms.scope == .order, place < event.context.carried.count {
      carried = event.context.carried[place]
    }
  }

  /// What earlier orders left over.
  private(set) var carried = Fraction.zero

  // MARK: Adding up

  /// Adds up the whole event.
  mutating func addAll() throws {
    switch terms.scope {
    case .order: try add(event.lines.all, each: 1, beginning: carried)
    case .line: for line in event.lines.all { try add(line..<line + 1, each: 1) }
    case .unit:
      for line in event.lines.all {
        try add(line..<line + 1, each: Int64(event.request.lines[line].quantity))
      }
    }
    try addFixed()
  }

  /// Adds points for the money of some lines, rounded together.
  ///
  /// - Parameter units: Of how many units one is rounded, and then counted so many times.
  private mutating func add(
    _ lines: Range<Int>, each units: Int64, beginning carried: Fraction = .zero
  ) throws {
    var total = carried
    var rounded: Int64 = 0
    var given = Fraction.zero
    var gifts: ContiguousArray<Fraction> = []
    for index in bases.indices {
      let rule = bases[index]
      guard rule.rule.isBySpend else {
        gifts.append(.zero)
        continue
      }
      let basis = event.basis(for: rule, lines)
      parts[index].basis += basis
      let gift = try points(of: rule, for: basis, each: units, rates[index])
      gifts.append(gift)
      given = try given + gift
      try note(gift, at: index, times: units, &total, &rounded)
    }
    spend = try spend + given * Fraction(units)
    if multiplying.isNeeded, given > .zero {
      let shares = try multiplying.shares(of: gifts, given: given, by: bases, lines)
      for index in shares.indices where shares[index] != .zero {
        try note(shares[index], at: bases.count + index, times: units, &total, &rounded)
      }
    }
    exact = try exact + total * Fraction(units)
    wanted = try wanted.plus(rounded.times(units))
  }

  /// What a rule gives for money.
  private func points(
    of rule: PreparedProgramme.Rule, for basis: Int64, each units: Int64, _ rate: Fraction
  ) throws -> Fraction {
    var points = try Fraction(basis) * rate
    if units > 1 { points = try points / Fraction(units) }
    if case .steps(let each, _) = rule.rule.earning {
      let steps = try (points / Fraction(each)).rounded(.down)
      points = Fraction(try steps.times(each))
    }
    return terms.stage == .afterBase ? Fraction(points.rounded(terms.mode)) : points
  }

  /// Notes what one rule gives: the difference it makes to the rounded sum.
  private mutating func note(
    _ points: Fraction, at index: Int, times units: Int64, _ total: inout Fraction,
    _ rounded: inout Int64
  ) throws {
    total = try total + points
    let next = total.rounded(terms.mode)
    parts[index].exact = try parts[index].exact + points * Fraction(units)
    parts[index].wanted = try parts[index].wanted.plus((next - rounded).times(units))
    rounded = next
  }

  private mutating func addFixed() throws {
    for index in bases.indices {
      guard case .fixed(let points, let each) = bases[index].rule.earning else { continue }
      let count: Int =
        switch each {
        case .event: isAboutAnything(bases[index]) ? 1 : 0
        case .line: event.lineCount(for: bases[index])
        case .unit: event.units(for: bases[index])
        }
      let sum = try points.times(Int64(count))
      parts[index].exact = Fraction(sum)
      parts[index].wanted = sum
      exact = try exact + Fraction(sum)
      wanted = try wanted.plus(sum)
    }
  }

  /// Whether an order has anything that counts for a rule.
  private func isAboutAnything(_ rule: PreparedProgramme.Rule) -> Bool {
    event.request.occasion != .order || event.lineCount(for: rule) > 0
  }

  // MARK: What tiers look at

  /// What tiers would count of it, before it is rounded.
  func qualifying() throws -> Fraction {
    var sum = Fraction.zero
    for index in parts.indices where isQualifying(index) { sum = try sum + parts[index].exact }
    return sum
  }

  private func isQualifying(_ index: Int) -> Bool {
    if index < bases.count { return bases[index].rule.isQualifying }
    if index == bases.count { return true }
    return multiplying.multipliers[index - bases.count - 1].rule.isQualifying
  }
}

extension Int64 {
  /// The sum.
  ///
  /// - Throws: ``Fraction/Overflow`` beyond 64 bits.
  func plus(_ other: Int64) throws(Fraction.Overflow) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    guard !overflow else { throw Fraction.Overflow() }
    return sum
  }

  /// The product.
  ///
  /// - Throws: ``Fraction/Overflow`` beyond 64 bits.
  func times(_ other: Int64) throws(Fraction.Overflow) -> Int64 {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    guard !overflow else { throw Fraction.Overflow() }
    return product
  }
}
