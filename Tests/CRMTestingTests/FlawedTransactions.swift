import CRMStorage

/// Does what another transaction does, but for its flaw.
class FlawedTransaction: StorageWriter {
  let base: any StorageReader
  private let writer: (any StorageWriter)?

  required init(_ base: any StorageReader, _ writer: (any StorageWriter)?) {
    self.base = base
    self.writer = writer
  }

  private func writable() throws -> any StorageWriter {
    guard let writer else {
      throw StorageError(.readOnly, "A read cannot write.", recovery: "Write.")
    }
    return writer
  }

  var catalog: Catalog { base.catalog }
  func get<R: Record>(_ id: Identifier<R>) throws -> Held<R>? { try base.get(id) }
  func count<R: Record>(_ query: Query<R>) throws -> Int { try base.count(query) }
  func otherKinds() throws -> [String] { try base.otherKinds() }
  func scan<R: Record>(_ query: Query<R>, _ body: (Held<R>) throws -> Bool) throws {
    try base.scan(query, body)
  }
  func insert<R: Record>(_ row: Held<R>) throws { try writable().insert(row) }
  func update<R: Record>(_ row: Held<R>, from old: Held<R>) throws {
    try writable().update(row, from: old)
  }
  func delete<R: Record>(_ row: Held<R>) throws { try writable().delete(row) }
  func attempt<Result>(_ body: () throws -> Result) throws -> Result {
    try writable().attempt(body)
  }
}

/// Notes what is changed, to do it again elsewhere.
final class RecordingTransaction: FlawedTransaction {
  typealias Edit = (any StorageWriter) throws -> Void

  private(set) var edits: [Edit] = []

  override func insert<R: Record>(_ row: Held<R>) throws {
    try super.insert(row)
    edits.append { try $0.insert(row) }
  }

  override func update<R: Record>(_ row: Held<R>, from old: Held<R>) throws {
    try super.update(row, from: old)
    edits.append { try $0.update(row, from: old) }
  }

  override func delete<R: Record>(_ row: Held<R>) throws {
    try super.delete(row)
    edits.append { try $0.delete(row) }
  }
}

/// Leaves what a failed attempt did.
final class TransactionWithoutUndo: FlawedTransaction {
  override func attempt<Result>(_ body: () throws -> Result) throws -> Result { try body() }
}

/// Says nothing of the kinds that were left out.
final class TransactionForgettingKinds: FlawedTransaction {
  override func otherKinds() throws -> [String] { [] }
}

/// Lets rows change while they are being scanned.
final class TransactionWithoutGuard: FlawedTransaction {
  override func scan<R: Record>(_ query: Query<R>, _ body: (Held<R>) throws -> Bool) throws {
    for row in try base.rows(query) { guard try body(row) else { return } }
  }
}

/// Goes on after a refusal as if there had been none.
class TransactionIgnoring: FlawedTransaction {
  class var code: StorageError.Code { .duplicate }

  private func ignoring(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as StorageError where error.code == Self.code && error.field != "id" {}
  }

  override func insert<R: Record>(_ row: Held<R>) throws {
    try ignoring { try super.insert(row) }
  }
  override func update<R: Record>(_ row: Held<R>, from old: Held<R>) throws {
    try ignoring { try super.update(row, from: old) }
  }
  override func delete<R: Record>(_ row: Held<R>) throws {
    try ignoring { try super.delete(row) }
  }
}

/// Lets rows refer to nothing.
final class TransactionWithoutReferences: TransactionIgnoring {
  override class var code: StorageError.Code { .unknownReference }
}

/// Forgets that rows are referred to.
final class TransactionWithoutReferrers: TransactionIgnoring {
  override class var code: StorageError.Code { .stillReferenced }
}

/// Says that a value is taken before anything else is looked at.
class TransactionInOtherOrder: FlawedTransaction {
  /// Whether missing values are taken for equal ones.
  class var countsMissing: Bool { false }

  private func checkUnique<R: Record>(_ row: Held<R>) throws {
    for index in R.schema.indexes where index.isUnique && !index.isMultiple {
      let values = index.fields.flatMap { $0.values(of: row) }
      if values.contains(.missing) && !Self.countsMissing { continue }
      let holder = try base.rows(Query<R>()).first { other in
        other.row.id != row.row.id && index.fields.flatMap { $0.values(of: other) } == values
      }
      guard let holder else { continue }
      throw R.schema.duplicate(row.row.id, field: index.name, holder: holder.row.id)
    }
  }

