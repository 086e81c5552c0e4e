/// A kind of points that a host names in its program, so that the compiler keeps kinds apart.
///
///     enum Miles: PointsKind { static let name = "miles" }
public protocol PointsKind: Sendable {
  /// The name of the points in the programme.
  static var name: String { get }
}

/// A number of points of one kind; points of another cannot be added to it.
///
///     let flown = try Points<Miles>(400) + Points<Miles>(66)
///     try tx.loyalty.redeem(flown, from: member, key: "seat-12a")
public struct Points<Kind: PointsKind>: Hashable, Sendable {
  /// How many.
  public let count: Int64

  /// So many points.
  public init(_ count: Int64) { self.count = count }

  /// Points whose kind is known by name alone.
  ///
  /// - Throws: ``LoyaltyError/Code/currencyMismatch`` where they are of another kind.
  public init(_ amount: PointsAmount) throws(LoyaltyError) {
    guard amount.currency == Kind.name else {
      throw LoyaltyError(.currencyMismatch, "\(Kind.name) and \(amount.currency)")
    }
    count = amount.points
  }

  /// The sum of points of one kind.
  ///
  /// - Throws: ``LoyaltyError/Code/overflow``.
  public static func + (a: Points, b: Points) throws(LoyaltyError) -> Points {
    Points(try a.count.adding(b.count))
  }
}

extension Points: Comparable {
  public static func < (a: Points, b: Points) -> Bool { a.count < b.count }
}

/// A number of points whose kind is known by name.
public struct PointsAmount: Hashable, Sendable {
  /// How many.
  public let points: Int64

  /// The name of their kind.
  public let currency: String

  /// So many points of a kind.
  public init(_ points: Int64, of currency: String) {
    self.points = points
    self.currency = currency
  }

  /// The sum of points of one kind.
  ///
  /// - Throws: ``LoyaltyError/Code/currencyMismatch`` where they are of two,
  ///   ``LoyaltyError/Code/overflow``.
  public static func + (a: PointsAmount, b: PointsAmount) throws(LoyaltyError) -> PointsAmount {
    guard a.currency == b.currency else {
      throw LoyaltyError(.currencyMismatch, "\(a.currency) and \(b.currency)")
    }
    return PointsAmount(try a.points.adding(b.points), of: a.currency)
  }
}

extension LoyaltyOperations {
  /// Redeems points of a kind that the program knows.
  ///
  /// - Returns: As ``redeem(_:of:from:key:reference:at:)``.
  /// - Throws: As ``redeem(_:of:from:key:reference:at:)``.
  public func redeem<Kind>(
    _ points: Points<Kind>, from member: LoyaltyMember.ID, key: String,
    reference: String? = nil, at occurredAt: Instant? = nil
  ) throws -> LoyaltyResult {
    try redeem(
      points.count, of: Kind.name, from: member, key: key, reference: reference, at: occurredAt)
  }
}
