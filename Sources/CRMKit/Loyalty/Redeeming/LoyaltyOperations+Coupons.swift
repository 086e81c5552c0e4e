extension LoyaltyOperations {
  var coupons: Records<Coupon> { records() }

  /// The coupon of a code, if there is one; small letters are as good as capital ones.
  public func coupon(_ code: String) throws -> Coupon? {
    let code = code.uppercased()
    return try coupons.first(where: { $0.code == code })
  }

  /// A member's coupons, the latest first; ``Coupon/state(at:)`` tells where each stands.
  public func coupons(
    of member: LoyaltyMember.ID, after cursor: Cursor<Coupon>? = nil, limit: Int = 50
  ) throws -> Page<Coupon, Cursor<Coupon>> {
    let ids = try family(of: try resolve(member).id)
    return try coupons.page(
      Query(
        where: { $0.member.isOne(of: ids) }, sortedBy: { [.descending($0.issuedAt)] },
        after: cursor,
        limit: limit))
  }

  /// Sets a coupon aside for something, such as an order that is being made; it does not end
  /// meanwhile, and nothing else can use it.
  ///
  /// - Parameters:
  ///   - code: Its code.
  ///   - reference: What for; setting it aside for the same again gives it more time.
  ///   - duration: How long, if not as long as the programme holds points.
  /// - Throws: ``LoyaltyError`` of code `unknownReference`, `ineligible` for a member who is blocked,
  ///   `alreadyResolved` with where it stands; nothing has changed then.
  @discardableResult
  public func holdCoupon(_ code: String, for reference: String, lasting duration: Duration? = nil)
    throws -> Coupon
  {
    let seconds = duration?.components.seconds
    if let seconds { try LoyaltyError.checkAmount(seconds, "seconds") }
    var (coupon, member) = try usable(code, for: reference)
    let terms = try programme(member.programme).redemption
    coupon.status = .held
    coupon.heldUntil = transaction.now + .seconds(seconds ?? Int64(terms.holdSeconds))
    coupon.reference = reference
    return try update(coupon)
  }

  /// Sets a coupon free that was set aside; one that is not is left alone.
  ///
  /// - Throws: ``LoyaltyError/Code/unknownReference``; nothing has changed then.
  @discardableResult
  public func releaseCoupon(_ code: String) throws -> Coupon {
    var coupon = try known(code)
    guard coupon.status == .held else { return coupon }
    coupon.status = .issued
    coupon.heldUntil = nil
    coupon.reference = nil
    return try update(coupon)
  }

  /// Uses a coupon up; using it again for the same is the same.
  ///
  /// - Parameters:
  ///   - code: Its code.
  ///   - reference: What for, such as an order.
  /// - Throws: As ``holdCoupon(_:for:lasting:)``.
  @discardableResult
  public func useCoupon(_ code: String, for reference: String) throws -> Coupon {
    let before = try known(code)
    if before.status == .used, before.reference == reference { return before }
    var (coupon, _) = try usable(code, for: reference)
    coupon.status = .used
    coupon.heldUntil = nil
    coupon.reference = reference
    coupon.usedAt = transaction.now
    let used = coupon
    return try transaction.operation {
      var claim = try claims.get(used.claim)
      claim.usedAt = used.usedAt
      try update(claim)
      return try update(used)
    }
  }

  // MARK: Keeping

  private func known(_ code: String) throws -> Coupon {
    guard let coupon = try coupon(code) else { throw LoyaltyError(.unknownReference, "coupon") }
    return coupon
  }

  /// A coupon that can be used for something now, and whose it is.
  private func usable(_ code: String, for reference: String) throws -> (Coupon, LoyaltyMember) {
    let problems = TextRules.problems(of: reference, in: "reference", within: 500)
    guard problems.isEmpty else { throw CRMError.invalid(Coupon.schema.name, problems) }
    let coupon = try known(code)
    let member = try resolve(coupon.member)
    guard member.status == .active else {
      throw LoyaltyError(.ineligible, member.status.rawValue)
    }
    let state = coupon.state(at: transaction.now)
    guard state == .issued || (state == .held && coupon.reference == reference) else {
      throw LoyaltyError(.alreadyResolved, state.rawValue)
    }
    return (coupon, member)
  }

  private func update(_ coupon: Coupon) throws -> Coupon {
    try coupons.update(
      coupon, emitting: CouponUpdated(coupon: coupon.id, state: coupon.status))
  }

  func issueCoupon(for claim: RewardClaim, _ reward: Reward) throws {
    guard let id = claim.coupon else { return }
    let random: Coupon.ID = transaction.makeIdentifier()
    let days = try version(of: claim.programme).days
    let lastDay = reward.couponDays.map { days.date(of: transaction.now).plus(days: $0 - 1) }
    let coupon = Coupon(
      id: id, code: Coupon.code(from: random.low), claim: claim.id, member: claim.member,
      reward: reward.id, benefit: claim.benefit, issuedAt: transaction.now, lastDay: lastDay,
      expiresAt: lastDay.flatMap(days.end(of:)), status: .issued)
    try coupons.insert(coupon, emitting: CouponUpdated(coupon: id, state: .issued))
  }

  func cancelCoupon(_ id: Coupon.ID) throws {
    var coupon = try coupons.get(id)
    coupon.status = .cancelled
    coupon.heldUntil = nil
    _ = try update(coupon)
  }
}
