/// What all transactions of a key-value storage have in common until it is opened anew.
final class KeyValueShape: Sendable {
  /// The kinds that were asked for.
  let catalog: Catalog

  /// One for each kind of the catalog, in its order.
  let tables: [KeyValueTable]

  /// The indexes that lead from rows of a kind to those that refer to them, by its name.
  let referrers: [String: [Referrer]]

  /// All kinds that the store has: those of the catalog, and then the others by name.
  let kinds: [StoredKind]

  /// A field that refers to a row, and the index over it.
  struct Referrer {
    let kind: String
    let field: String
    let index: [UInt8]
  }

  init(_ catalog: Catalog, stored: [StoredKind]) {
    self.catalog = catalog
    let names = Set(catalog.schemas.map(\.name))
    kinds =
      catalog.schemas.map(\.storedKind)
      + stored.filter { !names.contains($0.name) }.sorted { $0.name < $1.name }
    let positions = Dictionary(
      catalog.schemas.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    tables = catalog.schemas.map { schema in
      Self.table(of: schema.recordType) { positions[$0] }
    }
    var referrers: [String: [Referrer]] = [:]
    for kind in kinds {
      for column in kind.columns {
        guard let target = column.target,
          let index = kind.indexes.first(where: { $0.columns.first == column.name })
        else { continue }
        referrers[target.kind, default: []].append(
          Referrer(
            kind: kind.name, field: column.name,
            index: KeyValueTable.indexKey(kind.name, index.name)))
      }
    }
    self.referrers = referrers
  }

  private static func table<R: Record>(
    of record: R.Type, position: (String) -> Int?
  ) -> KeyValueTable {
    KeyValueTable(
      name: R.schema.name, coder: MemoryCoder(record, position: position),
      row: RecordCoder(.typed(R.schema)))
  }
}

/// Where the rows of one kind and the entries of its indexes are kept.
///
/// Keys are made of a first byte that tells what follows, names that end in a zero, and:
///
/// | first byte | then | value |
/// | --- | --- | --- |
/// | 0 | nothing | the version of these keys |
/// | 1 | kind | its version and definition |
/// | 2 | kind, identifier | the row |
/// | 3 | kind, index, columns, identifier | nothing |
struct KeyValueTable: Sendable {
  static let format: (key: [UInt8], value: [UInt8]) = ([0], [1])
  static let definitions: [UInt8] = [1]

  let name: String
  let rows: [UInt8]
  let indexes: [[UInt8]]
  let coder: MemoryCoder
  let row: RecordCoder

  init(name: String, coder: MemoryCoder, row: RecordCoder) {
    self.name = name
    self.coder = coder
    self.row = row
    rows = Self.rowsKey(name)
    indexes = coder.indexes.map { Self.indexKey(name, $0.name) }
  }

  /// What the keys of a kind's rows begin with.
  static func rowsKey(_ kind: String) -> [UInt8] { [2] + Array(kind.utf8) + [0] }

  /// What the keys of all indexes of a kind begin with.
  static func indexesKey(_ kind: String) -> [UInt8] { [3] + Array(kind.utf8) + [0] }

  /// What the keys of an index begin with.
  static func indexKey(_ kind: String, _ index: String) -> [UInt8] {
    indexesKey(kind) + Array(index.utf8) + [0]
  }

  /// Where a row is kept.
  func key<R>(_ id: Identifier<R>) -> [UInt8] { rows + withKey(of: id) { Array($0) } }
}

/// The identifier that a key ends in.
func identifier<R>(endingKey key: [UInt8]) -> Identifier<R> {
  key.withUnsafeBytes { identifier(endingKey: $0) }
}
