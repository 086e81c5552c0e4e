/// The part of a point that a member's orders have left over, where it counts with the next one.
///
/// It follows from the awards of the ledger.
public struct CarriedRemainder: Record {
  /// What names it for good; it follows from the member and the points.
  public let id: Identifier<CarriedRemainder>

  /// Whose it is.
  public internal(set) var member: LoyaltyMember.ID

  /// The name of the points.
  public internal(set) var points: String

  /// What is left over: less than a point.
  public internal(set) var remainder: Fraction

  /// The described fields.
  public struct Fields: Sendable {
    /// ``CarriedRemainder/member``, for filters and sorting.
    public let member = Field<CarriedRemainder, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 }
    ).owned(by: LoyaltyMember.self)

    /// ``CarriedRemainder/points``, for filters and sorting.
    public let points = Field<CarriedRemainder, String>(
      "points", { $0.points }, { $0.points = $1 })

    /// ``CarriedRemainder/remainder``.
    public let remainder = Field<CarriedRemainder, Fraction>(
      "remainder", { $0.remainder }, { $0.remainder = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<CarriedRemainder>("loyalty_remainders", fields, derived: true) {
    CarriedRemainder(id: $0, member: .zero, points: "", remainder: .zero)
  }

  static func identifier(of member: LoyaltyMember.ID, _ points: String) -> CarriedRemainder.ID {
    CarriedRemainder.ID(high: member.high, low: member.low ^ nameHash(points))
  }
}
