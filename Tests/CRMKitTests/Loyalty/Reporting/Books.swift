import CRMKit
import Testing

@testable import CRMKit

/// A sale that earned points, as a test posts it: a part of its price is put off for them.
struct SaleRequest: LedgerRequest {
  var order: String
  var points: Int64
  var price: Money?

  static let kind = LedgerEntry.Kind.earn

  private struct Fields: Sendable {
    let order = Field<SaleRequest, String>("order", { $0.order }, { $0.order = $1 })
    let points = Field<SaleRequest, Int64>("points", { $0.points }, { $0.points = $1 })
    let price = Field<SaleRequest, Money?>("price", { $0.price }, { $0.price = $1 })
  }

  static let layout = Layout(Fields(), blank: SaleRequest(order: "", points: 0))
}

/// A refund of such a sale, as a test posts it.
struct SaleRefundRequest: LedgerRequest {
  var sale: LedgerEntry.ID
  var points: Int64

  static let kind = LedgerEntry.Kind.refund

  private struct Fields: Sendable {
    let sale = Field<SaleRefundRequest, LedgerEntry.ID>("sale", { $0.sale }, { $0.sale = $1 })
    let points = Field<SaleRefundRequest, Int64>("points", { $0.points }, { $0.points = $1 })
  }

  static let layout = Layout(Fields(), blank: SaleRefundRequest(sale: .zero, points: 0))
}

extension Club {
  /// Sells something that earns as many points as it costs in whole units of money.
  @discardableResult
  func sell(
    _ points: Int64, to member: LoyaltyMember.ID? = nil, key: String, pendingDays: Int? = nil,
    at occurredAt: Instant? = nil
  ) async throws -> LedgerEntry {
    let member = member ?? ada
    return try await crm.write { tx in
      try tx.sell(points, to: member, key: key, pendingDays: pendingDays, at: occurredAt).get()
    }
  }

  /// Takes points of a sale back.
  @discardableResult
  func refund(_ points: Int64, of sale: LedgerEntry, key: String) async throws -> LedgerEntry {
    try await crm.write { try $0.refund(points, of: sale, key: key).get() }
  }
}

extension Transaction {
  func sell(
    _ points: Int64, to member: LoyaltyMember.ID, key: String, pendingDays: Int? = nil,
    at occurredAt: Instant? = nil
  ) throws -> LoyaltyResult {
    let price = Money(minorUnits: points * 100, .eur)
    let request = SaleRequest(order: key, points: points, price: price)
    return try loyalty.post(request, key: key, for: member, at: occurredAt) { work in
      work.entry.reference = key
      let wait = pendingDays.map { PendingTerms.Wait.days($0) } ?? .nothing
      var opening = work.opening("points", work.life(of: "points", waiting: wait))
      let worth = try #require(work.programme.terms(of: "points")?.worth)
      opening.price = try LiabilityRules.allocations(
        of: price, to: [.init(points: points, worth: worth)],
        expecting: work.programme.accounting.expectedRedemption
      ).first
      try work.credit(points, opening, from: .issued)
    }
  }

  func refund(_ points: Int64, of sale: LedgerEntry, key: String) throws -> LoyaltyResult {
    let request = SaleRefundRequest(sale: sale.id, points: points)
    return try loyalty.post(request, key: key, for: sale.member) { work in
      work.entry.cause = sale.id
      let lot = try #require(sale.openings.first).lot
      try work.claw(points, of: "points", of: sale.member, origins: [lot], to: .issued)
    }
  }
}
