import CRMKit

/// A store of one programme, for processes that compete for its members' points.
public enum LoyaltyStore {
  /// What its CRM can do.
  public static var capabilities: [any Capability] {
    [Customers(), Catalogue(), Orders(), Loyalty()]
  }

  /// Makes the store's two members, and gives the first of them points.
  public static func begin(_ crm: CRM, points: Int64) async throws {
    try await crm.write { tx in
      try tx.loyalty.define(.standard("club"))
      for name in ["Ada", "Bob"] {
        _ = try tx.loyalty.enrol(tx.customers.add(.person(name)).id, in: "club")
      }
      try tx.loyalty.adjust(
        points, for: member(in: tx), because: "to compete for", lasting: .forever, key: "begin"
      ).get()
    }
  }

  /// A member: the first, or another by number.
  public static func member(_ number: Int = 0, in tx: Transaction) throws -> LoyaltyMember.ID {
    try record(number, in: tx)
  }

  /// The record of a number, counted from 0; the same for all as long as none is added.
  static func record<R: Record>(_ number: Int, in tx: Transaction) throws -> Identifier<R> {
    let all = try tx.records(of: R.self).all()
    guard all.indices.contains(number) else {
      throw LoyaltyError(.unknownReference, "\(R.self) \(number)")
    }
    return all[number].id
  }
}
