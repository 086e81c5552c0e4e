import CRMKit

/// What processes that compete for points ask for.
public enum PointsRequest: String, CaseIterable, Sendable, CustomStringConvertible {
  /// 100 points of the first member, spent.
  case redeem
  /// The same, set aside.
  case hold
  /// What is set aside, spent or given back, one hold after the other.
  case capture, void
  /// 100 points of the first member for the second, and the other way.
  case give, take
  /// The rewards there are for the first member, one after the other.
  case claim

  public var description: String { rawValue }

  /// Asks for it.
  ///
  /// - Parameter number: How often the process has asked before.
  public func send(_ number: Int, key: String, in tx: Transaction) throws -> LoyaltyResult {
    let first = try LoyaltyStore.member(in: tx)
    switch self {
    case .redeem: return try tx.loyalty.redeem(100, from: first, key: key)
    case .hold: return try tx.loyalty.hold(100, from: first, key: key)
    case .capture: return try tx.loyalty.capture(LoyaltyStore.record(number, in: tx), key: key)
    case .void: return try tx.loyalty.void(LoyaltyStore.record(number, in: tx), key: key)
    case .give:
      return try tx.loyalty.transfer(
        100, from: first, to: LoyaltyStore.member(1, in: tx), key: key)
    case .take:
      return try tx.loyalty.transfer(
        100, from: LoyaltyStore.member(1, in: tx), to: first, key: key)
    case .claim:
      return try tx.loyalty.claim(LoyaltyStore.record(number, in: tx), for: first, key: key)
    }
  }
}
