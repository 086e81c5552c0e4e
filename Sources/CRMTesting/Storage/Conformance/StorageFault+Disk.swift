import CRMStorage

extension StorageFault {
  /// Everything that can go wrong with a disk, at every operation of it.
  ///
  /// An operation fails, the disk is full, a write is short: the store has to go on when the cause
  /// is gone. Or it is the last operation before the power goes, and what was not yet safe is lost
  /// in each of the ways there are.
  ///
  /// - Parameter make: Makes a storage that keeps everything on a disk, which is empty at first.
  public static func ofDisk(
    _ make: @escaping @Sendable (_ disk: SimulatedDisk) -> any Storage
  ) -> [StorageFault] {
    let failures: [(String, DiskFault)] = [
      ("a failed operation", .failure(.inputOutput)), ("a full disk", .failure(.full)),
      ("a short write", .shortWrite),
    ]
    return failures.map { name, fault in
      StorageFault(
        name, make: { _ in StorageOnDisk(SimulatedDisk(), make) },
        order: { $0.disk.schedule(fault, at: $1) }, end: { $0.endFault() })
    }
      + PowerLoss.allCases.map { loss in
        StorageFault(
          "a loss of power that takes \(loss.rawValue)",
          make: { _ in StorageOnDisk(SimulatedDisk(), make) },
          order: { $0.disk.schedule(.powerCut, at: $1) }, end: { $0.endFault() },
          reopen: { storage in
            await storage.close()
            let disk = storage.disk
            return StorageOnDisk(disk.isPowerOff ? disk.afterPowerLoss(loss) : disk, make)
          })
      }
  }
}

/// A storage and the disk that it is on.
private struct StorageOnDisk: ForwardingStorage {
  let disk: SimulatedDisk

  let base: any Storage

  init(_ disk: SimulatedDisk, _ make: (SimulatedDisk) -> any Storage) {
    self.disk = disk
    base = make(disk)
  }

  /// Ends what was ordered, and says whether it has happened.
  func endFault() -> Bool {
    let hasHappened = disk.isPowerOff || !disk.isFaultPending
    disk.removeFault()
    return hasHappened
  }
}
