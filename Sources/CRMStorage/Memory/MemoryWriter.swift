/// A version of a store in memory that is being changed, for as long as a closure runs.
final class MemoryWriter: MemoryReader, StorageWriter {
  private let keys = KeyWriter()
  private let oldKeys = KeyWriter()

  func insert<R: Record>(_ row: Held<R>) throws {
    let position = try writablePosition(of: R.self)
    guard version.tables[position].row(row.id) == nil else {
      throw R.schema.duplicate(row.id, field: "id", holder: row.id)
    }
    try checkReferences(of: row, at: position)
    try checkUniqueness(of: row, at: position)
    withKey(of: row.id) { _ = version.tables[position].rows.insert($0, row) }
    for (index, definition) in R.schema.indexes.enumerated() {
      keys.writeEntries(of: row, definition)
      keys.forEachEntry { version.tables[position].indexes[index].insert($0, ()) }
    }
  }

  func update<R: Record>(_ row: Held<R>, from old: Held<R>) throws {
    let position = try writablePosition(of: R.self)
    guard let stored: Held<R> = version.tables[position].row(row.id) else {
      throw R.schema.notFound(row.id)
    }
    try checkReferences(of: row, at: position)
    try checkUniqueness(of: row, at: position)
    withKey(of: row.id) { _ = version.tables[position].rows.insert($0, row) }
    for (index, definition) in R.schema.indexes.enumerated() {
      oldKeys.writeEntries(of: stored, definition)
      keys.writeEntries(of: row, definition)
      if oldKeys.bytes == keys.bytes { continue }
      oldKeys.forEachEntry { version.tables[position].indexes[index].remove($0) }
      keys.forEachEntry { version.tables[position].indexes[index].insert($0, ()) }
    }
  }

  func delete<R: Record>(_ row: Held<R>) throws {
    let position = try writablePosition(of: R.self)
    guard let stored: Held<R> = version.tables[position].row(row.id) else {
      throw R.schema.notFound(row.id)
    }
    try checkReferrers(of: row.id, at: position)
    withKey(of: row.id) { _ = version.tables[position].rows.remove($0) }
    for (index, definition) in R.schema.indexes.enumerated() {
      keys.writeEntries(of: stored, definition)
      keys.forEachEntry { version.tables[position].indexes[index].remove($0) }
    }
  }

  func attempt<Result>(_ body: () throws -> Result) throws -> Result {
    try checkNotEnded()
    let before = version
    do {
      return try body()
    } catch {
      version = before
      throw error
    }
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

  private func checkReferences<R: Record>(of row: Held<R>, at position: Int) throws(StorageError) {
    for field in R.schema.references {
      guard let target = version.catalog.position(ofKind: field.target) else { continue }
      keys.reset()
      try R.schema.field(named: field.field).write(row, keys)
      // A reference is a tag and sixteen bytes, or the tag of a missing one.
      guard keys.bytes.count == 17 else { continue }
      let isKnown = keys.bytes.withUnsafeBytes { key in
        let id = UnsafeRawBufferPointer(rebasing: key[1...])
        if target == position, withKey(of: row.id, { compareBytes($0, id) == 0 }) { return true }
        return version.tables[target].rows.find(id) != nil
      }
      guard isKnown else {
        throw R.schema.unknownReference(row.id, field: field.field)
      }
    }
  }

  private func checkUniqueness<R: Record>(of row: Held<R>, at position: Int) throws(StorageError) {
    for (index, definition) in R.schema.indexes.enumerated() where definition.isUnique {
      keys.writeEntries(of: row, definition)
      if keys.hasMissing { continue }
      var holder: Identifier<R>?
      keys.forEachEntry { entry in
        let value = Array(entry.dropLast(16))
        version.tables[position].indexes[index].scan(.prefix(value), descending: false) { key, _ in
          guard key.count == entry.count else { return true }
          let other: Identifier<R> = identifier(endingKey: key)
          if other != row.id { holder = holder ?? other }
          return holder == nil
        }
      }
      if let holder { throw R.schema.duplicate(row.id, field: definition.name, holder: holder) }
    }
  }

  private func checkReferrers<R: Record>(of id: Identifier<R>, at position: Int)
    throws(StorageError)
  {
    for referrer in version.referrers[position] {
      keys.reset()
      keys.identifier(high: id.high, low: id.low)
      var holder: Identifier<R>?
      version.tables[referrer.table].indexes[referrer.index].scan(
        .prefix(keys.bytes), descending: false
      ) { key, _ in
        let other: Identifier<R> = identifier(endingKey: key)
        if referrer.table == position && other == id { return true }
        holder = other
        return false
      }
      if let holder {
        throw R.schema.stillReferenced(id, field: referrer.place, holder: holder.description)
      }
    }
  }
}

extension KeyWriter {
  /// Writes the entries a row has in an index.
  func writeEntries<R: Record>(of row: Held<R>, _ index: Index<R>) {
    beginEntries(columns: index.columnCount, of: row.id)
    for field in index.fields { field.write(row, self) }
  }

  func forEachEntry(_ body: (UnsafeRawBufferPointer) -> Void) {
    bytes.withUnsafeBytes { bytes in
      var start = 0
      for end in ends {
        body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        start = end
      }
    }
  }
}
