import CRMKit

/// Tasks that read at the same time.
public struct ReadingTasks: Sendable {
  private let crm: CRM
  private let folder: TemporaryFolder
  private let ids: [Customer.ID]

  /// Adds so many customers to read.
  public init(_ kept: Kept, customers count: Int = Scale.canonical(100_000, small: 500))
    async throws
  {
    (crm, folder) = try await kept.crm()
    try await crm.addPeople(0..<count)
    ids = try await crm.read { tx in
      var ids: [Customer.ID] = []
      try tx.records(of: Customer.self).scan { customer in
        ids.append(customer.row.id)
        return true
      }
      return ids
    }
  }

  /// Reading the same number of customers with so many tasks, each customer in a read of its own.
  public func reads(tasks: Int, _ count: Int = Scale.canonical(400_000, small: 800)) -> Contender {
    Contender("\(tasks == 1 ? "one task" : "\(tasks) tasks")", operations: count) { stopwatch in
      let sum = try await stopwatch.measure {
        try await withThrowingTaskGroup(of: Int.self) { group in
          for task in 0..<tasks {
            group.addTask { try await read(count / tasks, from: task * count / tasks) }
          }
          return try await group.reduce(0, &+)
        }
      }
      return Checksum(sum)
    }
  }

  private func read(_ count: Int, from start: Int) async throws -> Int {
    var sum = 0
    for place in start..<(start + count) {
      let id = ids[place &* 7_919 % ids.count]
      sum &+= try await crm.read { try $0.customers.find(id)?.name.utf8.count ?? 0 }
    }
    return sum
  }
}
