/// What queries have to know of a kind of record, whatever its type: code that does not know the
/// type would make metadata for it with each query, which takes longer than planning.
final class SchemaShape: Sendable {
  /// The stored name of the kind.
  let name: String

  let record: ObjectIdentifier
  let indexes: [IndexShape]

  private let fields: [String: FieldShape]

  init(name: String, record: any Record.Type, fields: [FieldShape], indexes: [IndexShape]) {
    self.name = name
    self.record = ObjectIdentifier(record)
    self.indexes = indexes
    self.fields = Dictionary(
      fields.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The field of a name.
  ///
  /// - Throws: ``StorageError/Code/unknownField``, suggesting the nearest name there is.
  func field(named name: String) throws(StorageError) -> FieldShape {
    if let field = fields[name] { return field }
    throw unknownField(name)
  }

  /// The failure to find a field, suggesting the nearest name there is.
  func unknownField(_ name: String) -> StorageError {
    StorageError(
      .unknownField, "\(self.name) has no field “\(name)”.",
      recovery: nearest(to: name, among: fields.keys.sorted()).map { "Did you mean “\($0)”?" }
        ?? "Use one of its fields.",
      record: self.name, field: name)
  }
}

/// What queries have to know of an index.
struct IndexShape: Sendable {
  let parts: [FieldShape]

  /// Whether the index has an entry for each value of a ``MultiField``.
  var isMultiple: Bool { parts[0].isMultiple }
}

/// What queries have to know of a field.
final class FieldShape: Sendable {
  let name: String
  let columns: [Column]
  let isMultiple: Bool

  /// The kind of record the field names, if it names one.
  let reference: ObjectIdentifier?

  /// Refuses what is no value of the field.
  let check: @Sendable ([Value]) throws(StorageError) -> Void

  init(
    name: String, columns: [Column], isMultiple: Bool, reference: (any Record.Type)?,
    check: @escaping @Sendable ([Value]) throws(StorageError) -> Void
  ) {
    self.name = name
    self.columns = columns
    self.isMultiple = isMultiple
    self.reference = reference.map { ObjectIdentifier($0) }
    self.check = check
  }

  /// Whether values fit without a look at the field's type: identifiers and instants have one.
  func isSure(of values: [Value]) -> Bool {
    guard columns.count == 1, values.count == 1 else { return false }
    switch (columns[0].type, values[0]) {
    case (.identifier, .identifier), (.instant, .instant): return true
    default: return false
    }
  }

  /// Whether values can be compared and ordered.
  var isComparable: Bool { columns.allSatisfy { $0.type != .json } }
}