  override func insert<R: Record>(_ row: Held<R>) throws {
    try checkUnique(row)
    try super.insert(row)
  }
  override func update<R: Record>(_ row: Held<R>, from old: Held<R>) throws {
    try checkUnique(row)
    try super.update(row, from: old)
  }
}

/// Takes missing values for equal ones.
final class TransactionCountingMissing: TransactionInOtherOrder {
  override class var countsMissing: Bool { true }
}

/// Answers questions in a way of its own.
class FlawedAnswers: FlawedTransaction {
  func answer<R: Record>(_ query: Query<R>) throws -> [Held<R>] { try base.rows(query) }

  override func scan<R: Record>(_ query: Query<R>, _ body: (Held<R>) throws -> Bool) throws {
    for row in try answer(query) { guard try body(row) else { return } }
  }
  override func count<R: Record>(_ query: Query<R>) throws -> Int { try answer(query).count }
}

/// Sorts text by its UTF-16 code units, in which “🙂” comes before “～”.
final class AnswersInUTF16Order: FlawedAnswers {
  override func answer<R: Record>(_ query: Query<R>) throws -> [Held<R>] {
    let rows = try super.answer(query)
    guard let term = query.order.first, let name = term.field, query.order.count == 1,
      let field = try? R.schema.field(named: name), field.columns[0].type == .text
    else { return rows }
    return rows.sorted { a, b in
      guard case .text(let left) = field.values(of: a)[0],
        case .text(let right) = field.values(of: b)[0]
      else { return false }
      return term.isAscending
        ? left.utf16.lexicographicallyPrecedes(right.utf16)
        : right.utf16.lexicographicallyPrecedes(left.utf16)
    }
  }
}

/// Hands rows on from the last where no order is asked for.
final class AnswersFromTheEnd: FlawedAnswers {
  override func answer<R: Record>(_ query: Query<R>) throws -> [Held<R>] {
    let rows = try super.answer(query)
    return query.order.isEmpty ? rows.reversed() : rows
  }
}

/// Sorts missing values last.
final class AnswersWithMissingLast: FlawedAnswers {
  override func answer<R: Record>(_ query: Query<R>) throws -> [Held<R>] {
    let rows = try super.answer(query)
    guard let name = query.order.first?.field, let field = try? R.schema.field(named: name) else {
      return rows
    }
    let isMissing = { (row: Held<R>) in field.values(of: row).allSatisfy { $0 == .missing } }
    return rows.filter { !isMissing($0) } + rows.filter(isMissing)
  }
}

/// Leaves out rows without a value where a comparison must not hold, as SQL does.
final class AnswersOfThreeTruths: FlawedAnswers {
  override func answer<R: Record>(_ query: Query<R>) throws -> [Held<R>] {
    var query = query
    if case .not(let part) = query.filter.condition, case .compare(let field, _, _) = part {
      query.filter = Filter(.all([.not(part), .not(.isMissing(field: field))]))
    }
    return try super.answer(query)
  }
}

/// Loses the row after a cursor.
final class AnswersThatSkip: FlawedAnswers {
  override func answer<R: Record>(_ query: Query<R>) throws -> [Held<R>] {
    let rows = try super.answer(query)
    return query.after == nil ? rows : Array(rows.dropFirst())
  }
}

/// Counts all rows whatever the limit.
final class AnswersThatCountAll: FlawedAnswers {
  override func count<R: Record>(_ query: Query<R>) throws -> Int {
    var query = query
    _ = try super.count(query)
    query.limit = nil
    return try super.count(query)
  }
}

/// Finds a row once for each of its values that matches.
final class AnswersThatRepeat: FlawedAnswers {
  override func answer<R: Record>(_ query: Query<R>) throws -> [Held<R>] {
    let rows = try super.answer(query)
    guard case .hasPrefix(let name, let prefix) = query.filter.condition,
      let field = try? R.schema.field(named: name), field.isMultiple
    else { return rows }
    return rows.flatMap { row in
      let matching = field.values(of: row).filter {
        if case .text(let text) = $0 { text.utf8.starts(with: prefix.utf8) } else { false }
      }
      return matching.map { _ in row }
    }
  }
}

/// Looks at every row, whatever is asked.
final class AnswersWithoutIndexes: FlawedAnswers {
  override func answer<R: Record>(_ query: Query<R>) throws -> [Held<R>] {
    try PreparedQuery(query, in: catalog).answer(from: try base.rows(Query<R>()), in: self)
  }
}
