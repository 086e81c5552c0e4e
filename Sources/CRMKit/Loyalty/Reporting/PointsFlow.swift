/// Where the points of a programme came from and went to in a time.
///
/// What there was at the beginning and what came, less what went, is what there is at the end:
/// ``closing`` is counted on the accounts of members, all else on those of the programme.
public struct PointsFlow: Hashable, Sendable {
  /// What members had before, deficits taken off.
  public internal(set) var opening: Int64 = 0

  /// What was earned, pending or not.
  public internal(set) var issued: Int64 = 0

  /// What was given by hand, less what was taken by hand.
  public internal(set) var adjusted: Int64 = 0

  /// What was redeemed, less what was given back.
  public internal(set) var redeemed: Int64 = 0

  /// What ended.
  public internal(set) var expired: Int64 = 0

  /// What was earned and taken back, or never confirmed.
  public internal(set) var clawed: Int64 = 0

  /// What members gave up or lost.
  public internal(set) var forfeited: Int64 = 0

  /// What became points of another kind, less what became of those.
  public internal(set) var converted: Int64 = 0

  /// What was to be taken back and was not there, and was written off; no member's points moved.
  public internal(set) var writtenOff: Int64 = 0

  /// What members had after it, deficits taken off.
  public internal(set) var closing: Int64 = 0

  /// Whether what came and went explains what there is.
  public var addsUp: Bool {
    var sum = opening &+ issued &+ adjusted &- redeemed
    sum = sum &- expired &- clawed &- forfeited &- converted
    return sum == closing
  }
}

extension PointsFlow {
  /// Adds what a leg moved.
  ///
  /// - Throws: ``LoyaltyError/Code/overflow``.
  mutating func add(_ leg: LedgerLeg) throws(LoyaltyError) {
    let points = leg.points
    if leg.from.isMembers { closing = try closing.adding(-points) }
    if leg.to.isMembers { closing = try closing.adding(points) }
    switch (leg.from, leg.to) {
    case (.clawLoss, _): writtenOff = try writtenOff.adding(points)
    case (_, .clawLoss): writtenOff = try writtenOff.adding(-points)
    case (.issued, _): issued = try issued.adding(points)
    case (_, .issued): clawed = try clawed.adding(points)
    case (.adjusted, _): adjusted = try adjusted.adding(points)
    case (_, .adjusted): adjusted = try adjusted.adding(-points)
    case (.redeemed, _): redeemed = try redeemed.adding(-points)
    case (_, .redeemed): redeemed = try redeemed.adding(points)
    case (.expired, _): expired = try expired.adding(-points)
    case (_, .expired): expired = try expired.adding(points)
    case (.forfeited, _): forfeited = try forfeited.adding(-points)
    case (_, .forfeited): forfeited = try forfeited.adding(points)
    case (.conversion, _): converted = try converted.adding(-points)
    case (_, .conversion): converted = try converted.adding(points)
    default: break
    }
  }

  /// The flow of a time and of the one after it.
  ///
  /// - Throws: ``LoyaltyError/Code/overflow``.
  func followed(by next: PointsFlow) throws(LoyaltyError) -> PointsFlow {
    var sum = self
    sum.issued = try issued.adding(next.issued)
    sum.adjusted = try adjusted.adding(next.adjusted)
    sum.redeemed = try redeemed.adding(next.redeemed)
    sum.expired = try expired.adding(next.expired)
    sum.clawed = try clawed.adding(next.clawed)
    sum.forfeited = try forfeited.adding(next.forfeited)
    sum.converted = try converted.adding(next.converted)
    sum.writtenOff = try writtenOff.adding(next.writtenOff)
    sum.closing = try closing.adding(next.closing)
    return sum
  }
}
