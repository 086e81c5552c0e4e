/// What marks a file as a store, and how its content is laid out.
enum StoreFormat {
  /// “CRMK” as SQLite's `application_id`.
  static let application: Int64 = 0x4352_4D4B

  /// The layout this version writes, as SQLite's `user_version`.
  static let version: Int64 = 1

  /// The table that says which version of which kinds the store holds.
  static let schemaTable = "crm_schema"

  /// Makes ``schemaTable``.
  static let schemaTableSQL =
    "CREATE TABLE crm_schema (\n  name TEXT NOT NULL PRIMARY KEY,\n  "
    + "version INTEGER NOT NULL,\n  definition TEXT NOT NULL\n) STRICT, WITHOUT ROWID"
}
