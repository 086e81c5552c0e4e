/// One kind of record as a store holds it, whatever the types of the program that opens it.
///
/// A store writes it down beside the rows, so that a later program can tell what has changed.
public struct StoredKind: Sendable, Hashable {
  /// A column of the rows.
  public struct Column: Sendable, Hashable {
    /// The stored name.
    public let name: String
    /// What the column holds.
    public let type: ColumnType
    /// Whether every row has a value here.
    public let isRequired: Bool
    /// Whether the values follow from the others.
    public let isDerived: Bool
    /// The kind of record the column names, if it names one.
    public let target: Target?
  }

  /// A kind of record that a column names.
  public struct Target: Sendable, Hashable {
    /// The stored name of the kind.
    public let kind: String
    /// Whether its rows are numbered.
    public let isNumbered: Bool
  }

  /// A field that follows from a row any number of times.
  public struct Many: Sendable, Hashable {
    /// The stored name of the field.
    public let field: String
    /// The columns of one value.
    public let columns: [Column]
    /// Whether a value may be held by one row only.
    public let isUnique: Bool
  }

  /// An index over columns of the rows.
  public struct Index: Sendable, Hashable {
    /// The name, unique within the kind.
    public let name: String
    /// The names of the columns, the most significant first.
    public let columns: [String]
    /// Whether the values are held by one row only.
    public let isUnique: Bool
  }

  /// The stored name of the kind.
  public let name: String
  /// The version of its schema.
  public let version: Int
  /// Whether rows are numbered by their writer.
  public let isNumbered: Bool
  /// The columns of the rows.
  public let columns: [Column]
  /// The fields of many values.
  public let manyFields: [Many]
  /// The indexes over columns.
  public let indexes: [Index]

  /// The column of a name.
  func column(_ name: String) -> Column? { columns.first { $0.name == name } }
}

extension Schema {
  /// The kind as a store holds it.
  public var storedKind: StoredKind {
    storedKinds.value(of: self) {
      StoredKind(
        name: name, version: version, isNumbered: isNumbered,
        columns: (layout.stored + derived).flatMap(Self.columns),
        manyFields: fields.filter(\.isMultiple).map { field in
          StoredKind.Many(
            field: field.name, columns: Self.columns(of: field),
            isUnique: field.storage == .multipleUnique)
        },
        indexes: indexes.filter { !$0.isMultiple }.map { index in
          StoredKind.Index(
            name: index.name, columns: index.columns.map(\.name), isUnique: index.isUnique)
        })
    }
  }

  private static func columns(of field: AnyField<R>) -> [StoredKind.Column] {
    field.columns.map { column in
      StoredKind.Column(
        name: column.name, type: column.type, isRequired: column.isRequired,
        isDerived: field.storage == .derived,
        target: field.reference.map(Self.target))
    }
  }

  private static func target(of record: any Record.Type) -> StoredKind.Target {
    func target<Other: Record>(_ record: Other.Type) -> StoredKind.Target {
      StoredKind.Target(kind: Other.schema.name, isNumbered: Other.schema.isNumbered)
    }
    return target(record)
  }
}

private let storedKinds = MadeOfSchemas<StoredKind>()
