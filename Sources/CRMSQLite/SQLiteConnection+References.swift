import CRMStorage

extension SQLiteConnection {
  /// Of each column that names rows of which some do not exist, the first that does so.
  ///
  /// All tables are looked at, those of kinds that the program does not have included.
  func brokenReferences() throws -> [StorageError] {
    let broken = try rows(
      """
      SELECT DISTINCT c."table", k."from", k."table"
      FROM pragma_foreign_key_check AS c
      JOIN pragma_foreign_key_list(c."table") AS k ON k.id = c.fkid ORDER BY 1, 2
      """
    ) { row in (table: row.text(at: 0), column: row.text(at: 1), target: row.text(at: 2)) }
    return try broken.flatMap { reference in
      let column = "r.\(reference.column.quoted)"
      return try rows(
        """
        SELECT min(r."id") FROM \(reference.table.quoted) AS r WHERE \(column) IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM \(reference.target.quoted) AS t WHERE t."id" = \(column))
        """
      ) { row in
        let id = try row.identifier(at: 0).description
        return StorageError.unknownReference(id, of: reference.table, field: reference.column)
      }
    }
  }

  /// Has the open transaction ask for what rows refer to when it is committed, not before.
  func deferReferences() throws {
    try run("PRAGMA defer_foreign_keys = ON")
  }

  /// What keeps the open transaction from being committed, where that is a reference to a row that
  /// does not exist; otherwise the error itself.
  func brokenReference(behind error: any Error) -> any Error {
    guard let failure = error as? SQLiteFailure, failure.isReference, isInTransaction else {
      return error
    }
    return (try? brokenReferences().first) ?? failure
  }
}
