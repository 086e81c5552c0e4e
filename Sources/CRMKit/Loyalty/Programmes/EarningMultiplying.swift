/// What tiers and multipliers add to points given for money.
struct EarningMultiplying {
  let multipliers: [PreparedProgramme.Rule]

  /// The tiers the event falls to, and which part of it to each.
  let portions: [TierPortion]

  private let event: EarningEvent
  private let combination: PromotionTerms.Combination
  private let areForAllLines: Bool
  private let hasGroups: Bool

  init(
    _ multipliers: [PreparedProgramme.Rule], portions: [TierPortion], _ event: EarningEvent
  ) {
    self.multipliers = multipliers
    self.portions = portions
    self.event = event
    combination = event.programme.programme.promotions.combine
    areForAllLines = multipliers.allSatisfy(\.isForAllLines)
    hasGroups = multipliers.contains { $0.rule.exclusiveGroup != nil }
  }

  /// Whether there is anything to multiply by.
  var isNeeded: Bool { !multipliers.isEmpty || !portions.isEmpty }

  /// What is added to points given for some lines: by the tier, then by each multiplier.
  ///
  /// - Parameters:
  ///   - gifts: What each rule gives.
  ///   - given: What they give together.
  ///   - bases: The rules.
  ///   - lines: The lines they give it for.
  func shares(
    of gifts: ContiguousArray<Fraction>, given: Fraction, by bases: [PreparedProgramme.Rule],
    _ lines: Range<Int>
  ) throws -> ContiguousArray<Fraction> {
    if areForAllLines {
      var shares = try increments(on: nil)
      for index in shares.indices where shares[index] != .zero {
        shares[index] = try shares[index] * given
      }
      return shares
    }
    var shares = ContiguousArray(repeating: Fraction.zero, count: multipliers.count + 1)
    for line in lines {
      let weight = try weight(of: line, gifts, bases, lines)
      guard weight > .zero else { continue }
      let increments = try increments(on: line)
      for index in shares.indices {
        shares[index] = try shares[index] + increments[index] * weight
      }
    }
    return shares
  }

  /// The points given for one line: of what each rule gives, the line's part of the money.
  private func weight(
    of line: Int, _ gifts: ContiguousArray<Fraction>, _ bases: [PreparedProgramme.Rule],
    _ lines: Range<Int>
  ) throws -> Fraction {
    let amount = event.lines.minorUnits[line]
    guard amount > 0 else { return .zero }
    var weight = Fraction.zero
    for (gift, rule) in zip(gifts, bases) where gift > .zero && event.counts(line, for: rule) {
      let part = try Fraction(amount) / Fraction(event.basis(for: rule, lines))
      weight = try weight + gift * part
    }
    return weight
  }

  /// What the tier and each multiplier add to one point.
  ///
  /// - Parameter line: The line it is for; `nil` for all of them.
  private func increments(on line: Int?) throws -> ContiguousArray<Fraction> {
    let active = multipliers.indices.filter { isActive($0, on: line) }
    var sums = ContiguousArray(repeating: Fraction.zero, count: multipliers.count + 1)
    guard !portions.isEmpty else {
      try add(nil, active, weighing: .one, to: &sums)
      return sums
    }
    for portion in portions {
      try add(portion.factor, active, weighing: portion.share, to: &sums)
    }
    return sums
  }

  /// Whether a multiplier is for a line, and the highest of its group there.
  private func isActive(_ index: Int, on line: Int?) -> Bool {
    guard isFor(line, index) else { return false }
    guard hasGroups, let group = multipliers[index].rule.exclusiveGroup else { return true }
    let factor = multipliers[index].rate
    return !multipliers.indices.contains { other in
      guard other != index, multipliers[other].rule.exclusiveGroup == group, isFor(line, other)
      else { return false }
      let rival = multipliers[other].rate
      return rival > factor || (rival == factor && other < index)
    }
  }

  private func isFor(_ line: Int?, _ index: Int) -> Bool {
    guard let line else { return true }
    return event.counts(line, for: multipliers[index])
  }

  private func add(
    _ tier: Fraction?, _ active: [Int], weighing share: Fraction,
    to sums: inout ContiguousArray<Fraction>
  ) throws {
    if combination == .best {
      var best: (index: Int, factor: Fraction)?
      if let tier { best = (0, tier) }
      for index in active where best.map({ multipliers[index].rate > $0.factor }) ?? true {
        best = (index + 1, multipliers[index].rate)
      }
      guard let best else { return }
      sums[best.index] = try sums[best.index] + (best.factor - .one) * share
      return
    }
    var product = Fraction.one
    if let tier { try step(tier, at: 0, &product, share, &sums) }
    for index in active {
      try step(multipliers[index].rate, at: index + 1, &product, share, &sums)
    }
    // Factors below one can add up to less than nothing, which is nothing; the last one bears it.
    if product < .zero, let last = active.last.map({ $0 + 1 }) {
      sums[last] = try sums[last] - product * share
    }
  }

  private func step(
    _ factor: Fraction, at index: Int, _ product: inout Fraction, _ share: Fraction,
    _ sums: inout ContiguousArray<Fraction>
  ) throws {
    let next =
      combination == .multiplicative
      ? try product * factor : try product + (factor - .one)
    sums[index] = try sums[index] + (next - product) * share
    product = next
  }
}
