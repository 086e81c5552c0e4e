import CRMKit

/// A store of one member of one programme, for processes that compete for the member's points.
public enum LoyaltyStore {
  /// What its CRM can do.
  public static var capabilities: [any Capability] {
    [Customers(), Catalogue(), Orders(), Loyalty()]
  }

  /// Makes the store's only member, with some points.
  public static func begin(_ crm: CRM, points: Int64) async throws {
    try await crm.write { tx in
      try tx.loyalty.define(.standard("club"))
      let customer = try tx.customers.add(.person("Ada"))
      let member = try tx.loyalty.enrol(customer.id, in: "club")
      try tx.loyalty.adjust(
        points, for: member.id, because: "to compete for", lasting: .forever, key: "begin"
      ).get()
    }
  }

  /// The member.
  public static func member(in tx: Transaction) throws -> LoyaltyMember.ID {
    guard let member = try tx.records(of: LoyaltyMember.self).first() else {
      throw LoyaltyError(.unknownReference, "member")
    }
    return member.id
  }
}
