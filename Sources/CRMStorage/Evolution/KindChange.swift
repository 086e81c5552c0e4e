/// What differs between a kind of record in a store and in a program, and what is to be done.
public struct KindChange: Sendable {
  /// The kind as the store has it; `nil` where it does not.
  public let old: StoredKind?

  /// The kind as the program has it.
  public let new: StoredKind

  /// The fields and indexes that come, by name.
  public private(set) var additions: [String] = []

  /// What follows from rows and goes: fields that are computed, and indexes, by name.
  public private(set) var removals: [String] = []

  /// Whether every row has to be written anew, be it for steps or for a new value.
  ///
  /// Where it is not, a column that was added is missing in every row, and all else is the same
  /// as far as indexes and fields of many values that only went.
  public private(set) var isRewrite = false

  /// What keeps the rows from being taken over.
  private(set) var problems: [Problem] = []

  struct Problem: Sendable {
    let field: String
    let reason: String
  }

  /// A kind that the store does not have.
  init(adding kind: StoredKind) {
    old = nil
    new = kind
  }

  /// Compares a kind.
  init<R: Record>(from old: StoredKind, to schema: Schema<R>) {
    self.old = old
    new = schema.storedKind
    let blanks = Dictionary(
      schema.layout.stored.flatMap { field in
        zip(field.columns.map(\.name), field.values(of: Held(schema.layout.blank)))
      }, uniquingKeysWith: { first, _ in first })
    compareColumns(with: old, blanks)
    compareManyFields(with: old)
    compareIndexes(with: old)
    // A new version may compute otherwise what follows from rows.
    let computes = new.columns.contains(where: \.isDerived) || !new.manyFields.isEmpty
    if new.version != old.version && computes { isRewrite = true }
    // Steps answer for every difference; whether they do is seen row by row.
    if schema.evolution.contains(where: { $0.version > old.version }) {
      isRewrite = true
      problems = []
    }
    if old.isNumbered != new.isNumbered {
      problems.append(
        Problem(field: "id", reason: "rows cannot turn from identifiers to numbers or back"))
    }
  }

  /// Whether the store has the kind just so.
  public var isNothing: Bool { old == new }

  private mutating func compareColumns(with old: StoredKind, _ blanks: [String: Value]) {
    for column in new.columns {
      guard let before = old.column(column.name), before.isDerived == column.isDerived else {
        add(column, to: old, blanks)
        continue
      }
      if before == column { continue }
      isRewrite = true
      if column.isDerived { continue }
      if column.isRequired || before.type != column.type || before.target != column.target {
        problems.append(
          Problem(
            field: column.name, reason: "it is “\(column.words)”, the store has “\(before.words)”"))
      } else {
        expectRaise(column.name, from: old)
      }
    }
    for column in old.columns where new.column(column.name)?.isDerived != column.isDerived {
      if column.isDerived {
        removals.append(column.name)
        isRewrite = true
      } else {
        problems.append(Problem(field: column.name, reason: "only the store has it"))
      }
    }
  }

  private mutating func add(
    _ column: StoredKind.Column, to old: StoredKind, _ blanks: [String: Value]
  ) {
    additions.append(column.name)
    if column.isDerived || column.isRequired || blanks[column.name] != .missing {
      isRewrite = true
    }
    if !column.isDerived { expectRaise(column.name, from: old) }
  }

  /// An older program of the same version would take what was changed for its own.
  private mutating func expectRaise(_ field: String, from old: StoredKind) {
    guard new.version == old.version else { return }
    problems.append(
      Problem(field: field, reason: "the store has version \(old.version) without the change"))
  }

  private mutating func compareManyFields(with old: StoredKind) {
    for many in new.manyFields where !old.manyFields.contains(many) {
      additions.append(many.field)
      isRewrite = true
    }
    removals += old.manyFields.map(\.field).filter { field in
      !new.manyFields.contains { $0.field == field }
    }
  }

  private mutating func compareIndexes(with old: StoredKind) {
    additions += new.indexes.filter { !old.indexes.contains($0) }.map(\.name).filter {
      !additions.contains($0)
    }
    removals += old.indexes.map(\.name).filter { name in
      !new.indexes.contains { $0.name == name } && !removals.contains(name)
    }
  }
}
