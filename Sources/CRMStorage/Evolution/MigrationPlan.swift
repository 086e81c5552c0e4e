/// What opening has to do so that a store holds the kinds of record a program has.
///
/// A backend tells what it holds, and is told what to change. It then makes its tables and
/// indexes as ``changes`` say and lets a ``MigrationRun`` take the rows over, all as one write.
public struct MigrationPlan: Sendable {
  /// The kinds that differ, in the order of the catalog.
  public let changes: [KindChange]

  let catalog: Catalog

  /// Compares what a store holds with what a program has.
  ///
  /// Kinds that the program does not have are none of its business.
  ///
  /// - Throws: ``StorageError/Code/newerStore`` or ``StorageError/Code/incompatibleSchema``,
  ///   naming every difference that nothing is said about.
  public init(from stored: [StoredKind], to catalog: Catalog) throws(StorageError) {
    let byName = Dictionary(stored.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
    let all = catalog.schemas.map { Self.change(of: $0.recordType, from: byName) }
    let newer = all.filter { change in change.old.map { $0.version > change.new.version } ?? false }
    if let first = newer.first { throw Self.newerStore(newer, record: first.new.name) }
    let unfit = all.filter { !$0.problems.isEmpty }
    if !unfit.isEmpty { throw Self.incompatible(unfit) }
    self.catalog = catalog
    changes = all.filter { !$0.isNothing }
  }

  private static func change<R: Record>(of record: R.Type, from stored: [String: StoredKind])
    -> KindChange
  {
    guard let old = stored[R.schema.name] else { return KindChange(adding: R.schema.storedKind) }
    return KindChange(from: old, to: R.schema)
  }

  private static func newerStore(_ changes: [KindChange], record: String) -> StorageError {
    let kinds = changes.map { change in
      "version \(change.old?.version ?? 0) of \(change.new.name), where this program knows "
        + "\(change.new.version)"
    }
    return StorageError(
      .newerStore, "The store holds \(kinds.joined(separator: "; ")).",
      recovery: "Open it with the newer program; it was left untouched.", record: record)
  }

  private static func incompatible(_ changes: [KindChange]) -> StorageError {
    let differences = changes.flatMap { change in
      change.problems.map { "\(change.new.name).\($0.field): \($0.reason)" }
    }
    return StorageError(
      .incompatibleSchema, "The store differs: \(differences.joined(separator: "; ")).",
      recovery: "Raise the version of the schema and give it a step for what cannot be added, or "
        + "undo the change; the store was left untouched.",
      record: changes.first?.new.name, field: changes.first?.problems.first?.field)
  }
}
