import CRMStorage
import CSQLite
import Testing

@testable import CRMSQLite

@Suite("The log after the disk has failed")
struct SyncedLogTests {
  @Test("What a disk failed to keep is not believed safe before it is in the tables")
  func failure() async throws {
    let folder = Folder()
    let storage = try await opened(folder)
    let connection = try SQLiteConnection(folder.store, flags: SQLITE_OPEN_READWRITE)
    _ = try connection.integer("SELECT count(*) FROM firms")
    let failures = Locked(1)
    let log = SyncedLog(try LogFile(of: connection), .onClose) {
      let fails = failures.withLock { left in
        defer { left -= 1 }
        return left > 0
      }
      return fails ? StorageError(.inputOutput, "No.", recovery: "None.") : nil
    }
    for _ in 1...2 {
      log.noteCommit()
      log.finish()
    }
    #expect(log.syncs == 1)
    // The disk works again, but forgot what it had failed to keep.
    for isMoved in [false, false, true] {
      #expect(throws: StorageError.self) { try log.checkSynced(orMoved: { isMoved }) }
    }
    try log.checkSynced(orMoved: { false })
    await storage.close()
  }
}
