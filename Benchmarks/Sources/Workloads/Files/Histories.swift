import CRMKit

/// What happened with a customer: recording it and reading it.
public struct Histories: Sendable {
  private let crm: CRM
  private let folder: TemporaryFolder
  private let customer: Customer.ID
  private let count: Int

  /// A customer with so many contacts on the timeline, each at its own instant.
  public init(_ kept: Kept, entries count: Int = Scale.canonical(100_000, small: 1_000))
    async throws
  {
    self.count = count
    (crm, folder) = try await kept.crm()
    customer = try await crm.write { try $0.customers.add(Person(number: 1).newCustomer).id }
    for start in stride(from: 0, to: count, by: 1_000) {
      try await crm.write { [customer] tx in
        for number in start..<min(start + 1_000, count) {
          try tx.interactions.record(
            Self.contact(number, with: customer, at: tx.now, minutesAgo: number + 1))
        }
      }
    }
  }

  /// A contact so many minutes ago.
  private static func contact(
    _ number: Int, with customer: Customer.ID, at now: Instant, minutesAgo minutes: Int
  ) -> NewInteraction {
    NewInteraction(
      with: customer, through: number % 3 == 0 ? .email : .phone,
      number % 2 == 0 ? .inbound : .outbound, subject: "Contact \(number)",
      occurredAt: now - .seconds(60 * minutes))
  }

  /// Pages of 50 from a place on: 0 is the latest entry, 1 the first of all.
  public func pages(at share: Double, _ count: Int = Scale.canonical(500, small: 5)) async throws
    -> Contender
  {
    var place: TimelineCursor?
    let skipped = Int(Double(self.count - 60) * share)
    if skipped > 0 {
      place = try await crm.read { try $0.timeline.entries(of: customer, limit: skipped).next }
    }
    return Contender("a page", operations: count) { [place] stopwatch in
      var sum = 0
      try await stopwatch.measure {
        for _ in 0..<count {
          let page = try await crm.read {
            try $0.timeline.entries(of: customer, after: hidden(place), limit: 50)
          }
          sum &+= page.items.count
        }
      }
      return Checksum(sum)
    }
  }

  /// Recording contacts with many customers, so many a transaction: as they happen, or from the
  /// last to the first, where each comes before all that are recorded.
  public static func recordings(
    _ kept: Kept, late: Bool = false, batch: Int = 100,
    _ count: Int = Scale.canonical(20_000, small: 300)
  ) -> Contender {
    Contender("\(batch) a write", operations: count) { stopwatch in
      let (crm, folder) = try await kept.crm()
      defer { withExtendedLifetime(folder) {} }
      let customers = try await crm.write { tx in
        try (0..<1_000).map { try tx.customers.add(Person(number: $0).newCustomer).id }
      }
      let now = StoppedClock().now
      let contacts = (0..<count).map {
        contact(
          $0, with: customers[$0 % 1_000], at: now, minutesAgo: late ? $0 + 1 : count - $0)
      }
      try await stopwatch.measure {
        for start in stride(from: 0, to: count, by: batch) {
          try await crm.write { tx in
            for contact in contacts[start..<min(start + batch, count)] {
              try tx.interactions.record(contact)
            }
          }
        }
      }
      return Checksum(try await crm.read { try $0.interactions.count() })
    }
  }
}
