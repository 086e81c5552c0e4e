extension LoyaltyOperations {
  /// Gives points to another member of the programme; they count for no tier of either.
  ///
  /// - Parameters:
  ///   - points: How many, at least 1; pending and held ones cannot be given.
  ///   - currency: The name of the points, if not the programme's first.
  ///   - member: Whose.
  ///   - other: Who gets them.
  ///   - key: The host's name for the request.
  ///   - reference: What for.
  /// - Returns: What became of it; refused with ``LoyaltyError/Code/insufficientPoints`` or, where
  ///   one of them cannot take part, ``LoyaltyError/Code/ineligible``.
  /// - Throws: ``LoyaltyError/Code/sameAccount``, and as ``redeem(_:of:from:key:reference:at:)``;
  ///   nothing has changed then.
  public func transfer(
    _ points: Int64, of currency: String? = nil, from member: LoyaltyMember.ID,
    to other: LoyaltyMember.ID, key: String, reference: String? = nil
  ) throws -> LoyaltyResult {
    try LoyaltyError.checkAmount(points)
    let taker = try holder(of: try resolve(other))
    let request = TransferRequest(
      member: member, to: other, points: points, currency: currency, reference: reference)
    return try post(request, key: key, for: member) { work in
      let giver = work.member
      guard giver.id != taker.id else { throw LoyaltyError(.sameAccount) }
      guard giver.programme == taker.programme else {
        throw LoyaltyError(.unknownReference, "member \(other) in “\(giver.programme)”")
      }
      try work.checkActive()
      try work.checkActive(taker)
      work.entry.counterparty = taker.id
      work.entry.reference = reference
      let currency = try work.name(currency)
      try work.checkSpendable(currency)
      try work.account(currency, of: taker.id)
      let draws = try work.planDraw(points, of: currency, from: giver.id)
      try work.give(draws, of: currency, to: taker.id)
      try work.noteActivity(.transfer, in: currency)
    }
  }

  /// Makes points of one kind of points of another.
  ///
  /// No more is charged than the whole points of the other kind cost.
  ///
  ///     try tx.loyalty.convert(1_000, into: "miles", at: rate, from: ada, key: "c1")
  ///
  /// - Parameters:
  ///   - points: How many at most, at least as many as one of the others costs.
  ///   - currency: The name of the points, if not the programme's first.
  ///   - target: The name of the others.
  ///   - rate: How many points one of the others costs: 3 to 2 gives 66 for 99.
  ///   - member: Whose.
  ///   - key: The host's name for the request.
  /// - Returns: What became of it; refused with ``LoyaltyError/Code/insufficientPoints`` or
  ///   ``LoyaltyError/Code/ineligible``.
  /// - Throws: ``LoyaltyError/Code/currencyMismatch`` for the same points,
  ///   ``LoyaltyError/Code/invalidAmount``, and as ``redeem(_:of:from:key:reference:at:)``; nothing
  ///   has changed then.
  public func convert(
    _ points: Int64, of currency: String? = nil, into target: String, at rate: Ratio,
    from member: LoyaltyMember.ID, key: String
  ) throws -> LoyaltyResult {
    try LoyaltyError.checkAmount(points)
    let (given, charged) = try LedgerRules.converted(points, at: rate)
    let request = ConvertRequest(
      member: member, points: points, currency: currency, into: target, rate: rate)
    return try post(request, key: key, for: member) { work in
      try work.checkActive()
      let (source, target) = (try work.name(currency), try work.name(target))
      guard source != target else { throw LoyaltyError(.currencyMismatch, source) }
      try work.checkSpendable(source)
      try work.account(target)
      try work.draw(charged, of: source, to: .conversion)
      try work.credit(given, work.opening(target, work.life(of: target)), from: .conversion)
    }
  }
}

extension LedgerRules {
  /// How many other points a number of points gives, and how many of them that takes.
  ///
  /// - Throws: ``LoyaltyError/Code/invalidAmount`` where it gives none,
  ///   ``LoyaltyError/Code/overflow``.
  static func converted(_ points: Int64, at rate: Ratio) throws(LoyaltyError) -> (
    given: Int64, charged: Int64
  ) {
    let given = try scaled(points, by: rate.inverse, up: false)
    guard given > 0 else {
      throw LoyaltyError(
        .invalidAmount, requested: points, allowed: try scaled(1, by: rate, up: true), "points")
    }
    return (given, try scaled(given, by: rate, up: true))
  }

  /// So many times a whole number, down or up to a whole number.
  private static func scaled(
    _ number: Int64, by ratio: Ratio, up: Bool
  ) throws(LoyaltyError) -> Int64 {
    let product = number.multipliedFullWidth(by: ratio.numerator)
    guard product.high < ratio.denominator else {
      throw LoyaltyError(.overflow, requested: number)
    }
    let (quotient, rest) = UInt64(ratio.denominator).dividingFullWidth(
      (UInt64(bitPattern: product.high), product.low))
    let whole = up && rest > 0 ? quotient + 1 : quotient
    guard let result = Int64(exactly: whole) else {
      throw LoyaltyError(.overflow, requested: number)
    }
    return result
  }
}

extension LedgerWork {
  /// Gives drawn points to another member, lot by lot or in one, as the programme says.
  fileprivate func give(
    _ draws: [PointsDraw], of currency: String, to taker: LoyaltyMember.ID
  ) throws {
    var common: LotOpening?
    for draw in draws {
      let lot = try lot(draw.lot)
      var opening = common ?? opening(currency, of: lot, nil, for: taker)
      if common == nil, programme.transfer.expiry == .targetRules {
        opening.earnedAt = entry.occurredAt
        opening.live(life(of: currency))
        common = opening
      }
      try credit(draw.points, opening, from: .available, member.id, lot: draw.lot)
    }
  }
}
