/// Takes the rows of a store over, kind by kind, and keeps the report.
///
/// It is used within the one write of a migration, which the backend keeps whole or undoes.
public final class MigrationRun {
  /// What has happened so far.
  public private(set) var report = MigrationReport()

  private static let rowsPerProgress = 1_000
  private static let mostProblems = 100

  private let evolution: RowEvolution
  private let migration: Migration

  /// Begins a run.
  public init(_ plan: MigrationPlan, _ migration: Migration) {
    evolution = RowEvolution(catalog: plan.catalog)
    self.migration = migration
    report.kinds = plan.changes.map { change in
      MigrationReport.Kind(
        name: change.new.name, from: change.old?.version, to: change.new.version,
        additions: change.additions, removals: change.removals)
    }
  }

  /// Takes the rows of one kind over.
  ///
  /// - Parameters:
  ///   - kind: The kind as the store has it.
  ///   - total: How many rows it has.
  ///   - writer: Where the new rows go: to tables of the new kinds, which have their unique
  ///     indexes but ask for no references yet.
  ///   - rows: Hands on the store's rows, by identifier.
  /// - Throws: ``StorageError`` at the first row that cannot be taken over; a rehearsal notes it
  ///   and goes on.
  public func takeOver(
    _ kind: StoredKind, total: Int, into writer: any StorageWriter,
    rows: ((StoredRecord) throws -> Void) throws -> Void
  ) throws {
    let stored = Set(kind.columns.filter { !$0.isDerived }.map(\.name))
    var done = 0
    tell(kind, done, total)
    try rows { record in
      try noting { try takeOver(record, stored: stored, into: writer) }
      done += 1
      if done.isMultiple(of: Self.rowsPerProgress) && done < total { tell(kind, done, total) }
    }
    if total > 0 { tell(kind, done, total) }
  }

  /// Does something that a rehearsal goes on after, and notes why it failed.
  public func noting(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as StorageError where migration.isRehearsal && error.isOfARow {
      if report.problems.count < Self.mostProblems { report.problems.append(error) }
    }
  }

  private func tell(_ kind: StoredKind, _ done: Int, _ total: Int) {
    migration.progress?(MigrationProgress(kind: kind.name, done: done, total: total))
  }

  /// Takes one row over.
  ///
  /// - Parameter stored: The columns that its kind has in the store.
  func takeOver(
    _ record: StoredRecord, stored: Set<String>, into writer: any StorageWriter
  ) throws {
    let results = try evolution.results(of: record, stored: stored)
    var stays = false
    for result in results {
      guard let schema = evolution.catalog.schema(named: result.record.kind) else { continue }
      try insert(result, as: schema.recordType, into: writer)
      if result.record.kind == record.kind && result.record.id == record.id {
        stays = true
      } else {
        count(result.record.kind) { $0.added += 1 }
      }
    }
    let hasSteps = evolution.hasSteps(for: record)
    count(record.kind) { kind in
      if !stays { kind.dropped += 1 } else if hasSteps { kind.changed += 1 }
    }
  }

  private func insert<R: Record>(
    _ result: RowEvolution.Result, as kind: R.Type, into writer: any StorageWriter
  ) throws {
    try writer.insert(R.schema.held(result))
  }

  /// Counts a row; steps can add rows of kinds that are otherwise as they were.
  private func count(_ name: String, _ change: (inout MigrationReport.Kind) -> Void) {
    if let position = report.kinds.firstIndex(where: { $0.name == name }) {
      return change(&report.kinds[position])
    }
    guard let schema = evolution.catalog.schema(named: name) else { return }
    var kind = MigrationReport.Kind(
      name: name, from: schema.version, to: schema.version, additions: [], removals: [])
    change(&kind)
    if kind.added + kind.dropped + kind.changed > 0 { report.kinds.append(kind) }
  }
}

extension RowEvolution {
  /// Whether a row has steps to take.
  fileprivate func hasSteps(for record: StoredRecord) -> Bool {
    catalog.schema(named: record.kind)?.evolution.contains { $0.version > record.version } ?? false
  }
}

extension StorageError {
  /// What opening fails with when a migration does.
  static func ofOpening(_ error: any Error) -> StorageError {
    error as? StorageError
      ?? StorageError(
        .migrationFailed, "The migration ended with \(type(of: error)).",
        recovery: "Look for its cause and open the store again; it is as it was.")
  }

  /// Whether it is about one row, so that others can be looked at after it.
  var isOfARow: Bool {
    [.migrationFailed, .duplicate, .unknownReference, .unknownField, .invalidValue, .tooLong]
      .contains(code)
  }
}
