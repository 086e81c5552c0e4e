extension MemoryVersion {
  /// What a store holds once it is opened with a catalog.
  ///
  /// - Parameters:
  ///   - old: What it held before, which stays as it is.
  ///   - stored: The kinds of that as a store describes them, where its types are newer.
  static func opened(
    _ catalog: Catalog, from old: MemoryVersion?, storedAs stored: [StoredKind]? = nil,
    _ migration: Migration
  ) throws(StorageError) -> (MemoryVersion, MigrationReport) {
    let before = stored ?? old?.shape.kept.map(\.stored) ?? []
    let plan = try MigrationPlan(from: before, to: catalog)
    let run = MigrationRun(plan, migration)
    let writer = MemoryWriter(MemoryVersion(catalog, keeping: old), checksReferences: false)
    defer { writer.end() }
    do {
      if let old { try old.takeOver(into: writer, run) }
    } catch {
      throw .ofOpening(error)
    }
    return (writer.version, run.report)
  }

  /// Takes over the rows of kinds whose type is another now.
  private func takeOver(into writer: MemoryWriter, _ run: MigrationRun) throws {
    let wanted = writer.catalog
    let moved = wanted.schemas.compactMap { schema in
      shape.kept.firstIndex { $0.name == schema.name && !$0.isSame(as: .typed(schema)) }
    }
    if moved.isEmpty { return }
    for position in moved {
      switch shape.kept[position] {
      case .typed(let schema):
        try takeOver(schema.recordType, at: position, into: writer, run)
      case .untyped(let kind):
        try takeOver(kind, at: position, into: writer, run)
      }
    }
    guard run.report.problems.isEmpty else { return }
    try writer.version.checkReferences { error in try run.noting { throw error } }
  }

  private func takeOver<Old: Record>(
    _ old: Old.Type, at position: Int, into writer: MemoryWriter, _ run: MigrationRun
  ) throws {
    let rows = tables[position].rows
    try run.takeOver(Old.schema.storedKind, total: rows.count, into: writer) { body in
      try rows.scan(.all, descending: false) { _, box in
        try body(StoredRecord(unsafeDowncast(box, to: Held<Old>.self)))
        return true
      }
    }
  }

  private func takeOver(
    _ kind: StoredKind, at position: Int, into writer: MemoryWriter, _ run: MigrationRun
  ) throws {
    let rows = tables[position].rows
    try run.takeOver(kind, total: rows.count, into: writer) { body in
      try rows.scan(.all, descending: false) { key, box in
        let row = unsafeDowncast(box, to: UntypedRow.self)
        var record: StoredRecord?
        try run.noting { record = try row.record(identifier(endingKey: key), of: kind) }
        if let record { try body(record) }
        return true
      }
    }
  }

  /// Looks for references to rows that do not exist, of which each kind's first is handed on.
  func checkReferences(_ report: (StorageError) throws -> Void) throws {
    let keys = KeyWriter()
    for (position, coder) in shape.coders.enumerated() {
      for reference in coder.references {
        var broken: RowID?
        tables[position].rows.scan(.all, descending: false) { key, row in
          keys.reset()
          reference.write(row, keys)
          // A reference is a tag and sixteen bytes, or the tag of a missing one.
          guard keys.count == 17 else { return true }
          let named: RowID = identifier(endingKey: keys.written)
          if tables[reference.target].box(named) == nil { broken = identifier(endingKey: key) }
          return broken == nil
        }
        guard let broken else { continue }
        try report(
          .unknownReference(
            broken.description, of: shape.kept[position].name, field: reference.field))
      }
    }
  }
}
