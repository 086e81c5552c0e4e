/// What a refund does.
///
/// An order is refunded by the version of the programme under which it earned, however late: which
/// part goes back to points that paid, and whether what is left must still have what the rules
/// require, stay what they were then. Of an order that is not known the version in force at the
/// refund decides.
public struct RefundTerms: Hashable, Sendable {
  /// Which part of it goes back to points that were paid.
  public var pointsPaid = PointsPaid.proRata

  /// Whether what is left of an order must still have what its rules require.
  public var eligibility = Eligibility.reevaluate

  /// What becomes of a refund whose order is not known.
  public var unknownOrder = UnknownOrder.refuse

  /// Which part of a refund goes back to points that were paid.
  public enum PointsPaid: String, Sendable, Codable, CaseIterable {
    /// The part of the order that was paid with them.
    case proRata
    /// What is left once the money has gone back.
    case cashFirst
    /// As much as was paid with them, before any money.
    case pointsFirst
    /// Nothing.
    case never
    /// All of them, where all of the order is refunded.
    case fullRefundOnly
  }

  /// Whether what is left must still have what rules require.
  public enum Eligibility: String, Sendable, Codable, CaseIterable {
    /// It must.
    case reevaluate
    /// It need not: what was met once stays met.
    case keepEligibility
  }

  /// What becomes of a refund whose order is not known.
  public enum UnknownOrder: Hashable, Sendable, Codable {
    /// It is refused.
    case refuse
    /// It waits so many days for its order.
    case park(days: Int)
  }

  /// In proportion, with the rules looked at anew.
  public init() {}
}

extension RefundTerms: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.pointsPaid, into: &pointsPaid)
    try stored.read(.eligibility, into: &eligibility)
    try stored.read(.unknownOrder, into: &unknownOrder)
  }
}

/// What is taken back where an order is refunded.
///
/// How many points are to be taken back follows from the rules under which the order earned; which
/// are taken, and what becomes of those that are no longer there, is as the version of the programme
/// says that is in force when the refund happens.
public struct ClawbackTerms: Hashable, Sendable {
  /// What becomes of points that are no longer there.
  public var shortfall = Shortfall.allowNegative

  /// Which points are taken first.
  public var draw = Draw.originLotFirst

  /// What becomes of points that are to be taken back and are no longer there.
  public enum Shortfall: String, Sendable, Codable, CaseIterable {
    /// The member owes them.
    case allowNegative
    /// The firm bears them.
    case clampAndWriteOff
    /// Only points that still wait are ever taken back.
    case pendingOnly
    /// What they are worth is kept back from the money refunded; by the version under which they
    /// were earned.
    case withholdFromRefund
  }

  /// Which points are taken first.
  public enum Draw: String, Sendable, Codable, CaseIterable {
    /// Those of the order itself, then as for spending.
    case originLotFirst
    /// As for spending.
    case drawOrder
  }

  /// The member owes what is no longer there.
  public init() {}
}

extension ClawbackTerms: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.shortfall, into: &shortfall)
    try stored.read(.draw, into: &draw)
  }
}

/// What becomes of points that are given back, by the version in force when they are.
public struct RestoreTerms: Hashable, Sendable {
  /// What becomes of those that would have expired by then.
  public var expired = Expired.grace(days: 30)

  /// What becomes of points that would have expired by then.
  public enum Expired: Hashable, Sendable, Codable {
    /// They last so many days more.
    case grace(days: Int)
    /// They are given back and expire at once.
    case expireImmediately
  }

  /// Thirty days more.
  public init() {}
}

extension RestoreTerms: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.expired, into: &expired)
  }
}
