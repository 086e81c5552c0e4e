/// Fills an empty store from the lines of an export, within one write.
struct StoreImport {
  private struct Source {
    let kind: StoredKind
    let rows: Int
    /// The columns that rows have in the export, with their types.
    let columns: [String: ColumnType]
    let names: Set<String>
    /// Whether the program has the same version of the kind.
    let isCurrent: Bool
    /// The kind of record, where the program has just that kind.
    let record: (any Record.Type)?
  }

  private let writer: any StorageWriter
  private let run: MigrationRun
  private let sources: [String: Source]
  private var checksum = LineChecksum()
  private var progress: RowProgress
  private var found: [String: Int] = [:]
  private var end: ExportFormat.End?
  private var causes: [StorageError] = []

  /// Begins with the first line.
  ///
  /// - Throws: ``StorageError/Code/notAStore``, ``StorageError/Code/newerStore``,
  ///   ``StorageError/Code/incompatibleSchema``, ``StorageError/Code/alreadyExists``.
  init(header: [UInt8], into writer: any StorageWriter, _ handler: ProgressHandler?) throws {
    let kinds = try ExportFormat.kinds(of: header)
    let catalog = writer.catalog
    for kind in kinds where catalog.schema(named: kind.kind.name) == nil {
      throw StorageError(
        .incompatibleSchema,
        "The export has \(kind.kind.name), which the program does not have.",
        recovery: "Import it with the capability that brings them.", record: kind.kind.name)
    }
    try writer.checkIsEmpty()
    let plan = try MigrationPlan(from: kinds.map(\.kind), to: catalog)
    run = MigrationRun(plan, Migration())
    sources = Dictionary(
      kinds.map { ($0.kind.name, Self.source($0, catalog)) },
      uniquingKeysWith: { first, _ in first })
    progress = RowProgress(total: Self.total(kinds), handler)
    self.writer = writer
    checksum.add(header)
  }

  /// How many rows there are said to be; as many as can be counted where that is not true.
  private static func total(_ kinds: [ExportFormat.Kind]) -> Int {
    kinds.reduce(0) { sum, kind in
      let (total, isBeyond) = sum.addingReportingOverflow(kind.rows)
      return isBeyond ? .max : total
    }
  }

  private static func source(_ kind: ExportFormat.Kind, _ catalog: Catalog) -> Source {
    let columns = kind.kind.columns.filter { !$0.isDerived }.map { ($0.name, $0.type) }
    let types = Dictionary(columns, uniquingKeysWith: { first, _ in first })
    let schema = catalog.schema(named: kind.kind.name)
    return Source(
      kind: kind.kind, rows: kind.rows, columns: types, names: Set(types.keys),
      isCurrent: schema?.version == kind.kind.version,
      record: schema?.storedKind == kind.kind ? schema?.recordType : nil)
  }

  /// Takes the lines after the first, and checks that they are whole.
  ///
  /// - Throws: ``StorageError/Code/invalidImport`` with all that is wrong; what `next` throws.
  mutating func take(_ next: () throws -> [UInt8]?) throws -> ImportReport {
    while let line = try next() {
      do {
        try take(line)
      } catch let error as StorageError where error.isOfARow {
        causes.append(error.at(line: checksum.lines + 1))
        if StorageError.isEnough(causes) { break }
      }
      if end == nil { checksum.add(line) }
      try progress.step()
    }
    if causes.isEmpty { checkIsWhole() }
    guard causes.isEmpty else { throw StorageError.invalidImport(causes) }
    progress.finish()
    var report = ImportReport()
    report.rows = found
    report.migration = run.report
    return report
  }

  private mutating func take(_ line: [UInt8]) throws {
    guard end == nil else {
      throw StorageError(
        .invalidValue, "It comes after the closing line.", recovery: "Remove what follows it.")
    }
    switch try ExportedRow.line(line) {
    case .end(let end): self.end = end
    case .row(let row):
      guard let source = sources[row.kind] else {
        throw StorageError(
          .invalidValue, "The first line has no kind “\(row.kind.prefix(60))”.",
          recovery: "Name a kind that the first line has.")
      }
      found[row.kind, default: 0] += 1
      if let record = source.record, try insert(row, as: record) { return }
      let record = try row.record(source.kind, source.columns)
      do {
        try run.takeOver(record, stored: source.names, into: writer)
      } catch let error as StorageError where error.code == .migrationFailed && source.isCurrent {
        // It took no steps that could be at fault.
        throw StorageError(
          .invalidValue, error.message, recovery: "Correct the value.", record: error.record,
          field: error.field, identifier: error.identifier)
      }
    }
  }

  /// Puts a row in that is just as the program writes it; false where it is not.
  private func insert<R: Record>(_ row: ExportedRow, as record: R.Type) throws -> Bool {
    guard let held = row.row(as: record) else { return false }
    try writer.insert(held)
    return true
  }

  /// Compares what was read with what the first and the last line say.
  private mutating func checkIsWhole() {
    guard let end else {
      return causes.append(
        Self.damaged("it ends after line \(checksum.lines), without its closing line"))
    }
    for source in sources.values.sorted(by: { $0.kind.name < $1.kind.name }) {
      let count = found[source.kind.name] ?? 0
      if count == source.rows { continue }
      causes.append(
        Self.damaged("it has \(count) \(source.kind.name) instead of \(source.rows)"))
    }
    if causes.isEmpty && end != checksum.end {
      causes.append(Self.damaged("its lines are not those that were written"))
    }
  }

  private static func damaged(_ reason: String) -> StorageError {
    StorageError(
      .corrupt, "The export is not whole: \(reason).", recovery: "Export again, or copy it again.")
  }
}

extension Storage {
  /// Fills the store, which must be empty, from the lines of an export.
  ///
  /// Rows of older kinds take the steps of their schemas, as at opening. All lines are imported, or
  /// none is.
  ///
  /// - Parameters:
  ///   - progress: Told how many lines were read.
  ///   - next: Gives the lines one after the other, and `nil` after the last.
  /// - Returns: How many rows were put in, and what brought older ones to the program's kinds.
  /// - Throws: ``StorageError/Code/invalidImport`` with the line and field of every problem in
  ///   ``StorageError/causes``; ``StorageError/Code/alreadyExists`` where the store has rows;
  ///   ``StorageError/Code/notAStore``, ``StorageError/Code/newerStore`` or
  ///   ``StorageError/Code/incompatibleSchema`` for the first line; what `next` throws.
  /// - Complexity: O(*n* log *n*) in the rows, of which one is held at a time.
  @discardableResult
  public nonisolated(nonsending) func `import`(
    progress: ProgressHandler? = nil, _ next: () throws -> [UInt8]?
  ) async throws -> ImportReport {
    try await load { writer in
      let header = try next() ?? []
      var lines = try StoreImport(header: header, into: writer, progress)
      return try lines.take(next)
    }
  }
}
