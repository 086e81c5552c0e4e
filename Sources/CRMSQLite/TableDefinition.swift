import CRMStorage

/// The table of a kind of record, with what stands beside it.
///
/// A table is named after its kind and has a column for each of the schema's, behind `id`:
/// sixteen bytes most significant first, or a number for kinds that are numbered. The primary
/// key is part of every index of a table without rowids, and so is the rowid of the others,
/// so that each index also orders rows by `id`.
///
/// Tables of sixteen-byte identifiers have no rowids: at 200 000 rows of 20 columns that
/// inserts and finds rows 1.5 times as fast, and scans by an index half as fast.
final class TableDefinition: Sendable {
  /// A column, and whether it takes the identifiers of a numbered kind.
  struct Column: Sendable {
    let name: String
    let type: ColumnType
    let isRequired: Bool
    let holdsNumber: Bool
    /// The kind of record the column names, if it names one.
    let target: String?

    /// The column's type to SQLite.
    var storedType: String { type.storedType(holdsNumber: holdsNumber) }
  }

  /// A field of a record, as queries name it.
  struct Field: Sendable {
    let name: String
    let columns: [Column]
    /// Which of ``TableDefinition/sides`` holds the values, if one does.
    let side: Int?
  }

  /// The values of a field that a record has many of, each with the identifier of its row.
  struct Side: Sendable {
    let field: String
    let name: String
    let columns: [Column]
    let isUnique: Bool

    /// The SQL of the entries that lie between two values, which is asked for all the time.
    let entriesOfPrefix: String

    init(field: String, name: String, columns: [Column], isUnique: Bool) {
      self.field = field
      self.name = name
      self.columns = columns
      self.isUnique = isUnique
      let value = columns[0].name.quoted
      entriesOfPrefix = Self.entries(
        in: name, value, where: ["\(value) >= ?", "\(value) < ?"])
    }

    /// The SQL of the entries that meet some conditions, in the order of the primary key.
    func entries(where terms: [String]) -> String {
      Self.entries(in: name, columns[0].name.quoted, where: terms)
    }

    private static func entries(
      in name: String, _ value: String, where terms: [String]
    ) -> String {
      "SELECT \"id\", \(value) FROM \(name.quoted) AS t0 WHERE "
        + "\(terms.joined(separator: " AND ")) ORDER BY \(value), \"id\""
    }
  }

  /// An index of the table.
  struct Index: Sendable {
    /// The name within the schema.
    let field: String
    let name: String
    let columns: [Column]
    let isUnique: Bool
  }

  /// A column that names a row of another table, or of the same.
  struct Reference: Sendable {
    let field: String
    let column: String
    let target: String
  }

  /// What may be held by one row only, in the order failures are looked for.
  enum Unique: Sendable {
    case index(Int)
    case side(Int)
  }

  /// The kind as the store writes it down.
  let kind: StoredKind

  let name: String
  let isNumbered: Bool

  /// The columns of the row, derived ones last.
  let columns: [Column]

  /// How many columns are read back.
  let storedCount: Int

  /// The identifier and the columns that are read back, as a query of the table as `t0` names them.
  let result: String

  let fields: [String: Field]
  let sides: [Side]
  let indexes: [Index]
  let references: [Reference]
  let uniques: [Unique]

  /// The views of the table and of each side.
  let views: [SchemaObject]

  /// All that stands in the file for the kind: tables, their indexes and their views.
  let objects: [SchemaObject]

  private static let known = MadeOfSchemas<TableDefinition>()

  /// The table of a kind of record, described once.
  static func known<R: Record>(of record: R.Type) -> TableDefinition {
    known.value(of: R.schema) { TableDefinition(of: record) }
  }

  /// Describes the table of a kind of record.
  private init<R: Record>(of record: R.Type) {
    let schema = R.schema
    kind = schema.storedKind
    name = schema.name
    isNumbered = schema.isNumbered
    let multiple = schema.fields.filter(\.isMultiple)
    let columns = { (field: AnyField<R>) in
      field.columns.map { column in
        Column(
          name: column.name, type: column.type, isRequired: column.isRequired,
          holdsNumber: field.reference.map(Self.isNumbered) ?? false,
          target: field.reference.map(Self.name))
      }
    }
    self.columns = (schema.layout.stored + schema.derived).flatMap(columns)
    storedCount = schema.layout.columns.count
    let stored = schema.layout.columns.map(\.name)
    result = (["id"] + stored).map { "t0.\($0.quoted)" }.joined(separator: ", ")
    sides = multiple.map { field in
      Side(
        field: field.name, name: "\(schema.name)__\(field.name)", columns: columns(field),
        isUnique: field.storage == .multipleUnique)
    }
    let plain = schema.indexes.filter { !$0.isMultiple }
    indexes = plain.map { index in
      Index(
        field: index.name, name: "\(schema.name)__\(index.name)",
        columns: index.fields.flatMap(columns), isUnique: index.isUnique)
    }
    references = schema.fields.compactMap { field in
      guard let target = field.reference, let column = field.columns.first else { return nil }
      return Reference(field: field.name, column: column.name, target: Self.name(of: target))
    }
    uniques = schema.indexes.filter(\.isUnique).compactMap { index in
      index.isMultiple
        ? multiple.firstIndex { $0.name == index.name }.map(Unique.side)
        : plain.firstIndex { $0.name == index.name }.map(Unique.index)
    }
    fields = Dictionary(
      schema.fields.map { field in
        let side = multiple.firstIndex { $0.name == field.name }
        return (field.name, Field(name: field.name, columns: columns(field), side: side))
      }, uniquingKeysWith: { first, _ in first })
    views = Self.views(of: name, isNumbered: isNumbered, self.columns, sides)
    objects = kind.tables + kind.tableIndexes + views
  }

  private static func isNumbered(_ record: any Record.Type) -> Bool {
    func isNumbered<R: Record>(_ record: R.Type) -> Bool { R.schema.isNumbered }
    return isNumbered(record)
  }

  private static func name(of record: any Record.Type) -> String {
    func name<R: Record>(_ record: R.Type) -> String { R.schema.name }
    return name(record)
  }

  /// The columns that no index holds, so that changing them leaves every index alone.
  var unindexedColumns: [Column] {
    let indexed = Set(indexes.flatMap(\.columns).map(\.name))
    return columns.filter { !indexed.contains($0.name) }
  }
}

extension String {
  /// The name as SQLite takes it whatever its keywords are.
  var quoted: String { "\"\(self)\"" }
}
