/// How what is refunded of an order goes back: as money, and to points that paid for it; pure.
///
/// It tells of all that was refunded so far, so that many refunds come to what one would.
struct RefundSplit: Equatable {
  /// What goes back as money, in minor units.
  var cash: Int64 = 0

  /// What goes back to points, in minor units.
  var points: Int64 = 0

  /// What of the rest of the order is paid with points, in minor units.
  var stillPaid: Int64 = 0

  /// Which part of the points goes back.
  var share = Fraction.zero

  /// Splits what was refunded.
  ///
  /// - Parameters:
  ///   - refunded: How much of the order was refunded, in minor units.
  ///   - total: What the order came to.
  ///   - paid: How much of that was paid with points; 0 where points were redeemed besides.
  init(
    _ refunded: Int64, of total: Int64, paidWithPoints paid: Int64,
    _ policy: RefundTerms.PointsPaid
  ) throws {
    guard total > 0 else {
      share = policy == .never ? .zero : .one
      return
    }
    let isAll = refunded == total
    let part = try Self.part(refunded, of: total, paid)
    switch policy {
    case .proRata: points = part
    case .cashFirst: points = max(0, refunded - (total - paid))
    case .pointsFirst: points = min(refunded, paid)
    case .never: points = 0
    case .fullRefundOnly: points = isAll ? paid : 0
    }
    switch policy {
    case .proRata, .cashFirst, .pointsFirst:
      cash = refunded - points
      stillPaid = paid - points
    case .never, .fullRefundOnly:
      cash = refunded - part
      stillPaid = paid - part
    }
    share = try Self.share(points, of: paid, policy, refunded, total)
  }

  private static func part(_ refunded: Int64, of total: Int64, _ paid: Int64) throws -> Int64 {
    try Money(minorUnits: paid, .eur).proportion(refunded, of: total).minorUnits
  }

  private static func share(
    _ points: Int64, of paid: Int64, _ policy: RefundTerms.PointsPaid, _ refunded: Int64,
    _ total: Int64
  ) throws -> Fraction {
    if paid > 0 { return try Fraction(points) / Fraction(paid) }
    switch policy {
    case .never: return .zero
    case .proRata: return try Fraction(refunded) / Fraction(total)
    case .pointsFirst: return refunded > 0 ? .one : .zero
    case .cashFirst, .fullRefundOnly: return refunded == total ? .one : .zero
    }
  }
}
