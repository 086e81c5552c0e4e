import CRMKit

/// The whole file of a customer with much in it.
public struct WholeFiles: Sendable {
  private let crm: CRM
  private let folder: TemporaryFolder
  private let busy: Customer.ID

  /// A customer with 1,000 entries on the timeline, 200 orders and 20 relationships, among so
  /// many others.
  public init(_ kept: Kept, among others: Int = Scale.canonical(10_000, small: 100)) async throws {
    (crm, folder) = try await kept.crm()
    let ids = try await crm.write { tx in
      try (0...others).map { try tx.customers.add(Person(number: $0).newCustomer).id }
    }
    busy = ids[0]
    try await crm.write { [busy] tx in
      let item = try tx.catalogue.add(sku: "cd", name: "Compact disc")
      for number in 0..<200 {
        try tx.orders.place(
          NewOrder(
            number: "\(number)", customer: busy,
            lines: [.init(item.id, quantity: 2, amount: try Money("19.98", .usd))],
            placedAt: tx.now - .seconds(86_400 * (number + 1))))
      }
      for other in ids.dropFirst().prefix(20) {
        try tx.relationships.add(NewRelationship(busy, .colleague, of: other))
      }
      // Each order is an event and a contact.
      for number in 0..<(1_000 - 421) {
        try tx.interactions.record(
          NewInteraction(
            with: busy, through: .phone, .inbound, subject: "Call \(number)",
            occurredAt: tx.now - .seconds(3_600 * (number + 1))))
      }
      for number in 0..<5 {
        try tx.commitments.make(
          NewCommitment(
            .followUp, to: busy, "Call again \(number)", owner: .staff("kim"),
            due: .at(tx.now + .seconds(86_400 * (number + 1)))))
      }
    }
  }

  /// Reading the file.
  public func reads(_ count: Int = Scale.canonical(1_000, small: 10)) -> Contender {
    Contender("the whole file", operations: count) { stopwatch in
      var sum = 0
      try await stopwatch.measure {
        for _ in 0..<count {
          let file = try await crm.read { try $0.customers.file(of: busy) }
          sum &+= file.timeline.count &+ file.orders.count &+ file.relationships.count
        }
      }
      return Checksum(sum)
    }
  }
}
