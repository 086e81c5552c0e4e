import CRMStorage
import CSQLite

extension SQLiteReader {
  /// Looks at what SQLite itself can tell of the file, and at what is kept beside rows.
  func verify(_ report: inout VerificationReport) throws {
    do {
      try verifyFile(&report)
      for problem in try connection.brokenReferences() { report.note(problem) }
      for schema in catalog.schemas { try verify(schema.recordType, &report) }
    } catch let failure as SQLiteFailure where failure.primary == SQLITE_CORRUPT {
      report.note(failure.storageError)
    }
  }

  /// Pages, indexes, types and required values.
  private func verifyFile(_ report: inout VerificationReport) throws {
    let findings = try connection.rows("PRAGMA integrity_check") { $0.text(at: 0) }
    for finding in findings where finding != "ok" {
      report.note(
        StorageError(
          .corrupt, "“\(connection.path)”: \(finding).",
          recovery: "Restore a backup, or save what can be read with sqlite3’s recover command."))
    }
  }

  /// Computed columns, and the tables of fields of many values.
  private func verify<R: Record>(_ kind: R.Type, _ report: inout VerificationReport) throws {
    let schema = R.schema
    let table = try statements(of: kind).definition
    let derived = schema.derived
    let many = schema.fields.filter(\.isMultiple)
    if derived.isEmpty && many.isEmpty { return }
    var sums = many.map { _ in EntrySum() }
    let columns = (["id"] + table.columns.map(\.name)).map(\.quoted).joined(separator: ", ")
    let statement = try connection.prepare("SELECT \(columns) FROM \(table.name.quoted)")
    let reader = StatementReader()
    while try statement.step() {
      reader.begin(statement)
      // What cannot be read was told of before; what follows from it is not known.
      guard let id = try? reader.rowIdentifier(of: kind),
        let row = try? schema.row(id, from: reader)
      else { return }
      do throws(StorageError) {
        for field in derived where try !isKept(field, of: row, reader) {
          report.note(
            .damaged(
              table.name, field: field.name, id: id.description,
              "what is kept is not what follows from the row"))
        }
        for (position, field) in many.enumerated() {
          for entry in try field.entries(of: row) { sums[position].add(entry, of: id) }
        }
      } catch {
        report.note(error.at(record: table.name, identifier: id.description))
      }
    }
    for (position, field) in many.enumerated() {
      let kept = try entries(of: table.sides[position], field)
      if kept == sums[position] { continue }
      report.note(
        .damaged(table.name, field: field.name, "what is kept is not what follows from the rows"))
    }
  }

  private func isKept<R: Record>(
    _ field: AnyField<R>, of row: Held<R>, _ reader: StatementReader
  ) throws(StorageError) -> Bool {
    let kept = try field.columns.map { column throws(StorageError) in
      try reader.value(of: column.type)
    }
    return kept == field.values(of: row)
  }

  /// What a side table holds; `nil` where it cannot be read.
  private func entries<R: Record>(
    of side: TableDefinition.Side, _ field: AnyField<R>
  ) throws -> EntrySum? {
    let columns = (side.columns.map(\.name) + ["id"]).map(\.quoted).joined(separator: ", ")
    let statement = try connection.prepare("SELECT \(columns) FROM \(side.name.quoted)")
    let reader = StatementReader()
    var sum = EntrySum()
    while try statement.step() {
      reader.begin(statement)
      do throws(StorageError) {
        let values = try field.columns.map { column throws(StorageError) in
          try reader.value(of: column.type)
        }
        sum.add(values, of: try reader.rowIdentifier(of: R.self))
      } catch {
        return nil
      }
    }
    return sum
  }
}

/// Many entries as one number, whatever their order, so that none need be held.
private struct EntrySum: Equatable {
  private var count = 0
  private var sum: UInt64 = 0

  mutating func add<R>(_ values: [Value], of id: Identifier<R>) {
    let key = KeyWriter()
    for value in values { value.write(to: key) }
    key.identifier(high: id.high, low: id.low)
    // FNV-1a, with the bits of the end spread over all of the sum by SplitMix64.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in key.bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    var generator = SplitMix64(state: hash)
    sum &+= generator.next()
    count += 1
  }
}
