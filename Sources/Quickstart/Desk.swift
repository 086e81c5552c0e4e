import CRMKit

/// What staff would write into a customer's file: made up, for the data has purchases only.
///
/// Every event of it bears the name of who wrote it, ``clerk``.
struct Desk {
  static let clerk = Principal.staff("kim")

  private let crm: CRM

  init(in crm: CRM) {
    self.crm = crm.acting(as: Self.clerk, through: .phone)
  }

  /// Takes a call from a customer of the import, once: all that comes of it is one write.
  ///
  /// - Returns: Whether the customer called, now or at an earlier run; others do not.
  @discardableResult
  func takeCall(from id: Customer.ID) async throws -> Bool {
    try await crm.write(because: "demonstration") { tx in
      let call = ExternalID("desk", id.description)
      if try tx.interactions.find(call) != nil { return true }
      guard try Self.isImported(id, tx), let order = try tx.orders.all(of: id, limit: 1).first
      else { return false }
      try Self.introduce(id, tx)
      try Self.link(id, tx)
      try Self.talk(with: id, about: order, as: call, tx)
      return true
    }
  }

  /// Whether the import brought a customer: nothing is made up about others.
  private static func isImported(_ id: Customer.ID, _ tx: Transaction) throws -> Bool {
    let customer = try tx.customers.get(id)
    return !customer.isArchived && customer.externalIDs.contains { $0.system == Import.system }
  }

  /// Who this is.
  private static func introduce(_ id: Customer.ID, _ tx: Transaction) throws {
    var customer = try tx.customers.get(id)
    customer.names = [CustomerName(.given, "Margaret"), CustomerName(.family, "Ellis")]
    customer.emails = [EmailAddress("margaret.ellis@example.com")].compactMap { $0 }
    customer.phones = [PhoneNumber("+1 212 555 0142")].compactMap { $0 }
    customer.owner = clerk
    try tx.customers.update(customer)
  }

  /// Who belongs to them.
  private static func link(_ id: Customer.ID, _ tx: Transaction) throws {
    let husband = try tx.customers.add(.person("Paul Ellis", country: "US"))
    try tx.relationships.add(NewRelationship(id, .spouse, of: husband.id))
    for best in try tx.metrics.best(in: .usd, limit: 2)
    where try best.customer != id && isImported(best.customer, tx) {
      try tx.relationships.add(NewRelationship(id, .referrer, of: best.customer))
    }
  }

  /// What was said, what is open and what comes next.
  private static func talk(
    with id: Customer.ID, about order: Order, as call: ExternalID, _ tx: Transaction
  ) throws {
    let talk = try tx.interactions.record(
      NewInteraction(
        with: id, through: .phone, .inbound, subject: "A disc of the last order skips",
        content: "Has tried two players. Best reached in the evening.",
        outcome: "We send another; the old one need not come back",
        about: [RecordReference(order.id)], externalID: call))
    try tx.orders.dispute(order.id, over: "A disc skips", reference: "call-\(order.id)")
    try tx.commitments.make(
      NewCommitment(
        .promise, to: id, "Send the disc again", owner: clerk,
        due: .by(CalendarDate(daysSinceEpoch: tx.today.daysSinceEpoch + 3), in: tx.zone),
        in: talk.id, about: [RecordReference(order.id)]))
    try tx.needs.state(
      NewNeed(of: id, "gifts", "Box sets for the holidays", .expected, from: .channel(.phone)))
    try tx.interactions.plan(
      NewInteraction(
        with: id, through: .fieldVisit, .outbound, subject: "Show the new box sets",
        staff: [clerk], occurredAt: tx.now + .seconds(7 * 86_400)))
  }
}
