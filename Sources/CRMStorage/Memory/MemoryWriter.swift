/// A version of a store in memory that is being changed, for as long as a closure runs.
final class MemoryWriter: MemoryReader, StorageWriter {
  private let keys = KeyWriter()
  private let oldKeys = KeyWriter()
  private let checksReferences: Bool

  /// Where changes are written down for a journal.
  private let log: ChangeLog?

  /// - Parameter checksReferences: Whether what a row refers to must be there before it.
  init(_ version: MemoryVersion, checksReferences: Bool = true, log: ChangeLog? = nil) {
    self.checksReferences = checksReferences
    self.log = log
    super.init(VersionBox(version))
  }

  func insert<R: Record>(_ row: Held<R>) throws {
    let position = try writableEntries(of: row)
    let id = row.row.id
    if let obstacle = insert(row, id.anyKind, at: position) { throw obstacle.error(row) }
  }

  func update<R: Record>(_ row: Held<R>, from old: Held<R>) throws {
    let position = try writableEntries(of: row)
    let id = row.row.id
    if let obstacle = update(row, id.anyKind, at: position) { throw obstacle.error(row) }
  }

  func delete<R: Record>(_ row: Held<R>) throws {
    let position = try writablePosition(of: R.self)
    let id = row.row.id
    if let obstacle = delete(id.anyKind, at: position) { throw obstacle.error(row) }
  }

  func attempt<Result>(_ body: () throws -> Result) throws -> Result {
    try checkNotEnded()
    let before = version
    let noted = log?.place
    do {
      return try body()
    } catch {
      version = before
      if let noted { log?.goBack(to: noted) }
      throw error
    }
  }

  /// Writes the entries that a row is to have into ``keys``.
  private func writableEntries<R: Record>(of row: Held<R>) throws(StorageError) -> Int {
    let position = try writablePosition(of: R.self)
    keys.writeEntries(of: row, row.row.id.anyKind, version.shape.coders[position])
    if keys.hasUnfit { try R.schema.checkEntries(of: row) }
    return position
  }

  private func writablePosition<R: Record>(of record: R.Type) throws(StorageError) -> Int {
    let position = try position(of: record)
    guard runningScans == 0 else {
      throw StorageError(
        .writeDuringScan, "\(R.schema.name) were changed while a scan was running.",
        recovery: "Collect the rows first, and change them after the scan.",
        record: R.schema.name)
    }
    return position
  }
}

// MARK: - Rows of any kind

/// What keeps a row from being changed.
private enum Obstacle {
  case notFound
  case identifierTaken
  case unknownReference(field: String)
  case valueTaken(index: Int, holder: RowID)
  case stillReferenced(place: String, holder: RowID)

  func error<R: Record>(_ row: Held<R>) -> StorageError {
    let id = row.row.id
    return switch self {
    case .notFound: R.schema.notFound(id)
    case .identifierTaken: R.schema.duplicate(id, field: "id", holder: id)
    case .unknownReference(let field): R.schema.unknownReference(id, field: field)
    case .valueTaken(let index, let holder):
      R.schema.duplicate(
        id, field: R.schema.indexes[index].name,
        holder: Identifier(high: holder.high, low: holder.low))
    case .stillReferenced(let place, let holder):
      R.schema.stillReferenced(id, field: place, holder: holder.description)
    }
  }
}

extension MemoryWriter {
  private func insert(_ row: AnyObject, _ id: RowID, at position: Int) -> Obstacle? {
    let coder = version.shape.coders[position]
    if version.tables[position].box(id) != nil { return .identifierTaken }
    if let obstacle = missingReference(of: row, id, coder, at: position) { return obstacle }
    for index in coder.indexes.indices where coder.indexes[index].isUnique {
      if let obstacle = takenValue(of: id, in: index, at: position) { return obstacle }
    }
    withKey(of: id) { _ = version.tables[position].rows.insert($0, row) }
    for index in coder.indexes.indices {
      keys.forEachEntry(of: index) { version.tables[position].indexes[index].insert($0, ()) }
    }
    log?.note(row, id, at: position, replacing: nil)
    return nil
  }

