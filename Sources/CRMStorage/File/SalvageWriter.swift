/// Writes rows that were saved to another store, in an order in which it takes them.
struct SalvageWriter {
  let storage: any Storage

  private static let rowsPerWrite = 500

  /// Rows of one kind that are still to be written.
  private struct Waiting {
    let schema: any AnySchema
    var rows: [AnyObject]
  }

  /// Writes all rows of a version whose kinds are all of a catalog.
  func write(_ version: MemoryVersion, _ report: inout SalvageReport) async throws {
    var waiting = version.shape.catalog.schemas.enumerated().map { position, schema in
      var rows: [AnyObject] = []
      version.tables[position].rows.scan(.all, descending: false) { _, row in
        rows.append(row)
        return true
      }
      return Waiting(schema: schema, rows: rows)
    }
    try await writeInTurn(&waiting, &report)
    // What is left names what is lost, or each other: first without what they may go without.
    var loose: [(any AnySchema, AnyObject, AnyObject)] = []
    for position in waiting.indices {
      let kind = waiting[position]
      waiting[position].rows = kind.rows.map { row in
        let bare = Self.withoutReferences(row, kind.schema.recordType)
        if bare !== row { loose.append((kind.schema, row, bare)) }
        return bare
      }
    }
    try await writeInTurn(&waiting, &report)
    for (schema, row, bare) in loose {
      try await restore(row, bare, schema.recordType, &report)
    }
    for kind in waiting {
      for row in kind.rows { report.losses.append(Self.loss(of: row, kind.schema.recordType)) }
    }
  }

  /// Writes what can be written, until nothing more can.
  private func writeInTurn(
    _ waiting: inout [Waiting], _ report: inout SalvageReport
  ) async throws {
    var isGoingOn = true
    while isGoingOn {
      isGoingOn = false
      for position in waiting.indices where !waiting[position].rows.isEmpty {
        let before = waiting[position].rows.count
        waiting[position].rows = try await write(
          waiting[position].rows, waiting[position].schema.recordType, &report)
        if waiting[position].rows.count < before { isGoingOn = true }
      }
    }
  }

  /// Writes rows of one kind.
  ///
  /// - Returns: Those that name what is not there yet.
  private func write<R: Record>(
    _ rows: [AnyObject], _ kind: R.Type, _ report: inout SalvageReport
  ) async throws -> [AnyObject] {
    var left: [AnyObject] = []
    for start in stride(from: 0, to: rows.count, by: Self.rowsPerWrite) {
      let batch = rows[start..<min(start + Self.rowsPerWrite, rows.count)]
      var saved = 0
      var refused: [AnyObject] = []
      var losses: [StorageError] = []
      try await storage.write { writer in
        (saved, refused, losses) = (0, [], [])
        for row in batch {
          do {
            // What a forger has written need not be in the form in which values are kept.
            let held = try R.schema.hold(unsafeDowncast(row, to: Held<R>.self).row)
            try writer.attempt { try writer.insert(held) }
            saved += 1
          } catch let error as StorageError where error.code == .unknownReference {
            refused.append(row)
          } catch let error as StorageError where error.identifier != nil {
            losses.append(error)
          }
        }
      }
      report.rows[R.schema.name, default: 0] += saved
      report.losses += losses
      left += refused
    }
    return left
  }

  // MARK: Rows that name each other

  private static func looseFields<R: Record>(of kind: R.Type) -> [AnyField<R>] {
    R.schema.layout.stored.filter { field in
      field.reference != nil && field.columns.allSatisfy { !$0.isRequired }
    }
  }

  /// The row without the references that it may go without.
  private static func withoutReferences<R: Record>(_ row: AnyObject, _ kind: R.Type) -> AnyObject {
    let held = unsafeDowncast(row, to: Held<R>.self)
    var bare = held.row
    var isSame = true
    for field in looseFields(of: kind) where field.values(of: held) != [.missing] {
      guard (try? field.read(&bare, ValueReader([.missing]))) != nil else { continue }
      isSame = false
    }
    return isSame ? row : Held(bare)
  }

  /// Gives a row its references back, one by one, where what they name is there.
  private func restore<R: Record>(
    _ row: AnyObject, _ bare: AnyObject, _ kind: R.Type, _ report: inout SalvageReport
  ) async throws {
    let full = unsafeDowncast(row, to: Held<R>.self)
    var losses: [StorageError] = []
    try await storage.write { writer in
      losses = []
      guard var stored = try writer.get(full.id) else { return }
      for field in Self.looseFields(of: kind) {
        let values = field.values(of: full)
        var next = stored.row
        guard values != [.missing] else { continue }
        try field.read(&next, ValueReader(values))
        let held = Held(next)
        do {
          try writer.attempt { try writer.update(held, from: stored) }
          stored = held
        } catch let error as StorageError where error.code == .unknownReference {
          losses.append(error)
        }
      }
    }
    report.losses += losses
  }

  private static func loss<R: Record>(of row: AnyObject, _ kind: R.Type) -> StorageError {
    let held = unsafeDowncast(row, to: Held<R>.self)
    return .damaged(R.schema.name, id: held.id.description, "what it belongs to is lost")
  }
}
