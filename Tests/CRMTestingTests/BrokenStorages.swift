import CRMStorage

// Each of these storages breaks the contract in one way, as a backend well might.

/// Keeps what a write did before it threw.
final class StorageWithoutRollback: DictionaryStorage, @unchecked Sendable {
  override func written<Result>(_ body: (any StorageWriter) throws -> Result) throws -> Result {
    let transaction = try begin()
    defer {
      commit(transaction.tables)
      transaction.end()
    }
    return try body(transaction)
  }
}

/// Lets writes run beside each other, so that the last one wins.
final class StorageWithoutOrder: DictionaryStorage, @unchecked Sendable {
  override nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    let transaction = try begin()
    defer { transaction.end() }
    let result = try body(transaction)
    try await Task.sleep(for: .milliseconds(2))
    commit(transaction.tables)
    return result
  }
}

/// Takes a rehearsal for an opening.
final class StorageKeepingRehearsals: DictionaryStorage, @unchecked Sendable {
  override func open(
    _ catalog: Catalog, migration: Migration
  ) async throws(StorageError) -> MigrationReport {
    try await super.open(catalog, migration: Migration())
  }
}

/// Leaves what a failed attempt did.
final class TransactionWithoutUndo: DictionaryTransaction {
  override func attempt<Result>(_ body: () throws -> Result) throws -> Result { try body() }
}

/// Changes rows while they are being scanned, and after its end.
final class TransactionWithoutGuard: DictionaryTransaction {
  override func change<R: Record>(_ kind: R.Type) throws {}
}

/// Lets two rows hold one unique value.
final class TransactionWithDuplicates: DictionaryTransaction {
  override func checkUnique<R: Record>(_ index: Index<R>, _ row: Held<R>) throws {}
}

/// Takes missing values for equal ones.
final class TransactionCountingMissing: DictionaryTransaction {
  override func entries<R: Record>(_ index: Index<R>, _ row: Held<R>) -> [[Value]] {
    index.isMultiple ? super.entries(index, row) : [index.fields.flatMap { $0.values(of: row) }]
  }
}

/// Lets rows refer to nothing.
final class TransactionWithoutReferences: DictionaryTransaction {
  override func checkReferences<R: Record>(of row: Held<R>) throws {}
}

/// Deletes rows that others refer to.
final class TransactionWithoutReferrers: DictionaryTransaction {
  override func checkReferrers<R: Record>(to id: Identifier<R>) throws {}
}

/// Says that a value is taken before it says that a reference is unknown.
final class TransactionInOtherOrder: DictionaryTransaction {
  override func checkReferences<R: Record>(of row: Held<R>) throws {
    for index in R.schema.indexes where index.isUnique { try checkUnique(index, row) }
    try super.checkReferences(of: row)
  }
}

/// Sorts text by its UTF-16 code units, in which “🙂” comes before “～”.
final class TransactionInUTF16Order: DictionaryTransaction {
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

/// Sorts missing values last.
final class TransactionWithMissingLast: DictionaryTransaction {
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
final class TransactionOfThreeTruths: DictionaryTransaction {
  override func answer<R: Record>(_ query: Query<R>) throws -> [Held<R>] {
    var query = query
    if case .not(let part) = query.filter.condition, case .compare(let field, _, _) = part {
      query.filter = Filter(.all([.not(part), .not(.isMissing(field: field))]))
    }
    return try super.answer(query)
  }
}

/// Loses the row after a cursor.
final class TransactionThatSkips: DictionaryTransaction {
  override func answer<R: Record>(_ query: Query<R>) throws -> [Held<R>] {
    let rows = try super.answer(query)
    return query.after == nil ? rows : Array(rows.dropFirst())
  }
}

/// Counts all rows whatever the limit.
final class TransactionThatCountsAll: DictionaryTransaction {
  override func count<R: Record>(_ query: Query<R>) throws -> Int {
    var query = query
    _ = try super.count(query)
    query.limit = nil
    return try super.count(query)
  }
}

/// Finds a row once for each of its values that matches.
final class TransactionThatRepeats: DictionaryTransaction {
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