  private func update(_ row: AnyObject, _ id: RowID, at position: Int) -> Obstacle? {
    let coder = version.shape.coders[position]
    guard let stored = version.tables[position].box(id) else { return .notFound }
    let obstacle = missingReference(of: row, id, coder, at: position, instead: stored)
    if let obstacle { return obstacle }
    oldKeys.writeEntries(of: stored, id, coder)
    for index in coder.indexes.indices
    where coder.indexes[index].isUnique && !keys.hasSameEntries(of: index, as: oldKeys) {
      if let obstacle = takenValue(of: id, in: index, at: position) { return obstacle }
    }
    withKey(of: id) { _ = version.tables[position].rows.insert($0, row) }
    for index in coder.indexes.indices where !keys.hasSameEntries(of: index, as: oldKeys) {
      oldKeys.forEachEntry(of: index) { version.tables[position].indexes[index].remove($0) }
      keys.forEachEntry(of: index) { version.tables[position].indexes[index].insert($0, ()) }
    }
    log?.note(row, id, at: position, replacing: stored)
    return nil
  }

  private func delete(_ id: RowID, at position: Int) -> Obstacle? {
    guard let stored = version.tables[position].box(id) else { return .notFound }
    if let obstacle = referrer(to: id, at: position) { return obstacle }
    let coder = version.shape.coders[position]
    keys.writeEntries(of: stored, id, coder)
    withKey(of: id) { _ = version.tables[position].rows.remove($0) }
    for index in coder.indexes.indices {
      keys.forEachEntry(of: index) { version.tables[position].indexes[index].remove($0) }
    }
    log?.note(removalOf: stored, id, at: position)
    return nil
  }

  /// Looks for what a row refers to and is not there.
  ///
  /// - Parameter old: The row that is replaced: what that referred to is still there.
  private func missingReference(
    of row: AnyObject, _ id: RowID, _ coder: MemoryCoder, at position: Int,
    instead old: AnyObject? = nil
  ) -> Obstacle? {
    guard checksReferences else { return nil }
    for reference in coder.references {
      guard let named = target(of: reference, in: row) else { continue }
      if reference.target == position && named == id { continue }
      if let old, target(of: reference, in: old) == named { continue }
      if version.tables[reference.target].box(named) == nil {
        return .unknownReference(field: reference.field)
      }
    }
    return nil
  }

  /// What a row refers to; `nil` where that is missing.
  private func target(of reference: MemoryCoder.Reference, in row: AnyObject) -> RowID? {
    oldKeys.reset()
    reference.write(row, oldKeys)
    // A reference is a tag and sixteen bytes, or the tag of a missing one.
    return oldKeys.count == 17 ? identifier(endingKey: oldKeys.written) : nil
  }

  /// Looks for another row that holds one of the values that ``keys`` has for a unique index.
  private func takenValue(of id: RowID, in index: Int, at position: Int) -> Obstacle? {
    if keys.hasMissing(in: index) { return nil }
    var holder: RowID?
    keys.forEachEntry(of: index) { entry in
      let value = UnsafeRawBufferPointer(rebasing: entry.dropLast(16))
      version.tables[position].indexes[index].scan(from: value) { key, _ in
        guard key.starts(with: value) else { return false }
        guard key.count == entry.count else { return true }
        let other: RowID = identifier(endingKey: key)
        if other != id { holder = holder ?? other }
        return holder == nil
      }
    }
    return holder.map { .valueTaken(index: index, holder: $0) }
  }

  private func referrer(to id: RowID, at position: Int) -> Obstacle? {
    for referrer in version.shape.referrers[position] {
      keys.reset()
      keys.identifier(high: id.high, low: id.low)
      var holder: RowID?
      version.tables[referrer.table].indexes[referrer.index].scan(
        .prefix(keys.bytes), descending: false
      ) { key, _ in
        let other: RowID = identifier(endingKey: key)
        if referrer.table == position && other == id { return true }
        holder = other
        return false
      }
      if let holder { return .stillReferenced(place: referrer.place, holder: holder) }
    }
    return nil
  }
}

extension KeyWriter {
  /// Writes the entries that a row has in the indexes of its kind.
  func writeEntries(of row: AnyObject, _ id: RowID, _ coder: MemoryCoder) {
    reset()
    coder.writeEntries(row, id, self)
  }
}
