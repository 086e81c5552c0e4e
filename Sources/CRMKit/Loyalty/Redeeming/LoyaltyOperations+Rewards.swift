extension LoyaltyOperations {
  var rewards: Records<Reward> { records() }

  /// Adds a reward to the catalogue of a programme.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/duplicate`` for a name
  ///   that is taken, ``LoyaltyError/Code/unknownReference`` for an unknown programme; nothing has
  ///   changed then.
  @discardableResult
  public func add(_ new: NewReward, to programme: String) throws -> Reward {
    let model = try self.programme(programme)
    let reward = Reward(
      id: transaction.makeIdentifier(), programme: programme, name: new.name, kind: new.kind,
      currency: new.currency ?? model.points.first?.name ?? "",
      prices: [
        RewardPrice(
          version: 1, from: .earliest, points: new.points, benefit: new.benefit, cost: new.cost)
      ],
      stock: new.stock, availableFrom: new.availableFrom, availableUntil: new.availableUntil,
      tierGroup: new.tierGroup, tiers: new.tiers, couponDays: new.couponDays,
      modifiedAt: transaction.now, version: 1)
    try check(reward, in: model)
    return try rewards.insert(reward, emitting: RewardAdded(reward: reward.id))
  }

  /// Changes who may claim a reward, and when.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/conflict`` where the
  ///   reward was changed since it was read, ``CRMError/Code/notFound``; nothing has changed then.
  @discardableResult
  public func update(_ reward: Reward) throws -> Reward {
    try check(reward, in: try programme(reward.programme))
    return try rewards.update(reward, emitting: RewardUpdated(reward: reward.id))
  }

  /// Gives a reward a new price from an instant on; who was quoted the old one is asked again.
  ///
  /// - Parameters:
  ///   - points: How many points a member pays, 0 or more.
  ///   - benefit: What it is worth to a member then; `nil` for as much as before.
  ///   - cost: What it costs the firm then; `nil` for as much as before.
  ///   - instant: From when on, if not from now; after the last price before began.
  /// - Throws: As ``update(_:)``.
  @discardableResult
  public func reprice(
    _ id: Reward.ID, at points: Int64, benefit: Money? = nil, cost: Money? = nil,
    from instant: Instant? = nil
  ) throws -> Reward {
    var reward = try rewards.get(id)
    let last = reward.prices.last
    let from = instant ?? transaction.now
    var problems: [CRMError.Issue] = []
    if from < transaction.now { problems.append(.init("from", "is past")) }
    if let last, from <= last.from {
      problems.append(.init("from", "is not after the price before began to hold"))
    }
    if reward.prices.count >= Self.mostPrices {
      problems.append(.init("prices", "has \(Self.mostPrices) entries already"))
    }
    guard problems.isEmpty else { throw CRMError.invalid(Reward.schema.name, problems) }
    reward.prices.append(
      RewardPrice(
        version: (last?.version ?? 0) + 1, from: from, points: points,
        benefit: benefit ?? last?.benefit, cost: cost ?? last?.cost))
    return try update(reward)
  }

  /// Adds to how many there are of a reward, or takes some away.
  ///
  /// - Parameter count: How many more; below zero for fewer, down to those that are gone already.
  /// - Throws: ``CRMError/Code/invalid`` where there is any number of it or too few are left,
  ///   ``CRMError/Code/notFound``; nothing has changed then.
  @discardableResult
  public func restock(_ id: Reward.ID, by count: Int64) throws -> Reward {
    var reward = try rewards.get(id)
    let (stock, overflow) = (reward.stock ?? 0).addingReportingOverflow(count)
    var problems: [CRMError.Issue] = []
    if reward.stock == nil {
      problems.append(.init("stock", "is not limited"))
    } else if try overflow || stock < use(of: id).claimed {
      problems.append(.init("stock", "is too many, or fewer than are gone"))
    }
    guard problems.isEmpty else { throw CRMError.invalid(Reward.schema.name, problems) }
    reward.stock = stock
    return try rewards.update(reward, emitting: RewardUpdated(reward: id))
  }

  /// The rewards of a programme by their names, those that are not on offer included.
  public func rewards(
    of programme: String, after cursor: Cursor<Reward>? = nil, limit: Int = 50
  ) throws -> Page<Reward, Cursor<Reward>> {
    try rewards.page(
      Query(
        where: { $0.programme == programme }, sortedBy: { [.ascending($0.name)] }, after: cursor,
        limit: limit))
  }

  /// The reward of a name, if there is one.
  public func reward(_ name: String, of programme: String) throws -> Reward? {
    try rewards.first(where: { $0.programme == programme && $0.name == name })
  }

  private static let mostPrices = 1_000

  private func check(_ reward: Reward, in programme: LoyaltyProgramme) throws {
    let problems = reward.problems(in: programme)
    guard problems.isEmpty else { throw CRMError.invalid(Reward.schema.name, problems) }
  }
}

extension Reward {
  /// Everything that keeps it from being claimed or used.
  fileprivate func problems(in programme: LoyaltyProgramme) -> [CRMError.Issue] {
    var problems = TextRules.problems(of: name, in: "name", within: 100)
    if programme.terms(of: currency)?.isSpendable != true {
      problems.append(.init("currency", "is “\(currency)”, which cannot be spent"))
    }
    for price in prices.suffix(1) {
      if price.points < 0 { problems.append(.init("points", "is less than 0")) }
      for (field, amount) in [("benefit", price.benefit), ("cost", price.cost)] {
        if let amount, amount.minorUnits < 0 { problems.append(.init(field, "is less than 0")) }
      }
    }
    if let stock, stock < 0 { problems.append(.init("stock", "is less than 0")) }
    if let availableFrom, let availableUntil, availableUntil <= availableFrom {
      problems.append(.init("available_until", "is not after available_from"))
    }
    if let couponDays, !(1...ExpiryPolicy.mostDays).contains(couponDays) {
      problems.append(.init("coupon_days", "is not from 1 to \(ExpiryPolicy.mostDays)"))
    }
    return problems + tierProblems(in: programme)
  }

  private func tierProblems(in programme: LoyaltyProgramme) -> [CRMError.Issue] {
    if tiers.isEmpty && tierGroup == nil { return [] }
    let group = programme.tierGroups.first { tierGroup == nil || $0.name == tierGroup }
    guard let group else {
      return [.init("tier_group", "is no group of tiers: “\(tierGroup ?? "")”")]
    }
    return tiers.filter { tier in !group.tiers.contains { $0.name == tier } }.map {
      .init("tiers", "has “\($0)”, which is no tier of “\(group.name)”")
    }
  }
}
