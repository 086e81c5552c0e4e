import CRMStorage
import CSQLite

/// The one write transaction of a store, over its write connection.
///
/// Each change is one statement for the row, which SQLite undoes by itself where it fails, and
/// one for each value in a side table. The values go first, so that undoing them, when
/// something is in the way, is all there is to undo.
final class SQLiteWriter: SQLiteReader, StorageWriter {
  /// What made SQLite give up, after which only going back is possible.
  private(set) var failure: StorageError?

  private let oldKey = KeyWriter()
  private let newKey = KeyWriter()

  /// Whether the tables ask for what a row refers to, as they do but in a migration.
  let checksReferences: Bool

  init(_ connection: SQLiteConnection, _ directory: TableDirectory, checksReferences: Bool = true) {
    self.checksReferences = checksReferences
    super.init(connection, directory)
  }

  override func checkUse() throws {
    try super.checkUse()
    if let failure { throw failure }
  }

  private func checkWrite() throws {
    try checkUse()
    if scans > 0 { throw StorageError.writeDuringScan }
  }

  func insert<R: Record>(_ row: Held<R>) throws {
    try checkWrite()
    let table = try statements(of: R.self)
    let coder = try coder(of: R.self)
    let changes = try coder.sides == 0 ? [] : additions(row, coder)
    let isDone = try attempting(changes, of: row.id, in: table) {
      let statement = try table.insert(connection)
      let writer = connection.writer
      writer.begin(statement, numbered: table.numberedInsert, runAtOnce: true)
      writer.identifier(high: row.id.high, low: row.id.low)
      coder.writeAll(row, writer)
      try writer.end(connection.path)
      try statement.run()
      return true
    }
    if !isDone { throw try problem(of: row, in: table.definition, isNew: true) }
  }

  func update<R: Record>(_ row: Held<R>, from old: Held<R>) throws {
    try checkWrite()
    let table = try statements(of: R.self)
    let coder = try coder(of: R.self)
    let changes = try coder.sides == 0 ? [] : differences(row, old, coder)
    let isDone = try attempting(changes, of: row.id, in: table) {
      let isKeyed = movesKeys(row, old, coder)
      let statement = try isKeyed ? table.update(connection) : table.updateUnindexed(connection)
      let writer = connection.writer
      writer.begin(
        statement, numbered: isKeyed ? table.numberedUpdate : [], runAtOnce: true)
      (isKeyed ? coder.writeAll : coder.writeUnindexed)(row, writer)
      table.definition.isNumbered
        ? writer.integer(row.id.number)
        : writer.identifier(high: row.id.high, low: row.id.low)
      try writer.end(connection.path)
      try statement.run()
      return connection.changes == 1
    }
    if !isDone { throw try problem(of: row, in: table.definition, isNew: false) }
  }

  func delete<R: Record>(_ row: Held<R>) throws {
    try checkWrite()
    let table = try statements(of: R.self)
    let isDone = try attempting([], of: row.id, in: table) {
      let statement = try table.delete(connection)
      try bind(row.id, of: table, to: statement)
      try statement.run()
      guard connection.changes == 1 else { return false }
      for side in table.definition.sides.indices {
        let statement = try table.clearSide(side, connection)
        try bind(row.id, of: table, to: statement)
        try statement.run()
      }
      return true
    }
    if !isDone { throw try problem(deleting: row.id, in: table.definition) }
  }

  func attempt<Result>(_ body: () throws -> Result) throws -> Result {
    try checkUse()
    // Within a scan nothing can change, so there is nothing to go back to.
    if scans > 0 { return try body() }
    try changing { try connection.run("SAVEPOINT attempt") }
    do {
      let result = try body()
      try checkUse()
      try changing { try connection.run("RELEASE attempt") }
      return result
    } catch {
      guard failure == nil else { throw error }
      try changing {
        try connection.run("ROLLBACK TO attempt")
        try connection.run("RELEASE attempt")
      }
      throw error
    }
  }

  private func coder<R: Record>(of record: R.Type) throws -> RowCoder<R> {
    guard let position = catalog.position(of: record) else { throw catalog.unknown(record) }
    // The directory makes the coder at a kind's position for that kind, in one place.
    return unsafeDowncast(directory.coders[position], to: RowCoder<R>.self)
  }

  /// Whether a column that an index holds has another value than before.
  private func movesKeys<R: Record>(_ row: Held<R>, _ old: Held<R>, _ coder: RowCoder<R>) -> Bool {
    if !coder.hasUnindexed { return true }
    oldKey.reset()
    newKey.reset()
    coder.writeIndexed(old, oldKey)
    coder.writeIndexed(row, newKey)
    return !newKey.isSame(as: oldKey)
  }

  /// Runs what writes; a failure that is not about the row ends the transaction.
  func changing<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let failure as SQLiteFailure where !failure.isConstraint {
      self.failure = failure.storageError
      throw failure.storageError
    }
  }
}

/// A value that a side table gains or loses.
private struct SideChange {
  let side: Int
  let value: [Value]
  let isAddition: Bool

  var inverse: SideChange { SideChange(side: side, value: value, isAddition: !isAddition) }
}

extension SQLiteWriter {
  /// Changes the side tables, then the row; where either fails, neither has changed.
  ///
  /// - Returns: Whether it went well; if not, a rule of the tables was in the way.
  private func attempting<R: Record>(
    _ changes: [SideChange], of id: Identifier<R>, in table: TableStatements,
    _ changeRow: () throws -> Bool
  ) throws -> Bool {
    try changing {
      var done = 0
      do {
        for change in changes {
          try apply(change, of: id, in: table)
          done += 1
        }
        if try changeRow() { return true }
      } catch let failure as SQLiteFailure where failure.isConstraint {}
      for change in changes[..<done].reversed() { try apply(change.inverse, of: id, in: table) }
      return false
    }
  }

  private func apply<R: Record>(
    _ change: SideChange, of id: Identifier<R>, in table: TableStatements
  ) throws {
    let statement =
      try change.isAddition
      ? table.insertSide(change.side, connection) : table.deleteSide(change.side, connection)
    let writer = connection.writer
    writer.begin(statement, runAtOnce: true)
    for value in change.value { value.write(to: writer) }
    id.value(isNumber: table.definition.isNumbered).write(to: writer)
    try writer.end(connection.path)
    try statement.run()
  }

  private func additions<R: Record>(_ row: Held<R>, _ coder: RowCoder<R>) throws -> [SideChange] {
    var additions: [SideChange] = []
    for side in 0..<coder.sides {
      for value in try coder.entries(of: row, in: side) {
        additions.append(SideChange(side: side, value: value, isAddition: true))
      }
    }
    return additions
  }

  /// What to add, then what to remove.
  private func differences<R: Record>(_ row: Held<R>, _ old: Held<R>, _ coder: RowCoder<R>)
    throws -> [SideChange]
  {
    var additions: [SideChange] = []
    var removals: [SideChange] = []
    for side in 0..<coder.sides {
      let now = try coder.entries(of: row, in: side)
      let before = try coder.entries(of: old, in: side)
      if before == now { continue }
      let (kept, wanted) = (Set(before), Set(now))
      additions += now.filter { !kept.contains($0) }.map {
        SideChange(side: side, value: $0, isAddition: true)
      }
      removals += before.filter { !wanted.contains($0) }.map {
        SideChange(side: side, value: $0, isAddition: false)
      }
    }
    return additions + removals
  }
}
