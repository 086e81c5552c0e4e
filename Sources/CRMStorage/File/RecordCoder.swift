/// How the rows of one kind are written to files and read from them.
///
/// It does not know their type, for the same reason as ``MemoryCoder``.
struct RecordCoder: Sendable {
  /// The kind as files describe it.
  let kind: StoredKind

  /// Writes the columns of a row, which is handed on as its box.
  let write: @Sendable (AnyObject, ByteWriter) -> Void

  /// Reads a row from all of some bytes, and boxes it.
  let read: @Sendable (RowID, UnsafeRawBufferPointer, ByteReader) throws(StorageError) -> AnyObject

  init(_ kept: KeptKind) {
    switch kept {
    case .typed(let schema): self = Self.coder(of: schema.recordType)
    case .untyped(let kind): self.init(kind)
    }
  }

  private static func coder<R: Record>(of record: R.Type) -> RecordCoder { RecordCoder(record) }

  private init<R: Record>(_ record: R.Type) {
    let schema = R.schema
    let columns = schema.layout.columns.count
    let writeAll = schema.layout.write
    kind = schema.storedKind
    write = { row, writer in
      writer.beginRow(columns: columns)
      writeAll(unsafeDowncast(row, to: Held<R>.self), writer)
    }
    read = { [name = schema.name, readAll = schema.read] id, bytes, reader throws(StorageError) in
      reader.begin(bytes)
      try reader.beginRow(columns: columns)
      let row = try readAll(Identifier(high: id.high, low: id.low), reader)
      guard reader.isAtEnd else { throw .longRow(id, of: name) }
      return row
    }
  }

  private init(_ kind: StoredKind) {
    let columns = kind.columns.count { !$0.isDerived }
    self.kind = kind
    write = { row, writer in
      unsafeDowncast(row, to: UntypedRow.self).bytes.withUnsafeBytes { writer.copy($0) }
    }
    read = { _, bytes, _ in UntypedRow(bytes, columns: columns) }
  }
}

extension StorageError {
  fileprivate static func longRow(_ id: RowID, of kind: String) -> StorageError {
    .damaged(kind, id: id.description, "the row is longer than its columns")
  }
}
