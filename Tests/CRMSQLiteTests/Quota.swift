@testable import CRMSQLite

extension SQLiteStorage {
  /// Lets the file grow to so many pages, as a full disk would.
  func limit(pages: Int) async throws {
    try await write { store in
      guard let writer = store as? SQLiteWriter else { return }
      _ = try writer.connection.integer("PRAGMA max_page_count = \(pages)")
    }
  }
}
