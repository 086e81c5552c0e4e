import CRMSQLite
import CRMStorage

/// The storages whose rows outlive their process.
public enum StoreKind: String, CaseIterable, Sendable, CustomStringConvertible {
  case sqlite, file

  public var description: String { rawValue }

  /// A storage of this kind in a folder.
  public func storage(in folder: String, durability: Durability = .everyCommit) -> any Storage {
    switch self {
    case .sqlite:
      SQLiteStorage(at: folder + "/store.crm", durability: durability, busyTimeout: .seconds(120))
    case .file:
      FileStorage(in: folder + "/store", durability: durability)
    }
  }
}
