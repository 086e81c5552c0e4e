/// What became of points that were given together, counted up.
///
/// What was given is always outstanding, redeemed, expired, taken back, forfeited or elsewhere:
/// every point of a lot that leaves one place here comes to another.
struct PointsTally {
  /// How many were given.
  var given: Int64 = 0

  /// How many were taken back from them.
  var clawed: Int64 = 0

  /// How many were taken back beyond what was left of them.
  var clawedBeyond: Int64 = 0

  /// How many were redeemed, less those given back.
  var redeemed: Int64 = 0

  /// How many settled what was owed for points redeemed before.
  var settled: Int64 = 0

  /// How many ended.
  var expired: Int64 = 0

  /// How many were given up or lost.
  var forfeited: Int64 = 0

  /// How many were taken by hand, or went to points of another kind or another origin.
  var elsewhere: Int64 = 0

  /// How many are still there.
  var outstanding: Int64 = 0

  /// How many of these are pending.
  var pending: Int64 = 0

  /// How many were given and not taken back.
  var net: Int64 { given &- clawed &- clawedBeyond }

  /// How many of those given and not taken back were redeemed, or settled what was redeemed before.
  var used: Int64 { max(0, min(redeemed &+ settled, net)) }

  /// Adds another tally.
  ///
  /// - Throws: ``LoyaltyError/Code/overflow``.
  mutating func add(_ other: PointsTally) throws(LoyaltyError) {
    given = try given.adding(other.given)
    clawed = try clawed.adding(other.clawed)
    clawedBeyond = try clawedBeyond.adding(other.clawedBeyond)
    redeemed = try redeemed.adding(other.redeemed)
    settled = try settled.adding(other.settled)
    expired = try expired.adding(other.expired)
    forfeited = try forfeited.adding(other.forfeited)
    elsewhere = try elsewhere.adding(other.elsewhere)
    outstanding = try outstanding.adding(other.outstanding)
    pending = try pending.adding(other.pending)
  }

  /// Takes points that leave.
  mutating func leave(_ leg: LedgerLeg) throws(LoyaltyError) {
    outstanding = try outstanding.adding(-leg.points)
    if leg.from == .pending { pending = try pending.adding(-leg.points) }
    switch leg.to {
    case .issued, .clawLoss: clawed = try clawed.adding(leg.points)
    case .redeemed: redeemed = try redeemed.adding(leg.points)
    case .expired: expired = try expired.adding(leg.points)
    case .forfeited: forfeited = try forfeited.adding(leg.points)
    case .adjusted, .conversion, .pending, .available, .held:
      elsewhere = try elsewhere.adding(leg.points)
    }
  }

  /// Adds points that come.
  ///
  /// - Parameter isGift: Whether they are given for the first time, and do not come back.
  mutating func enter(_ leg: LedgerLeg, asGift isGift: Bool) throws(LoyaltyError) {
    outstanding = try outstanding.adding(leg.points)
    if leg.to == .pending { pending = try pending.adding(leg.points) }
    switch leg.from {
    case .issued, .clawLoss:
      if isGift {
        given = try given.adding(leg.points)
      } else {
        clawed = try clawed.adding(-leg.points)
      }
    case .redeemed: redeemed = try redeemed.adding(-leg.points)
    case .expired: expired = try expired.adding(-leg.points)
    case .forfeited: forfeited = try forfeited.adding(-leg.points)
    case .adjusted, .conversion:
      if isGift {
        given = try given.adding(leg.points)
      } else {
        elsewhere = try elsewhere.adding(-leg.points)
      }
    case .pending, .available, .held: elsewhere = try elsewhere.adding(-leg.points)
    }
  }

  /// Lets points that came settle what was owed.
  mutating func settle(_ points: Int64) throws(LoyaltyError) {
    outstanding = try outstanding.adding(-points)
    settled = try settled.adding(points)
  }
}
