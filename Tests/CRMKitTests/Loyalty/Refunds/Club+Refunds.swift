import CRMKit
import Testing

@testable import CRMKit

extension Club {
  static func euro(_ text: String) throws -> Money { try Money(text, .eur) }

  /// An order of one line that earns.
  @discardableResult
  func order(
    _ number: String, _ amount: String, paidWithPoints: String? = nil, quantity: Int = 1,
    at instant: String? = nil
  ) async throws -> LedgerEntry {
    let request = EarnRequest.order(
      number, [EarnLine(try Self.euro(amount), quantity: quantity)],
      at: try instant.map { try Self.instant($0) },
      paidWithPoints: try paidWithPoints.map { try Self.euro($0) })
    return try await earn(request, key: "earn-\(number)").get()
  }

  @discardableResult
  func earn(_ request: EarnRequest, key: String, for member: LoyaltyMember.ID? = nil) async throws
    -> LoyaltyResult
  {
    let member = member ?? ada
    return try await crm.write { try $0.loyalty.earn(request, for: member, key: key) }
  }

  /// A refund of an order of the first member.
  @discardableResult
  func refund(
    _ part: RefundedPart, of order: String, _ number: String = "1", key: String? = nil,
    at instant: Instant? = nil
  ) async throws -> LoyaltyResult {
    let member = ada
    return try await crm.write {
      try $0.loyalty.refund(
        part, of: order, from: member, number: number, key: key ?? "refund-\(order)-\(number)",
        at: instant)
    }
  }

  /// What a refund of an amount did.
  @discardableResult
  func refunded(_ amount: String, of order: String, _ number: String = "1") async throws
    -> RefundOutcome
  {
    try await refund(.amount(try Self.euro(amount)), of: order, number).outcome()
  }

  func lots(of member: LoyaltyMember.ID? = nil) async throws -> [PointsLot] {
    let account = PointsAccount.identifier(of: member ?? ada, "points")
    return try await crm.read { tx in
      try tx.records(of: PointsLot.self).all(
        where: { $0.account == account }, sortedBy: { _ in [.oldestFirst] })
    }
  }

  /// Holds all that is kept against the ledger, and the ledger against itself.
  func check(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    #expect(try await crm.verify().isSound, sourceLocation: sourceLocation)
    #expect(
      try await total().values.allSatisfy { $0 == 0 }, sourceLocation: sourceLocation)
  }
}

extension LoyaltyResult {
  func outcome(sourceLocation: SourceLocation = #_sourceLocation) throws -> RefundOutcome {
    try #require(try get().refund(), sourceLocation: sourceLocation)
  }
}

extension RefundOutcome {
  func claw(of points: String = "points") -> Int64 { total(of: points)?.claw ?? 0 }
}
