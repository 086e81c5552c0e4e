import CRMKit

/// Many customers at once, into an empty store that is closed afterwards.
public struct BulkImports: Sendable {
  private let count: Int
  private let export: String
  private let folder: TemporaryFolder

  /// Exports so many customers with their events.
  public init(customers count: Int = Scale.canonical(100_000, small: 500)) async throws {
    self.count = count
    folder = try TemporaryFolder()
    export = folder.file("shop.ndjson")
    let (crm, _) = try await Kept.memory.crm()
    try await crm.addPeople(0..<count)
    try await crm.export(to: export)
  }

  /// Importing the export into an empty store.
  public func imports(_ kept: Kept) -> Contender {
    Contender(kept.rawValue, operations: count) { [export] stopwatch in
      let folder = try TemporaryFolder()
      let storage = kept.storage(in: folder)
      try await stopwatch.measure {
        try await CRM.import(from: export, into: storage, capabilities: CRM.shopCapabilities)
        await storage.close()
      }
      return try await Self.checksum(kept, folder)
    }
  }

  /// Adding the same customers through the CRM, 1,000 a write.
  public func additions(_ kept: Kept) -> Contender {
    Contender(kept.rawValue, operations: count) { [count] stopwatch in
      let (crm, folder) = try await kept.crm()
      try await stopwatch.measure {
        try await crm.addPeople(0..<count)
        await crm.close()
      }
      return try await Self.checksum(kept, folder)
    }
  }

  private static func checksum(_ kept: Kept, _ folder: TemporaryFolder) async throws -> Checksum {
    let crm = try await kept.crm(on: kept.storage(in: folder))
    let checksum = try await crm.read { tx in
      Checksum(
        try tx.customers.count(), try tx.records(of: RecordedEvent.self).count(),
        try tx.customers.count { $0.country == "FR" })
    }
    await crm.close()
    return checksum
  }
}
