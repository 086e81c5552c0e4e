import CRMKit

/// Customers in memory, added and found through the CRM as a host does.
public struct CustomersInMemory: Sendable {
  private let crm: CRM
  private let ids: [Customer.ID]

  /// The bytes of memory they take in RAM.
  public let bytes: Int

  /// How many customers there are.
  public var count: Int { ids.count }

  /// Adds so many customers, 1,000 a transaction.
  ///
  /// - Parameter hasEvents: Whether the events that tell of them are kept, as they always are
  ///   but for measuring.
  public init(_ count: Int, events hasEvents: Bool = true) async throws {
    crm = try await CRM(
      storage: hasEvents ? MemoryStorage() : EventlessStorage(),
      capabilities: CRM.shopCapabilities)
    // In RAM before measuring, as it belongs to the benchmark.
    var ids = Array(repeating: Customer.ID.zero, count: count)
    let before = residentMemory()
    for start in stride(from: 0, to: count, by: 1_000) {
      try await crm.write { tx in
        for number in start..<min(start + 1_000, count) {
          ids[number] = try tx.customers.add(Person(number: number).newCustomer).id
        }
      }
    }
    bytes = residentMemory() - before
    self.ids = ids
  }
}

// MARK: - Adding

extension CustomersInMemory {
  /// Adding customers to an empty CRM, so many a transaction, with their events and indexes.
  public static func additions(
    _ count: Int = Scale.canonical(100_000, small: 1_000), batch: Int = 1_000
  ) -> Contender {
    let people = (0..<count).map { Person(number: $0).newCustomer }
    return Contender("in transactions of \(batch)", operations: count) { stopwatch in
      let crm = try await CRM(storage: MemoryStorage(), capabilities: CRM.shopCapabilities)
      try await stopwatch.measure {
        for start in stride(from: 0, to: count, by: batch) {
          try await crm.write { tx in
            for person in people[start..<min(start + batch, count)] {
              try tx.customers.add(person)
            }
          }
        }
      }
      return try await Self.checksum(crm)
    }
  }

  /// Adding customers one by one to those there are, each in a transaction of its own.
  public func singleAdditions(_ count: Int = Scale.canonical(5_000, small: 100)) -> Contender {
    let places = Places(next: self.count)
    return Contender("one a transaction", operations: count) { stopwatch in
      let people = places.take(count).map { Person(number: $0).newCustomer }
      try await stopwatch.measure {
        for person in people {
          _ = try await crm.write { try $0.customers.add(person) }
        }
      }
      let added = try await crm.read { tx in
        try people.reduce(0) {
          try $0 + (tx.customers.find($1.externalIDs[0])?.emails.count ?? 0)
        }
      }
      return Checksum(added)
    }
  }

  private static func checksum(_ crm: CRM) async throws -> Checksum {
    try await crm.read { tx in
      Checksum(
        try tx.customers.count(), try tx.records(of: RecordedEvent.self).count(),
        try tx.customers.count { $0.country == "FR" })
    }
  }
}

/// Hands out numbers, each once.
private final class Places: @unchecked Sendable {
  // Contenders run one after the other, so nobody takes numbers at the same time.
  private var next: Int

  init(next: Int) {
    self.next = next
  }

  func take(_ count: Int) -> Range<Int> {
    defer { next += count }
    return next..<(next + count)
  }
}

// MARK: - Finding

extension CustomersInMemory {
  /// Finding customers by identifier, all in one read or each in a read of its own.
  public func finds(each isEach: Bool, _ count: Int = Scale.canonical(200_000, small: 1_000))
    -> Contender
  {
    var lottery = Lottery(3)
    let wanted = (0..<count).map { _ in ids[lottery.below(ids.count)] }
    return Contender(isEach ? "each its own read" : "one read", operations: count) { stopwatch in
      var sum = 0
      try await stopwatch.measure {
        if isEach {
          for id in wanted {
            sum &+= try await crm.read { try $0.customers.find(id)?.name.utf8.count ?? 0 }
          }
        } else {
          try await crm.read { tx in
            for id in wanted { sum &+= try tx.customers.find(id)?.name.utf8.count ?? 0 }
          }
        }
      }
      return Checksum(sum)
    }
  }

  /// A scan of all customers by three conditions that no index answers.
  public var filteredScan: Contender {
    let latest = Instant.latest
    return Contender("scan with three conditions", operations: 1) { stopwatch in
      let count = try await stopwatch.measure {
        try await crm.read { tx in
          try tx.customers.count {
            $0.language == "fr" && $0.kind == .person && $0.createdAt < hidden(latest)
          }
        }
      }
      return Checksum(count)
    }
  }

  /// Pages of 50 customers of a country by name: the first one, or ones from the middle on.
  public func pages(later isLater: Bool, _ count: Int = Scale.canonical(2_000, small: 20))
    async throws -> Contender
  {
    let query = { @Sendable (after: Cursor<Customer>?) in
      Query<Customer>(
        where: { $0.country == "FR" }, sortedBy: { [.ascending($0.name)] }, after: after, limit: 50)
    }
    let middle = try await crm.read { tx in
      var wide = query(nil)
      wide.limit = max(1, try tx.customers.count { $0.country == "FR" } / 2)
      return try tx.customers.page(wide).next
    }
    return Contender(isLater ? "a later page" : "the first page", operations: count) { stopwatch in
      var sum = 0
      try await stopwatch.measure {
        for _ in 0..<count {
          let page = try await crm.read { tx in
            try tx.customers.page(query(isLater ? hidden(middle) : nil))
          }
          for customer in page.items { sum &+= customer.name.utf8.count }
        }
      }
      return Checksum(sum)
    }
  }
}
