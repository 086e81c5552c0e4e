import CRMKit
import CRMSQLite

/// Where a CRM that is measured keeps its records.
public enum Kept: String, Sendable, CaseIterable {
  /// In memory.
  case memory
  /// In a file.
  case sqlite
  /// In a folder of files.
  case file

  /// The store of the kind in a folder.
  func storage(
    in folder: TemporaryFolder, named name: String = "shop", _ durability: Durability = .onClose
  ) -> any Storage {
    switch self {
    case .memory: MemoryStorage()
    case .sqlite: SQLiteStorage(at: folder.file(name), durability: durability)
    case .file: FileStorage(in: folder.file(name), durability: durability)
    }
  }

  /// A CRM on an empty store, and the folder that goes with it.
  func crm(
    _ durability: Durability = .onClose, clock: any WallClock = StoppedClock()
  ) async throws -> (CRM, TemporaryFolder) {
    let folder = try TemporaryFolder()
    return (try await crm(on: storage(in: folder, durability), clock: clock), folder)
  }

  /// A CRM on a store.
  func crm(on storage: any Storage, clock: any WallClock = StoppedClock()) async throws -> CRM {
    try await CRM(
      storage: storage, capabilities: CRM.shopCapabilities, clock: clock, identifiers: .seeded(7))
  }
}

extension CRM {
  /// Adds customers, so many a write.
  func addPeople(_ numbers: Range<Int>, batch: Int = 1_000) async throws {
    for start in stride(from: numbers.lowerBound, to: numbers.upperBound, by: batch) {
      try await write { tx in
        for number in start..<Swift.min(start + batch, numbers.upperBound) {
          try tx.customers.add(Person(number: number).newCustomer)
        }
      }
    }
  }
}
