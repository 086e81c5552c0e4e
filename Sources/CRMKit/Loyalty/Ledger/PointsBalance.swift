/// How many points of a kind a member has.
public struct PointsBalance: Hashable, Sendable {
  /// Whose.
  public let member: LoyaltyMember.ID

  /// The name of the points.
  public let currency: String

  /// When they are that many.
  public let asOf: Instant

  /// What can be spent; below zero where more was taken back than was left.
  public internal(set) var available: Int64 = 0

  /// What was earned and is not confirmed.
  public internal(set) var pending: Int64 = 0

  /// What is held for redemptions that are not finished.
  public internal(set) var held: Int64 = 0
}

/// Points that end at the same time.
public struct ExpiringPoints: Hashable, Sendable {
  /// The last day on which they can be spent; `nil` for ever, and where they end within a day.
  public let lastValidDay: CalendarDate?

  /// From when they can no longer be spent; `nil` for ever.
  public let expiresAt: Instant?

  /// How many.
  public internal(set) var points: Int64
}
