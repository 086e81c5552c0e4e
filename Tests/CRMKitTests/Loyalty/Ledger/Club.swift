import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

/// A shop with a programme “club” and members, at a clock that its test sets.
struct Club: Sendable {
  let shop: Shop
  let programme: LoyaltyProgramme

  /// Members, in the order in which they were enrolled.
  let members: [LoyaltyMember.ID]

  var crm: CRM { shop.crm }
  var ada: LoyaltyMember.ID { members[0] }
  var bob: LoyaltyMember.ID { members[1] }

  static let capabilities = CRM.standardCapabilities.replacing(Loyalty())

  /// Opens the club.
  ///
  /// - Parameters:
  ///   - day: When it begins; midnight in Berlin.
  ///   - count: How many members it has.
  ///   - change: How its programme differs from the standard one.
  init(
    _ backend: Backend, on day: String = "2026-01-01", members count: Int = 2, seed: UInt64 = 7,
    _ capabilities: [any Capability] = Club.capabilities,
    _ change: (inout LoyaltyProgramme) -> Void = { _ in }
  ) async throws {
    var programme = LoyaltyProgramme.standard("club")
    change(&programme)
    let shop = try await Shop(
      backend, capabilities, at: try Club.instant(day), seed: seed)
    let defined = programme
    let members = try await shop.crm.write { tx in
      try tx.loyalty.define(defined)
      return try (0..<count).map { number in
        let customer = try tx.customers.add(.person("Member \(number)"))
        return try tx.loyalty.enrol(customer.id, in: "club").id
      }
    }
    self.init(shop, programme, members)
  }

  private init(_ shop: Shop, _ programme: LoyaltyProgramme, _ members: [LoyaltyMember.ID]) {
    self.shop = shop
    self.programme = programme
    self.members = members
  }

  /// The same store, closed and opened again.
  func reopened() async throws -> Club {
    Club(try await shop.reopened(seed: 99), programme, members)
  }

  /// The same club with its members in the opposite order.
  func reversed() -> Club { Club(shop, programme, members.reversed()) }

  /// Sets the clock to the start of a day in Berlin, or to an instant.
  func go(to moment: String) throws { shop.clock.set(to: try Club.instant(moment)) }

  /// An instant: RFC 3339, or a day for its first instant in Berlin.
  static func instant(_ text: String) throws -> Instant {
    if let instant = Instant(text) { return instant }
    return try #require(Zone("Europe/Berlin")).startOfDay(try day(text))
  }

  static func day(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }

  /// Gives points by hand that last up to a day.
  @discardableResult
  func give(
    _ points: Int64, until day: String? = nil, to member: LoyaltyMember.ID? = nil, key: String,
    of currency: String? = nil
  ) async throws -> LedgerEntry {
    let member = member ?? ada
    return try await crm.write { tx in
      try tx.loyalty.adjust(
        points, of: currency, for: member, because: "test",
        lasting: try day.map { .until(try Club.day($0)) } ?? .forever, key: key
      ).get()
    }
  }

  @discardableResult
  func redeem(_ points: Int64, from member: LoyaltyMember.ID? = nil, key: String) async throws
    -> LoyaltyResult
  {
    let member = member ?? ada
    return try await crm.write { try $0.loyalty.redeem(points, from: member, key: key) }
  }

  func balance(of member: LoyaltyMember.ID? = nil, _ currency: String? = nil) async throws
    -> PointsBalance
  {
    let member = member ?? ada
    return try await crm.read { try $0.loyalty.balance(of: member, currency) }
  }

  func available(_ member: LoyaltyMember.ID? = nil) async throws -> Int64 {
    try await balance(of: member).available
  }

  func entries() async throws -> [LedgerEntry] {
    try await crm.read {
      try $0.records(of: LedgerEntry.self).all(sortedBy: { _ in [.oldestFirst] })
    }
  }

  /// The sum of all postings of each kind of points, which is nothing.
  func total() async throws -> [String: Int64] {
    var sums: [String: Int64] = [:]
    for posting in try await entries().flatMap(\.postings) {
      sums[posting.currency, default: 0] += posting.points
    }
    return sums
  }
}

/// The refusal of loyalty that a closure throws; none where it does not throw.
nonisolated(nonsending) func loyaltyFailure<Result>(
  of body: () async throws -> Result, sourceLocation: SourceLocation = #_sourceLocation
) async -> LoyaltyError? {
  do {
    _ = try await body()
  } catch let error as LoyaltyError {
    return error
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
  }
  return nil
}
