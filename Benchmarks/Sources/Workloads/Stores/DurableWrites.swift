import CRMKit

/// Writers at the same time, each of whose writes is on the disk when it returns.
public enum DurableWrites {
  /// So many writers, each of which adds customers, one a write.
  public static func contender(
    _ kept: Kept, writers: Int = 8, each: Int = Scale.canonical(250, small: 5)
  ) -> Contender {
    Contender("\(kept.rawValue), \(writers) writers", operations: writers * each) { stopwatch in
      let (crm, folder) = try await kept.crm(.everyCommit)
      try await stopwatch.measure {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for writer in 0..<writers {
            group.addTask {
              for number in (writer * each)..<((writer + 1) * each) {
                let person = Person(number: number).newCustomer
                try await crm.write { _ = try $0.customers.add(person) }
              }
            }
          }
          try await group.waitForAll()
        }
      }
      let count = try await crm.read { try $0.customers.count() }
      await crm.close()
      withExtendedLifetime(folder) {}
      return Checksum(count)
    }
  }
}
