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

  /// A CRM on an empty store, and the folder that goes with it.
  func crm() async throws -> (CRM, TemporaryFolder?) {
    switch self {
    case .memory:
      return (
        try await CRM(
          storage: MemoryStorage(), capabilities: CRM.shopCapabilities, clock: StoppedClock(),
          identifiers: .seeded(7)), nil
      )
    case .sqlite:
      let folder = try TemporaryFolder()
      let storage = SQLiteStorage(at: folder.file("shop.crm"), durability: .onClose)
      return (
        try await CRM(
          storage: storage, capabilities: CRM.shopCapabilities, clock: StoppedClock(),
          identifiers: .seeded(7)), folder
      )
    case .file:
      let folder = try TemporaryFolder()
      let storage = FileStorage(in: folder.file("shop.store"), durability: .onClose)
      return (
        try await CRM(
          storage: storage, capabilities: CRM.shopCapabilities, clock: StoppedClock(),
          identifiers: .seeded(7)), folder
      )
    }
  }
}
