/// A snapshot of a key-value storage that is being changed, for as long as a closure runs.
final class KeyValueWriter: KeyValueReader, StorageWriter {
  private let keys = KeyWriter()
  private let oldKeys = KeyWriter()
  private let checksReferences: Bool

  /// - Parameter checksReferences: Whether what a row refers to must be there before it.
  init(_ shape: KeyValueShape, _ view: KeyValueView, checksReferences: Bool = true) {
    self.checksReferences = checksReferences
    super.init(shape, view)
  }

  func insert<R: Record>(_ row: Held<R>) throws {
    let table = try writableEntries(of: row)
    let id = row.row.id
    if try view.value(of: table.key(id)) != nil {
      throw R.schema.duplicate(id, field: "id", holder: id)
    }
    try check(row, in: table)
    keep(row, in: table)
    forEachEntry(keys, of: table) { view.set($0, to: []) }
  }

  func update<R: Record>(_ row: Held<R>, from old: Held<R>) throws {
    let table = try writableEntries(of: row)
    guard let stored = try self.row(row.row.id, in: table) else {
      throw R.schema.notFound(row.row.id)
    }
    try check(row, in: table)
    oldKeys.writeEntries(of: stored, row.row.id.anyKind, table.coder)
    keep(row, in: table)
    forEachEntry(oldKeys, of: table) { view.set($0, to: nil) }
    forEachEntry(keys, of: table) { view.set($0, to: []) }
  }

  func delete<R: Record>(_ row: Held<R>) throws {
    let table = try writableTable(of: R.self)
    let id = row.row.id
    guard let stored = try self.row(id, in: table) else { throw R.schema.notFound(id) }
    if let (place, holder) = try referrer(to: id, in: table) {
      throw R.schema.stillReferenced(id, field: place, holder: holder.description)
    }
    keys.writeEntries(of: stored, id.anyKind, table.coder)
    view.set(table.key(id), to: nil)
    forEachEntry(keys, of: table) { view.set($0, to: nil) }
  }

  func attempt<Result>(_ body: () throws -> Result) throws -> Result {
    try checkNotEnded()
    let before = view
    do {
      return try body()
    } catch {
      view = before
      throw error
    }
  }

  private func writableTable<R: Record>(of record: R.Type) throws(StorageError) -> KeyValueTable {
    let table = try table(of: record)
    guard runningScans == 0 else {
      throw StorageError(
        .writeDuringScan, "\(R.schema.name) were changed while a scan was running.",
        recovery: "Collect the rows first, and change them after the scan.",
        record: R.schema.name)
    }
    return table
  }

  /// Writes the entries that a row is to have into ``keys``.
  private func writableEntries<R: Record>(of row: Held<R>) throws(StorageError) -> KeyValueTable {
    let table = try writableTable(of: R.self)
    keys.writeEntries(of: row, row.row.id.anyKind, table.coder)
    if keys.hasUnfit { try R.schema.checkEntries(of: row) }
    return table
  }

  private func keep<R: Record>(_ row: Held<R>, in table: KeyValueTable) {
    let writer = ByteWriter()
    table.row.write(row, writer)
    view.set(table.key(row.row.id), to: Array(writer.bytes))
  }

  private func forEachEntry(
    _ keys: KeyWriter, of table: KeyValueTable, _ body: ([UInt8]) -> Void
  ) {
    for (index, prefix) in table.indexes.enumerated() {
      keys.forEachEntry(of: index) { body(prefix + Array($0)) }
    }
  }
}

// MARK: - Looking for obstacles

extension KeyValueWriter {
  /// Refuses a row that names one that is not there, or takes what another one holds.
  private func check<R: Record>(_ row: Held<R>, in table: KeyValueTable) throws {
    let id = row.row.id
    if checksReferences, let field = try missingReference(of: row, in: table) {
      throw R.schema.unknownReference(id, field: field)
    }
    for (index, definition) in table.coder.indexes.enumerated() where definition.isUnique {
      if let holder = try holder(ofEntriesIn: index, table, besides: id) {
        throw R.schema.duplicate(id, field: definition.name, holder: holder)
      }
    }
  }

  private func missingReference<R: Record>(
    of row: Held<R>, in table: KeyValueTable
  ) throws -> String? {
    for reference in table.coder.references {
      oldKeys.reset()
      reference.write(row, oldKeys)
      // A reference is a tag and sixteen bytes, or the tag of a missing one.
      guard oldKeys.count == 17 else { continue }
      let target = shape.tables[reference.target]
      let named: RowID = identifier(endingKey: oldKeys.bytes)
      if target.name == table.name && named == row.row.id.anyKind { continue }
      if try view.value(of: target.key(named)) == nil { return reference.field }
    }
    return nil
  }

  /// Another row that holds one of the values in ``keys``.
  private func holder<R: Record>(
    ofEntriesIn index: Int, _ table: KeyValueTable, besides id: Identifier<R>
  ) throws -> Identifier<R>? {
    if keys.hasMissing(in: index) { return nil }
    var entries: [[UInt8]] = []
    keys.forEachEntry(of: index) { entries.append(table.indexes[index] + Array($0)) }
    var holder: Identifier<R>?
    for entry in entries where holder == nil {
      try view.scan(KeySpan(Array(entry.dropLast(16)))) { key, _ in
        guard key.count == entry.count else { return true }
        let other: Identifier<R> = identifier(endingKey: key)
        if other != id { holder = other }
        return holder == nil
      }
    }
    return holder
  }

  private func referrer<R: Record>(
    to id: Identifier<R>, in table: KeyValueTable
  ) throws -> (place: String, holder: RowID)? {
    oldKeys.reset()
    oldKeys.identifier(high: id.high, low: id.low)
    for referrer in shape.referrers[table.name] ?? [] {
      var holder: RowID?
      try view.scan(KeySpan(referrer.index + oldKeys.bytes)) { key, _ in
        let other: RowID = identifier(endingKey: key)
        if referrer.kind == table.name && other == id.anyKind { return true }
        holder = other
        return false
      }
      if let holder { return ("\(referrer.kind).\(referrer.field)", holder) }
    }
    return nil
  }
}
