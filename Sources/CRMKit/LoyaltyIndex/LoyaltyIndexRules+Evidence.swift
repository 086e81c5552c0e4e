extension LoyaltyIndexRules {
  /// What a factor rests on.
  func evidence(for factor: LoyaltyFactor) -> [LifecycleEvidence] {
    let purchases = facts.purchases
    let found = { (what: String, count: Int) in LifecycleEvidence(what, String(count)) }
    switch factor.kind {
    case .recency: return recencyEvidence(factor)
    case .repeats: return [found("days of purchase", purchases.days)]
    case .regularity:
      return [
        found("gaps", purchases.gaps), found("their days", purchases.gapDays),
        found("their squares", purchases.gapDaySquares),
      ]
    case .tenure:
      return [
        LifecycleEvidence("the first order", purchases.firstAt?.description ?? "none"),
        LifecycleEvidence("the last order", purchases.lastAt?.description ?? "none"),
      ]
    case .categories: return [found("categories", purchases.categories)]
    case .brands: return [found("brands", purchases.brands)]
    case .products: return [found("items", purchases.products)]
    case .channels:
      let channels = facts.channels.joined(separator: ", ")
      return [LifecycleEvidence("channels", channels.isEmpty ? "none" : channels)]
    case .walletShare: return facts.wallet.map(\.evidence)
    case .fullPrice:
      return [
        found("orders at a discount", purchases.atDiscount), found("orders", purchases.orders),
      ]
    case .afterOffers: return [found("followed", purchases.followed), found("dropped", dropped)]
    case .satisfaction, .recommendation, .trust, .recognition, .dependence:
      guard let answers = facts.answers(factor.kind.rawValue) else { return [] }
      return [
        found("answers", answers.count), found("points", answers.sum),
        found("of", answers.count * answers.span),
      ]
    case .contributions: return [found("contributions", facts.contributions)]
    case .advocacy: return [found("customers brought", facts.advocacy)]
    }
  }

  private func recencyEvidence(_ factor: LoyaltyFactor) -> [LifecycleEvidence] {
    // A billion over the milliseconds of a day, in lowest terms.
    let days = ScorePoints(billionths: pace(Int64(factor.full)) * 625 / 54)
    let own = facts.purchases.gaps > 1 ? "the usual gap in days" : "a gap in days"
    return [
      LifecycleEvidence("the last order", facts.purchases.lastAt?.description ?? "none"),
      LifecycleEvidence(own, days.description),
    ]
  }
}

extension WalletShare {
  fileprivate var evidence: LifecycleEvidence {
    let percent = ScorePoints(billionths: share.partsPerMillion * 100_000)
    var found = "\(percent) % by \(source.rawValue) of \(trueAt.dateInUTC)"
    if let own, let spend { found += ": \(own) of \(spend)" }
    return LifecycleEvidence(category, found)
  }
}
