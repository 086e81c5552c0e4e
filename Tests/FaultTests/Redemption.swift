import CRMKit
import CRMTesting
import TestSupport
import Testing

/// One redemption, and all that a store has before and after it.
struct Redemption {
  let before: [String]
  let after: [String]

  /// Makes a store whose first member has points.
  static func begin(in storage: any Storage) async throws -> CRM {
    let crm = try await open(storage, seed: 1)
    try await LoyaltyStore.begin(crm, points: 1_000)
    return crm
  }

  /// Opens a store as each process does that asks for the redemption.
  static func open(_ storage: any Storage, seed: UInt64 = 2) async throws -> CRM {
    try await CRM(
      storage: storage, capabilities: LoyaltyStore.capabilities, clock: TestClock(),
      identifiers: .seeded(seed))
  }

  @discardableResult
  static func ask(_ crm: CRM) async throws -> LoyaltyResult {
    try await crm.write { try PointsRequest.redeem.send(0, key: "cut", in: $0) }
  }

  static func content(of crm: CRM) async throws -> [String] {
    var lines: [String] = []
    try await crm.export { lines.append(String(decoding: $0, as: UTF8.self)) }
    return lines
  }

  /// Checks what a process left: all of the redemption or nothing, and that it can be asked for
  /// again.
  ///
  /// - Returns: Whether it was there.
  @discardableResult
  func check(
    _ storage: any Storage, mustBeThere: Bool, _ place: String
  ) async throws -> Bool {
    let crm = try await Self.open(storage)
    let found = try await Self.content(of: crm)
    let isThere = found == after
    #expect(isThere || !mustBeThere && found == before, "\(place)")
    let again = try await Self.ask(crm)
    #expect(again.refusal == nil, "\(place)")
    #expect(again.replay == (isThere ? .key : nil), "\(place)")
    #expect(try await Self.content(of: crm) == after, "\(place)")
    let report = try await crm.verify()
    #expect(report.isSound, "\(place): \(report)")
    await crm.close()
    return isThere
  }
}
