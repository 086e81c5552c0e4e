/// A value of a ``MultiField`` of text, and the row that has it.
public struct IndexEntry<R: Record>: Sendable, Hashable, Codable {
  /// The value.
  public let value: String

  /// The row.
  public let id: Identifier<R>

  /// An entry.
  public init(value: String, id: Identifier<R>) {
    self.value = value
    self.id = id
  }
}

extension IndexEntry: Comparable {
  /// By the value's UTF-8 bytes, then by identifier.
  public static func < (a: IndexEntry, b: IndexEntry) -> Bool {
    let order = Text.compare(a.value, b.value)
    return order != 0 ? order < 0 : a.id < b.id
  }
}

/// Which entries of a ``MultiField`` of text are asked for.
public struct EntryQuery<R: Record>: Sendable {
  /// The stored name of the field.
  public let field: String

  /// What the values begin with, in normalisation form C.
  public let prefix: String

  /// The entry after which to begin; `nil` for the first.
  public let after: IndexEntry<R>?

  /// Asks for the entries that begin with a prefix.
  ///
  /// - Throws: ``StorageError/Code/invalidValue`` for a prefix with NUL.
  public init(
    _ field: MultiField<R, String>, prefix: String, after: IndexEntry<R>? = nil
  ) throws(StorageError) {
    self.field = field.name
    self.prefix = try String.prepared(prefix) ?? prefix
    self.after = after
  }
}

extension StorageReader {
  public func scanEntries<R: Record>(
    _ query: EntryQuery<R>, _ body: (IndexEntry<R>) throws -> Bool
  ) throws {
    let field = try R.schema.field(named: query.field)
    var entries: [IndexEntry<R>] = []
    let filter = Filter<R>(.hasPrefix(field: query.field, query.prefix))
    try scan(Query(where: { _ in filter })) { row in
      for case .text(let value) in try field.entries(of: row).flatMap({ $0 })
      where value.utf8.starts(with: query.prefix.utf8) {
        entries.append(IndexEntry(value: value, id: row.row.id))
      }
      return true
    }
    for entry in entries.sorted() where query.after.map({ $0 < entry }) ?? true {
      guard try body(entry) else { return }
    }
  }
}

// MARK: - Keys of an index

extension EntryQuery {
  /// Where the entries are among the keys of their index.
  var keys: KeyRange {
    var range = KeyRange.prefix(KeyWriter.prefix(of: prefix))
    if let after {
      let key = KeyWriter()
      key.text(after.value)
      key.ending(after.id)
      range.raise(to: key.bytes + [0])
    }
    return range
  }
}

extension IndexEntry {
  /// Reads the key of an entry: a tag before the text, and a zero and the identifier behind it.
  init(key: UnsafeRawBufferPointer) {
    let text = UnsafeRawBufferPointer(rebasing: key[1..<(key.count - 17)])
    self.init(value: String(decoding: text, as: UTF8.self), id: identifier(endingKey: key))
  }
}
