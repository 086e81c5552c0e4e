/// Giving points back that paid for an order, to the lots they came from; those drawn last go back
/// first.
struct PointsRestoring {
  /// An entry that redeemed points for the order, and what of it goes back.
  struct Part {
    let redemption: LedgerEntry
    var legs: [LedgerLeg]
  }

  /// What goes back, by redemption.
  private(set) var parts: [Part] = []

  /// Plans what goes back.
  ///
  /// - Parameters:
  ///   - share: Which part of all points goes back in all.
  ///   - redemptions: What paid for the order, and how many points of each leg went back before,
  ///     in the order in which they were redeemed.
  init(_ share: Fraction, of redemptions: [Redemption]) throws {
    guard share > .zero else { return }
    var names: [String] = []
    for leg in redemptions.flatMap(\.legs) where !names.contains(leg.currency) {
      names.append(leg.currency)
    }
    for name in names { try plan(share, of: name, redemptions) }
  }

  private mutating func plan(
    _ share: Fraction, of currency: String, _ redemptions: [Redemption]
  ) throws {
    var all: Int64 = 0
    var back: Int64 = 0
    for redemption in redemptions {
      for leg in redemption.legs where leg.currency == currency { all = try all.adding(leg.points) }
      back = try back.adding(redemption.restored[currency] ?? 0)
    }
    var left = try (Fraction(all) * share).rounded(.down) - back
    for redemption in redemptions.reversed() where left > 0 {
      let legs = redemption.open(of: currency, atMost: left)
      if legs.isEmpty { continue }
      left -= legs.reduce(0) { $0 + $1.points }
      parts.append(Part(redemption: redemption.entry, legs: legs))
    }
  }

  /// An entry that redeemed points, and what of it went back.
  struct Redemption {
    let entry: LedgerEntry
    /// How many points of each kind went back.
    let restored: [String: Int64]

    /// Its draws.
    var legs: [LedgerLeg] { entry.legs.filter { $0.to == .redeemed } }

    /// Draws that did not go back, the last first.
    func open(of currency: String, atMost points: Int64) -> [LedgerLeg] {
      var gone = restored[currency] ?? 0
      var left = points
      var open: [LedgerLeg] = []
      for var leg in legs.reversed() where leg.currency == currency {
        let skipped = min(gone, leg.points)
        gone -= skipped
        leg.points = min(leg.points - skipped, left)
        left -= leg.points
        if leg.points > 0 { open.append(leg) }
      }
      return open
    }
  }
}

extension LedgerWork {
  /// Gives a part of redeemed points back.
  func restore(_ part: PointsRestoring.Part) throws {
    entry.cause = part.redemption.id
    entry.reference = part.redemption.reference
    for leg in part.legs {
      guard let owner = leg.fromMember else { continue }
      try restore(leg.points, of: leg.currency, to: owner, leg.lot, from: .redeemed)
    }
  }
}
