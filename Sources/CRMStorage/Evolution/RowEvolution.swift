/// Leads single rows through the steps of their kinds.
struct RowEvolution: Sendable {
  /// A row that has taken all its steps, with what decides which of its fields may be absent.
  struct Result {
    let record: StoredRecord
    /// The columns that its store has.
    let stored: Set<String>
    /// Whether a version without a step lies between, whose fields took what blank rows have.
    let hasGap: Bool
  }

  /// How many rows one may be made into: a circle of steps ends here.
  private static let mostResults = 100_000

  let catalog: Catalog

  /// The rows that a row becomes, each of its kind's last version.
  ///
  /// - Throws: ``StorageError/Code/migrationFailed``, or what a step throws, naming the row.
  func results(of record: StoredRecord, stored: Set<String>) throws(StorageError) -> [Result] {
    var waiting = [(record, stored)]
    var results: [Result] = []
    var count = 0
    while var (next, stored) = waiting.popLast() {
      count += 1
      guard count <= Self.mostResults else {
        throw .migrationFailed(next, "steps make more rows of it without end")
      }
      guard let schema = catalog.schema(named: next.kind) else {
        throw StorageError.migrationFailed(
          record, "a step makes \(next.kind), which the program does not have")
      }
      guard (1...schema.version).contains(next.version) else {
        throw .migrationFailed(next, "there is no version \(next.version) of \(next.kind)")
      }
      let steps = schema.evolution.filter { $0.version > next.version }
      let hasGap = steps.count < schema.version - next.version
      for step in steps where !next.isDropped {
        try take(step, &next)
        waiting += next.added.reversed().map { ($0, []) }
        next.added = []
      }
      next.version = schema.version
      if !next.isDropped { results.append(Result(record: next, stored: stored, hasGap: hasGap)) }
      stored = []
    }
    return results
  }

  private func take(_ step: EvolutionStep, _ record: inout StoredRecord) throws(StorageError) {
    record.version = step.version - 1
    let before = record
    do {
      try step.change(&record)
    } catch let error as StorageError {
      throw error.at(record: before.kind, identifier: before.id.description)
    } catch {
      throw .migrationFailed(
        before, "the step to version \(step.version) threw \(type(of: error))")
    }
    record.version = step.version
  }
}

extension StorageError {
  /// A row that cannot be taken over.
  static func migrationFailed(
    _ record: StoredRecord, _ reason: String, field: String? = nil
  ) -> StorageError {
    StorageError(
      .migrationFailed, "\(record.kind) \(record.id) cannot be taken over: \(reason).",
      recovery: "Correct the steps of the schema; a rehearsal names every such row. The store is "
        + "as it was.",
      record: record.kind, field: field, identifier: record.id.description)
  }
}

extension Schema {
  /// The row that a record has become.
  ///
  /// - Throws: ``StorageError/Code/migrationFailed`` naming every value that is left over,
  ///   missing or of another type; what ``hold(_:)`` throws.
  func held(_ result: RowEvolution.Result) throws(StorageError) -> Held<R> {
    let record = result.record
    var row = blankRow(Identifier(high: record.id.high, low: record.id.low))
    var problems: [(field: String, reason: String)] = []
    if isNumbered && record.id.high != 0 {
      problems.append(("id", "rows of \(name) are numbered"))
    }
    for field in layout.stored {
      do throws(StorageError) {
        try read(field, of: result, into: &row)
      } catch {
        problems.append((field.name, error.message))
      }
    }
    let columns = Set(layout.columns.map(\.name))
    problems += record.values.keys.filter { !columns.contains($0) }.sorted().map {
      ($0, "it is left over: take, rename or remove it")
    }
    guard let first = problems.first else { return try hold(row) }
    let reasons = problems.map { "\($0.field): \($0.reason)" }
    throw .migrationFailed(record, reasons.joined(separator: "; "), field: first.field)
  }

  private func read(
    _ field: AnyField<R>, of result: RowEvolution.Result, into row: inout R
  ) throws(StorageError) {
    let names = field.columns.map(\.name)
    let found = names.map { result.record[$0] }
    guard found.allSatisfy({ $0 == nil }) else {
      return try field.read(&row, ValueReader(found.map { $0 ?? .missing }))
    }
    let isBlank = result.hasGap && names.allSatisfy { !result.stored.contains($0) }
    guard isBlank || field.columns.allSatisfy({ !$0.isRequired }) else {
      throw StorageError(
        .invalidValue, "it is missing", recovery: "Set it in the step that adds it.")
    }
  }
}
