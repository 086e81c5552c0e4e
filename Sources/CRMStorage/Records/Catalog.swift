/// The kinds of record a store holds.
public struct Catalog: Sendable {
  /// The schemas, in the order the kinds were given.
  public let schemas: [any AnySchema]

  /// What queries have to know of each of ``schemas``.
  let shapes: [SchemaShape]

  private let positions: [ObjectIdentifier: Int]
  private let byName: [String: Int]

  /// Collects kinds of record.
  ///
  /// - Throws: ``StorageError/Code/invalidSchema`` where a name is taken or unfit, or a
  ///   reference leads to a kind that is not among them.
  public init(_ records: [any Record.Type]) throws(StorageError) {
    var schemas: [any AnySchema] = []
    var positions: [ObjectIdentifier: Int] = [:]
    var byName: [String: Int] = [:]
    for record in records where positions[ObjectIdentifier(record)] == nil {
      let schema = Self.schema(of: record)
      try Self.check(schema, taken: byName)
      positions[ObjectIdentifier(record)] = schemas.count
      byName[schema.name] = schemas.count
      schemas.append(schema)
    }
    for schema in schemas {
      for reference in schema.references where positions[ObjectIdentifier(reference.target)] == nil
      {
        throw StorageError(
          .invalidSchema,
          "\(schema.name).\(reference.field) refers to \(reference.target), which the store does "
            + "not hold.",
          recovery: "Add the capability that brings \(reference.target), or drop the reference.",
          record: schema.name, field: reference.field)
      }
    }
    self.schemas = schemas
    shapes = schemas.map { Self.shape(of: $0.recordType) }
    self.positions = positions
    self.byName = byName
  }

  private static func shape<R: Record>(of record: R.Type) -> SchemaShape { R.schema.shape }

  private static func schema<R: Record>(of record: R.Type) -> any AnySchema { R.schema }

  private static func check(_ schema: any AnySchema, taken: [String: Int]) throws(StorageError) {
    if taken[schema.name] != nil {
      throw StorageError(
        .invalidSchema, "Two kinds of record are named “\(schema.name)”.",
        recovery: "Rename one of them.", record: schema.name)
    }
    func isFit(_ name: String) -> Bool {
      var before: UInt8 = 0
      for byte in name.utf8 {
        let isLetter = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
        let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
        let isUnderscore = byte == UInt8(ascii: "_")
        // No digit begins a name, and no underscore follows another.
        guard isLetter || (isDigit && before != 0) || (isUnderscore && byte != before)
        else { return false }
        before = byte
      }
      return before != 0 && name.utf8.count <= 60 && name != "id"
    }
    for name in [schema.name] + schema.columns.map(\.name) {
      guard isFit(name) else {
        throw StorageError(
          .invalidSchema, "“\(name)” of \(schema.name) cannot be a stored name.",
          recovery: "Use up to 60 of a–z, 0–9 and single underscores, and not “id”.",
          record: schema.name, field: name)
      }
    }
  }

  /// Where a kind stands among ``schemas``; `nil` for kinds the store does not hold.
  public func position<R: Record>(of record: R.Type) -> Int? {
    positions[ObjectIdentifier(record)]
  }

  /// Where a kind stands among ``schemas``; `nil` for kinds the store does not hold.
  public func position(ofKind record: any Record.Type) -> Int? {
    positions[ObjectIdentifier(record)]
  }

  /// The schema of a name; `nil` for kinds the store does not hold.
  public func schema(named name: String) -> (any AnySchema)? {
    byName[name].map { schemas[$0] }
  }

  /// The shape of a kind of a name; `nil` for kinds the store does not hold.
  func shape(named name: String) -> SchemaShape? { byName[name].map { shapes[$0] } }

  /// The failure to use a kind of record that the store does not hold.
  public func unknown<R: Record>(_ record: R.Type) -> StorageError {
    StorageError(
      .invalidSchema, "The store holds no \(R.schema.name).",
      recovery: "Open it with the capability that brings them.", record: R.schema.name)
  }
}
