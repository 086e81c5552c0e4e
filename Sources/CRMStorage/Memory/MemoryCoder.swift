/// How the rows of one kind are taken apart for their table in memory.
///
/// It does not know their type: where a type is not known to the compiler, going through the
/// fields of its schema makes metadata and copies closures for every row, which takes several
/// times as long as changing the table.
///
/// It is one reference, as each change of a row asks for it.
final class MemoryCoder: Sendable {
  /// Writes the columns of a row, which is handed on as its box.
  typealias Write = @Sendable (AnyObject, KeyWriter) -> Void

  struct Index: Sendable {
    let name: String
    let columns: Int
    let isUnique: Bool
    let write: Write
  }

  struct Reference: Sendable {
    let field: String
    /// The position of the kind it names.
    let target: Int
    /// The index that leads from what is named to those that name it.
    let index: Int?
    let write: Write
  }

  /// Those of the schema, in its order.
  let indexes: [Index]

  /// The fields that name rows of kinds that the store holds.
  let references: [Reference]

  /// Writes the entries that a row has in all indexes, in their order.
  let writeEntries: @Sendable (AnyObject, RowID, KeyWriter) -> Void

  /// - Parameter position: Where a kind of a name stands; kinds are told by their names, as the
  ///   type of one can be newer than that of another that refers to it.
  init<R: Record>(_ record: R.Type, position: (String) -> Int?) {
    indexes = R.schema.indexes.map { index in
      Index(
        name: index.name, columns: index.columnCount, isUnique: index.isUnique,
        write: Self.joined(index.fields.map(Self.write)))
    }
    references = R.schema.fields.compactMap { field in
      guard let target = field.reference.map(Self.name).flatMap(position) else { return nil }
      return Reference(
        field: field.name, target: target,
        index: R.schema.indexes.firstIndex { $0.fields.first?.name == field.name },
        write: Self.write(field))
    }
    writeEntries = Self.entries(in: indexes[...])
  }

  /// A coder of rows whose type is not known: they are found by what they refer to only.
  init(_ kind: StoredKind, position: (String) -> Int?) {
    let columns = kind.columns.filter { !$0.isDerived }
    let found = columns.enumerated().compactMap { number, column in
      column.target.flatMap { position($0.kind) }.map { (number, column.name, $0) }
    }
    let indexes = found.map { number, name, _ in
      Index(name: name, columns: 1, isUnique: false, write: Self.write(columns, number))
    }
    self.indexes = indexes
    references = zip(found, indexes).enumerated().map { position, reference in
      Reference(
        field: reference.1.name, target: reference.0.2, index: position,
        write: reference.1.write)
    }
    writeEntries = Self.entries(in: indexes[...])
  }

  private static func write(_ columns: [StoredKind.Column], _ number: Int) -> Write {
    { row, keys in
      let row = unsafeDowncast(row, to: UntypedRow.self)
      // What cannot be read refers to nothing; verification tells of it.
      let value = (try? row.values(of: columns[...number]))?.last ?? .missing
      if case .identifier = value { value.write(to: keys) } else { keys.missing() }
    }
  }

  /// The stored name of a kind.
  static func name(of record: any Record.Type) -> String {
    func name<R: Record>(_ record: R.Type) -> String { R.schema.name }
    return name(record)
  }

  private static func write<R: Record>(_ field: AnyField<R>) -> Write {
    // Tables hand boxes to the coder of their own kind only.
    { [write = field.write] row, keys in write(unsafeDowncast(row, to: Held<R>.self), keys) }
  }

  private static func joined(_ writes: [Write]) -> Write {
    guard let first = writes.first else { return { _, _ in } }
    if writes.count == 1 { return first }
    let others = joined(Array(writes.dropFirst()))
    return { row, keys in
      first(row, keys)
      others(row, keys)
    }
  }

  /// One closure for all indexes: it calls what it captured as it is, where going through them
  /// would count a reference to each.
  private static func entries(
    in indexes: ArraySlice<Index>
  ) -> @Sendable (AnyObject, RowID, KeyWriter) -> Void {
    guard let index = indexes.first else { return { _, _, _ in } }
    if indexes.count == 1 {
      return { [write = index.write, columns = index.columns] row, id, keys in
        keys.beginEntries(columns: columns, of: id)
        write(row, keys)
        keys.endEntries()
      }
    }
    let quarters = indexes.quarters
    let (a, b) = (entries(in: quarters.0), entries(in: quarters.1))
    let (c, d) = (entries(in: quarters.2), entries(in: quarters.3))
    return { row, id, keys in
      a(row, id, keys)
      b(row, id, keys)
      c(row, id, keys)
      d(row, id, keys)
    }
  }
}

/// An identifier whatever its kind.
typealias RowID = Identifier<Never>

extension Identifier {
  var anyKind: RowID { RowID(high: high, low: low) }
}
