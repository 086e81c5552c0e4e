/// How a customer's loyalty follows from what is known and from the time; pure.
///
/// Everything is counted in whole numbers, in billionths of a point of 100.
struct LoyaltyIndexRules {
  let facts: LoyaltyFacts
  let model: LoyaltyIndexModel
  let at: Instant

  private static let day: Int64 = 86_400_000

  private var purchases: LoyaltyPurchases { facts.purchases }

  /// The same at another instant.
  func at(_ instant: Instant) -> LoyaltyIndexRules {
    LoyaltyIndexRules(facts: facts, model: model, at: instant)
  }

  // MARK: Adding up

  /// What parts come to together, each by its weight, and what each adds to it exactly.
  static func weighed(
    _ parts: [(value: ScorePoints, weight: Int)]
  ) -> (total: ScorePoints, points: [ScorePoints]) {
    let weights = parts.reduce(Int64(0)) { $0 + Int64($1.weight) }
    guard weights > 0 else { return (.zero, parts.map { _ in .zero }) }
    // At most 100 points × 1,000 for each of a few factors: far below 64 bits.
    let products = parts.map { $0.value.billionths * Int64($0.weight) }
    let total = products.reduce(0, +) / weights
    var points = products.map { $0 / weights }
    let left = Int(total - points.reduce(0, +))
    let fractions = products.indices.sorted {
      let (a, b) = (products[$0] % weights, products[$1] % weights)
      return a == b ? $0 < $1 : a > b
    }
    for index in fractions.prefix(left) { points[index] += 1 }
    return (ScorePoints(billionths: total), points.map { ScorePoints(billionths: $0) })
  }

  /// Behaviour or attitude: what it comes to, and its reasons.
  func part(_ factors: [LoyaltyFactor]) -> (value: ScorePoints?, reasons: [LoyaltyIndex.Reason]) {
    let known = factors.compactMap { factor in value(of: factor).map { (factor, $0) } }
    guard !known.isEmpty else { return (nil, []) }
    let weights = known.reduce(0) { $0 + $1.0.weight }
    let sum = Self.weighed(known.map { ($0.1, $0.0.weight) })
    let reasons = zip(known, sum.points).map { known, points in
      LoyaltyIndex.Reason(
        kind: known.0.kind, value: known.1, weight: known.0.weight, weights: weights,
        points: points, evidence: evidence(for: known.0))
    }
    return (sum.total, reasons)
  }

  /// The same without the reasons.
  func value(of factors: [LoyaltyFactor]) -> ScorePoints? {
    var (sum, weights): (Int64, Int64) = (0, 0)
    for factor in factors {
      guard let value = value(of: factor) else { continue }
      sum += value.billionths * Int64(factor.weight)
      weights += Int64(factor.weight)
    }
    return weights == 0 ? nil : ScorePoints(billionths: sum / weights)
  }

  // MARK: Factors

  /// How a factor is, from 0 to 100; `nil` where nothing is known of it.
  func value(of factor: LoyaltyFactor) -> ScorePoints? {
    let full = Int64(factor.full)
    switch factor.kind {
    case .recency: return recency(full)
    case .repeats:
      return .share(
        Int64(max(0, purchases.days - 1)) * 100, of: Int64(max(1, purchases.days)) * full)
    case .regularity: return regularity(full)
    case .tenure: return .share(tenure, of: full * Self.day)
    case .categories: return .share(Int64(purchases.categories), of: full)
    case .brands: return .share(Int64(purchases.brands), of: full)
    case .products: return .share(Int64(purchases.products), of: full)
    case .channels: return .share(Int64(facts.channels.count), of: full)
    case .walletShare:
      guard !facts.wallet.isEmpty else { return nil }
      let sum = facts.wallet.reduce(Int64(0)) { $0 + $1.share.partsPerMillion }
      return .share(sum, of: Int64(facts.wallet.count) * full * 10_000)
    case .fullPrice:
      guard purchases.orders > 0 else { return nil }
      let others = purchases.orders - purchases.atDiscount
      return .share(Int64(others) * 100, of: Int64(purchases.orders) * full)
    case .afterOffers:
      let ended = purchases.followed + dropped
      guard ended > 0 else { return nil }
      return .share(Int64(purchases.followed) * 100, of: Int64(ended) * full)
    case .satisfaction, .recommendation, .trust, .recognition, .dependence:
      return facts.answers(factor.kind.rawValue).map { $0.mean(full: full) }
    case .contributions:
      return hasAttitude ? .share(Int64(facts.contributions), of: full) : nil
    case .advocacy: return hasAttitude ? .share(Int64(facts.advocacy), of: full) : nil
    }
  }

  /// Whether anything is known of what the customer thinks: nothing given counts against a customer
  /// only beside what was answered or given.
  private var hasAttitude: Bool {
    facts.contributions > 0 || facts.advocacy > 0
      || model.attitude.contains { facts.answers($0.kind.rawValue) != nil }
  }

  /// Offers that nothing followed by now.
  var dropped: Int {
    purchases.dropped + (purchases.droppedFrom.map { $0 <= at } == true ? 1 : 0)
  }

  private var tenure: Int64 {
    guard let first = purchases.firstAt, let last = purchases.lastAt else { return 0 }
    return last.milliseconds - first.milliseconds
  }

  /// The time between purchases by which the last one is judged, in milliseconds.
  func pace(_ usualDays: Int64) -> Int64 {
    guard purchases.gaps > 1 else { return usualDays * Self.day }
    return max(1, Int64(purchases.gapDays) * Self.day / Int64(purchases.gaps))
  }

  private func recency(_ usualDays: Int64) -> ScorePoints {
    guard let last = purchases.lastAt else { return .zero }
    let pace = pace(usualDays)
    return .rest(max(0, at.milliseconds - last.milliseconds - pace), of: 2 * pace)
  }

  /// 100 less the variance of the gaps over the square of their mean, *n*Σ*g*² ÷ (Σ*g*)² − 1.
  private func regularity(_ full: Int64) -> ScorePoints {
    guard purchases.gaps > 1 else { return .zero }
    // All gaps lie within ten thousand years, which keeps each product within 64 bits.
    let square = Int64(purchases.gapDays) * Int64(purchases.gapDays)
    let excess = Int64(purchases.gaps) * Int64(purchases.gapDaySquares) - square
    guard excess <= square * full / 100 else { return .zero }
    return .rest(excess * 100, of: square * full)
  }
}

extension LoyaltyFacts.Answers {
  /// The mean answer, from 0 to 100 for so many percent of the scale.
  func mean(full: Int64) -> ScorePoints {
    .share(Int64(sum) * 100, of: Int64(count * span) * full)
  }
}
