import CRMKit
import Synchronization

/// A store of files with many customers: opening it, and writing to it while it is rewritten.
public final class ManyInFiles: Sendable {
  private let count: Int
  private let folder: TemporaryFolder

  /// Adds so many customers.
  public init(customers count: Int = Scale.canonical(1_000_000, small: 2_000)) async throws {
    self.count = count
    folder = try TemporaryFolder()
    let crm = try await Kept.file.crm(on: Kept.file.storage(in: folder))
    try await crm.addPeople(0..<count)
    await crm.close()
  }

  /// Opening the store with all of its indexes.
  public var openings: Contender {
    Contender("opening", operations: 1) { [folder] stopwatch in
      let crm = try await stopwatch.measure {
        try await Kept.file.crm(on: Kept.file.storage(in: folder))
      }
      let checksum = try await crm.read { tx in
        Checksum(try tx.customers.count(), try tx.customers.count { $0.country == "FR" })
      }
      await crm.close()
      return checksum
    }
  }

  /// The longest that one of many writes takes while a snapshot is written; each changes a
  /// customer.
  ///
  /// - Parameter isDurable: Whether each write is on the disk when it returns.
  public func longestWrite(onDisk isDurable: Bool) -> Contender {
    Contender("the longest write", operations: 1) { [folder] stopwatch in
      let storage = Kept.file.storage(in: folder, isDurable ? .everyCommit : .onClose)
      let crm = try await CRM(storage: storage, capabilities: CRM.shopCapabilities)
      let people = try await crm.read { try $0.customers.page(Query(limit: 1_000)).items }
      let isDone = Mark()
      let compaction = Task {
        defer { isDone.set() }
        try await storage.compact()
      }
      var longest = Duration.zero
      for person in cycle(people) {
        if isDone.isSet { break }
        let start = ContinuousClock.now
        try await crm.write { tx in
          var person = try tx.customers.get(person.id)
          person.tags = person.tags.isEmpty ? ["changed"] : []
          try tx.customers.update(person)
        }
        longest = max(longest, ContinuousClock.now - start)
      }
      try await compaction.value
      stopwatch.take(longest)
      let count = try await crm.read { try $0.customers.count() }
      await crm.close()
      return Checksum(count)
    }
  }
}

/// Something that has happened or has not.
private final class Mark: Sendable {
  private let state = Mutex(false)

  var isSet: Bool { state.withLock { $0 } }

  func set() { state.withLock { $0 = true } }
}

/// A list again and again.
private func cycle<Element>(_ elements: [Element]) -> some Sequence<Element> {
  sequence(first: 0) { $0 + 1 }.lazy.map { elements[$0 % elements.count] }
}
