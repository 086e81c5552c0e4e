extension LoyaltyIndexRules {
  /// What the matrix says of a customer, and whether price alone won them.
  struct Verdict: Equatable {
    var standing: LoyaltyStanding
    var isWonByPrice: Bool
  }

  /// The verdict now.
  var verdict: Verdict {
    let price = priceReasons
    return Verdict(
      standing: standing(
        isActive: isHigh(value(of: model.behaviour), from: model.highBehaviour) == true,
        isFond: isHigh(value(of: model.attitude), from: model.highAttitude),
        isWonByPrice: !price.isEmpty),
      isWonByPrice: !price.isEmpty)
  }

  private func isHigh(_ value: ScorePoints?, from points: Int) -> Bool? {
    value.map { $0 >= ScorePoints(points) }
  }

  /// The place in the matrix.
  ///
  /// - Parameters:
  ///   - isActive: Whether behaviour is high.
  ///   - isFond: Whether attitude is; `nil` where it is not known.
  ///   - isWonByPrice: Whether it is price that the behaviour comes from, so that it is not loyalty.
  func standing(isActive: Bool, isFond: Bool?, isWonByPrice: Bool) -> LoyaltyStanding {
    if isActive, isWonByPrice { return .spurious }
    guard let isFond else { return .unknown }
    return isActive ? (isFond ? .loyal : .spurious) : (isFond ? .latent : .noLoyalty)
  }

  // MARK: Price

  /// Why the customer is taken to be won by price alone.
  var priceReasons: [PriceDependence.Reason] {
    let purchases = facts.purchases
    guard purchases.atDiscount > 0 else { return [] }
    var reasons: [PriceDependence.Reason] = []
    let rules = model.price
    let share = purchases.atDiscount * 100
    if share >= rules.mostAtDiscount * purchases.orders {
      reasons.append(.bought(atDiscount: purchases.atDiscount, of: purchases.orders))
    }
    let ended = purchases.followed + dropped
    if share >= rules.someAtDiscount * purchases.orders, ended > 0,
      dropped * 100 >= rules.mostDropped * ended
    {
      reasons.append(.left(afterOffers: dropped, of: ended))
    }
    return reasons
  }

  var price: PriceDependence {
    let purchases = facts.purchases
    return PriceDependence(
      orders: purchases.orders, atDiscount: purchases.atDiscount, followed: purchases.followed,
      dropped: dropped, waitingUntil: purchases.droppedFrom.flatMap { $0 > at ? $0 : nil },
      reductions: purchases.reductions, reasons: priceReasons)
  }

  // MARK: Brands and items

  /// Loyalty to brands and items.
  var bonds: [LoyaltyBond] {
    facts.purchases.favourites.map { favourite in
      let share = ScorePoints.share(Int64(favourite.days), of: Int64(favourite.categoryDays))
      let answers = facts.answers.filter { $0.about == favourite.to }
      let attitude =
        answers.isEmpty
        ? nil : Self.weighed(answers.map { ($0.mean(full: 100), $0.count) }).total
      return LoyaltyBond(
        to: favourite.to, title: favourite.title, days: favourite.days,
        categoryDays: favourite.categoryDays, firstAt: favourite.firstAt,
        lastAt: favourite.lastAt, share: share, attitude: attitude,
        standing: standing(
          isActive: favourite.days > 1 && share >= ScorePoints(model.highBehaviour),
          isFond: isHigh(attitude, from: model.highAttitude), isWonByPrice: false))
    }
  }

  /// The one item, else the one brand, that nearly all days of purchase had.
  var restsOn: RecordReference? {
    guard facts.purchases.days > 1 else { return nil }
    let carrying = facts.purchases.favourites.filter {
      $0.days * 100 >= model.concentration * facts.purchases.days
    }
    let item = carrying.first { $0.to.kind == CatalogueItem.schema.name }
    return (item ?? carrying.first)?.to
  }

  // MARK: Time

  /// When time alone next changes the verdict; `nil` where it never does.
  ///
  /// With time behaviour only falls, and offers only come to be dropped, so the time until nothing
  /// changes any more is halved until the change is found.
  var movesAt: Instant? {
    let last = [facts.purchases.droppedFrom, fadedAt].compactMap { $0 }.max()
    let now = verdict
    guard let last, last > at, at(last).verdict != now else { return nil }
    var (low, high) = (at.milliseconds, last.milliseconds)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if at(Instant(milliseconds: middle)).verdict == now { low = middle } else { high = middle }
    }
    return Instant(milliseconds: high)
  }

  /// When recency has come to nothing, so that behaviour falls no further.
  private var fadedAt: Instant? {
    guard let last = facts.purchases.lastAt,
      let factor = model.behaviour.first(where: { $0.kind == .recency })
    else { return nil }
    return last + .milliseconds(3 * pace(Int64(factor.full)))
  }

  // MARK: The index

  /// Everything there is to say of a customer.
  func index(of customer: Customer.ID, knownAt: Instant) -> LoyaltyIndex {
    let (behaviour, attitude) = (part(model.behaviour), part(model.attitude))
    let weights = [model.behaviourWeight, attitude.value == nil ? 0 : model.attitudeWeight]
    let sum = Self.weighed([
      (behaviour.value ?? .zero, weights[0]), (attitude.value ?? .zero, weights[1]),
    ])
    return LoyaltyIndex(
      customer: customer, at: at, knownAt: knownAt, modelVersion: model.version,
      value: sum.total,
      behaviour: .init(
        value: behaviour.value, weight: model.behaviourWeight, points: sum.points[0],
        reasons: behaviour.reasons),
      attitude: .init(
        value: attitude.value, weight: model.attitudeWeight, points: sum.points[1],
        reasons: attitude.reasons),
      standing: verdict.standing, grounds: grounds(behaviour.value, attitude.value), price: price,
      wallet: facts.wallet, bonds: bonds, restsOn: restsOn, movesAt: movesAt)
  }

  private func grounds(_ behaviour: ScorePoints?, _ attitude: ScorePoints?) -> [LifecycleEvidence] {
    func text(_ value: ScorePoints?, _ least: Int) -> String {
      guard let value else { return "not known" }
      return "\(value), \(value >= ScorePoints(least) ? "at least" : "less than") \(least)"
    }
    return [
      LifecycleEvidence("behaviour", text(behaviour, model.highBehaviour)),
      LifecycleEvidence("attitude", text(attitude, model.highAttitude)),
    ] + priceReasons.map { LifecycleEvidence("price", $0.description) }
  }
}
