import CRMStorage

/// What goes wrong with a ``SimulatedDisk``.
public struct DiskFault: Hashable, Sendable, CustomStringConvertible {
  enum Kind: Hashable, Sendable {
    case failure(StorageError.Code), shortWrite, powerCut
  }

  let kind: Kind

  /// Whether it goes on until ``SimulatedDisk/removeFault()``.
  public let isLasting: Bool

  /// The operation fails, having done nothing.
  ///
  /// A full disk fails what takes room: making and writing files, also when they are brought to
  /// the disk at last. A refused permission fails what goes by names, while files that are open
  /// go on. Any other code can hit any operation.
  ///
  /// A file whose ``OpenFile/sync()`` failed keeps what it shows, but nothing that was waiting
  /// then counts as safe after a later one, as on Linux.
  ///
  /// Source: Rebello et al., “Can Applications Recover from fsync Failures?”, USENIX ATC 2020.
  public static func failure(_ code: StorageError.Code, isLasting: Bool = false) -> DiskFault {
    DiskFault(kind: .failure(code), isLasting: isLasting)
  }

  /// Writing a file leaves a part of the bytes written and says that the disk is full.
  public static let shortWrite = DiskFault(kind: .shortWrite, isLasting: false)

  /// The operation is the last one before the power goes; all that follow fail.
  ///
  /// ``SimulatedDisk/afterPowerLoss(_:seed:)`` gives the disk as it may be found then.
  public static let powerCut = DiskFault(kind: .powerCut, isLasting: true)

  /// Whether an operation is one that it can happen to.
  func canHit(_ operation: DiskOperation) -> Bool {
    switch kind {
    case .failure(.full): [.makeFolder, .create, .append, .sync].contains(operation)
    case .failure(.permissionDenied):
      [.list, .makeFolder, .create, .open, .rename, .remove, .syncFolder, .lock]
        .contains(operation)
    case .failure, .powerCut: true
    case .shortWrite: operation == .append
    }
  }

  public var description: String {
    switch kind {
    case .failure(let code): isLasting ? "\(code) until it is removed" : "\(code)"
    case .shortWrite: "a short write"
    case .powerCut: "a power cut"
    }
  }
}

/// What a program asks of a disk.
enum DiskOperation: Hashable, Sendable {
  case list, makeFolder, create, open, rename, remove, syncFolder, lock
  case size, read, append, sync, truncate
}
