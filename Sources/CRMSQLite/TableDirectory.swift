import CRMStorage

/// The tables of a catalog, in its order.
final class TableDirectory: Sendable {
  let catalog: Catalog
  let tables: [TableDefinition]

  /// A ``RowCoder`` of each table's kind.
  let coders: [any AnyObject & Sendable]

  private let byName: [String: TableDefinition]

  /// Describes the tables.
  ///
  /// - Throws: ``StorageError/Code/invalidSchema`` where two of them, or their indexes and
  ///   views, would have the same name.
  init(_ catalog: Catalog) throws(StorageError) {
    self.catalog = catalog
    var tables: [TableDefinition] = []
    var coders: [any AnyObject & Sendable] = []
    for schema in catalog.schemas {
      func add<R: Record>(_ record: R.Type) {
        let table = TableDefinition.known(of: record)
        tables.append(table)
        coders.append(RowCoder<R>(table))
      }
      add(schema.recordType)
    }
    try Self.checkNames(of: tables)
    self.tables = tables
    self.coders = coders
    byName = Dictionary(tables.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func table(named name: String) -> TableDefinition? { byName[name] }

  private static func checkNames(of tables: [TableDefinition]) throws(StorageError) {
    var taken: Set<String> = [StoreFormat.schemaTable]
    for table in tables {
      for object in table.objects {
        let isFree = taken.insert(object.name).inserted
        guard isFree, !object.name.hasPrefix("sqlite_") else {
          throw StorageError(
            .invalidSchema, "SQLite cannot have another \(object.kind.rawValue) “\(object.name)”.",
            recovery: "Rename \(table.name), or the field that “\(object.name)” is named after.",
            record: table.name)
        }
      }
    }
  }
}
