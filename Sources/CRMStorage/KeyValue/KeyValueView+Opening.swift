extension KeyValueView {
  /// What a store has to change to hold the kinds of a catalog.
  func opened(
    _ catalog: Catalog, _ migration: Migration
  ) throws -> (report: MigrationReport, shape: KeyValueShape, changes: [KeyValueChange]) {
    try checkFormat()
    let stored = try storedKinds()
    let plan = try MigrationPlan(from: stored, to: catalog)
    let run = MigrationRun(plan, migration)
    let shape = KeyValueShape(catalog, stored: stored)
    guard !plan.changes.isEmpty else { return (run.report, shape, []) }
    let writer = KeyValueWriter(shape, self, checksReferences: false)
    defer { writer.end() }
    writer.view.set(KeyValueTable.format.key, to: KeyValueTable.format.value)
    for change in plan.changes {
      if change.old != nil { try writer.view.removeRows(of: change.new.name) }
      writer.view.define(change.new)
    }
    for old in plan.changes.compactMap(\.old) { try takeOver(old, into: writer, run) }
    if run.report.problems.isEmpty {
      try writer.view.checkReferences(shape) { error in try run.noting { throw error } }
    }
    return (run.report, shape, writer.view.changes)
  }

  private func checkFormat() throws {
    let format = try value(of: KeyValueTable.format.key)
    guard format == nil || format == KeyValueTable.format.value else {
      throw StorageError(
        .newerStore, "The store's keys are of a version that this program does not know.",
        recovery: "Open it with the newer program; it was left untouched.")
    }
  }

  private func storedKinds() throws -> [StoredKind] {
    var kinds: [StoredKind] = []
    let prefix = KeyValueTable.definitions
    try scan(KeySpan(prefix)) { key, value in
      let name = String(decoding: key.dropFirst(prefix.count), as: UTF8.self)
      let text = String(decoding: value, as: UTF8.self)
      let lines = text.split(separator: "\n", maxSplits: 1)
      guard lines.count == 2, let version = Int(lines[0]),
        let kind = StoredKind(name, version: version, definition: String(lines[1]))
      else { throw StorageError.damaged(name, "its definition cannot be read") }
      kinds.append(kind)
      return true
    }
    return kinds
  }

  private mutating func define(_ kind: StoredKind) {
    set(
      KeyValueTable.definitions + Array(kind.name.utf8),
      to: Array("\(kind.version)\n\(kind.definition)".utf8))
  }

  private mutating func removeRows(of kind: String) throws {
    var keys: [[UInt8]] = []
    for prefix in [KeyValueTable.rowsKey(kind), KeyValueTable.indexesKey(kind)] {
      try scan(KeySpan(prefix)) { key, _ in
        keys.append(key)
        return true
      }
    }
    for key in keys { set(key, to: nil) }
  }

  private func takeOver(
    _ kind: StoredKind, into writer: KeyValueWriter, _ run: MigrationRun
  ) throws {
    let columns = kind.columns.count { !$0.isDerived }
    let rows = KeySpan(KeyValueTable.rowsKey(kind.name))
    try run.takeOver(kind, total: count(rows, most: .max), into: writer) { body in
      try scan(rows) { key, bytes in
        let row = bytes.withUnsafeBytes { UntypedRow($0, columns: columns) }
        try body(try row.record(identifier(endingKey: key), of: kind))
        return true
      }
    }
  }

  /// Looks for references to rows that do not exist, of which each field's first is handed on.
  func checkReferences(
    _ shape: KeyValueShape, _ report: (StorageError) throws -> Void
  ) throws {
    for kind in shape.kinds {
      for column in kind.columns {
        guard let target = column.target,
          let referrer = shape.referrers[target.kind]?
            .first(where: { $0.kind == kind.name && $0.field == column.name })
        else { continue }
        var broken: RowID?
        // Present references only, which begin with the tag of a value.
        let prefix = referrer.index + [1]
        let rows = KeyValueTable.rowsKey(target.kind)
        try scan(KeySpan(prefix)) { key, _ in
          let holder: RowID = identifier(endingKey: key)
          if try value(of: rows + key[prefix.count..<(prefix.count + 16)]) == nil {
            broken = min(broken ?? holder, holder)
          }
          return true
        }
        guard let broken else { continue }
        try report(.unknownReference(broken.description, of: kind.name, field: column.name))
      }
    }
  }
}

extension KeyValueReader {
  /// Looks at the indexes of every table: each has what the rows have, and nothing else.
  func verifyIndexes(_ report: inout VerificationReport) throws {
    for schema in catalog.schemas { try verifyIndexes(of: schema.recordType, &report) }
  }

  private func verifyIndexes<R: Record>(
    of record: R.Type, _ report: inout VerificationReport
  ) throws {
    let table = try table(of: record)
    let indexes = table.coder.indexes
    var counts = Array(repeating: 0, count: indexes.count)
    let keys = KeyWriter()
    try view.scan(KeySpan(table.rows)) { key, _ in
      let id: Identifier<R> = identifier(endingKey: key)
      // A row that cannot be read was told of before.
      guard let row = try? self.row(id, in: table) else { return true }
      keys.writeEntries(of: row, id.anyKind, table.coder)
      for index in indexes.indices {
        // A row can compute one value several times, which the index has once.
        var entries: Set<[UInt8]> = []
        keys.forEachEntry(of: index) { entries.insert(table.indexes[index] + Array($0)) }
        counts[index] += entries.count
        for entry in entries where try view.value(of: entry) == nil {
          report.note(
            .damaged(
              table.name, field: indexes[index].name, id: id.description,
              "the index lacks the row"))
        }
      }
      return true
    }
    for index in indexes.indices {
      let count = try view.count(KeySpan(table.indexes[index]), most: .max)
      guard count > counts[index] else { continue }
      report.note(
        .damaged(table.name, field: indexes[index].name, "the index has rows that are not"))
    }
  }
}
