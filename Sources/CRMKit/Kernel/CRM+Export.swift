extension CRM {
  /// Writes the whole store as NDJSON, one line a record, without line ends.
  ///
  /// The first line names the format. Then come the kinds in the order of the capabilities, and
  /// within a kind the records by identifier. Equal stores give equal bytes on every backend.
  ///
  ///     {"format":"crmkit","version":1}
  ///     {"fields":{"kind":"person","name":"김유나",…},"id":"0191…","kind":"customers"}
  ///
  /// - Parameter line: Takes each line in UTF-8.
  public nonisolated(nonsending) func export(_ line: ([UInt8]) throws -> Void) async throws {
    try line(Array(#"{"format":"crmkit","version":1}"#.utf8))
    try await engine.storage.read { reader in
      for schema in engine.catalog.schemas {
        try Self.export(schema.recordType, from: reader, line)
      }
    }
  }

  private static func export<R: Record>(
    _ kind: R.Type, from reader: any StorageReader, _ line: ([UInt8]) throws -> Void
  ) throws {
    let writer = JSONWriter()
    let schema = R.schema
    try reader.scan(Query<R>()) { row in
      writer.reset()
      writer.map(ExportLine.members(of: row, schema)) { $0(writer) }
      try line(writer.bytes)
      return true
    }
  }
}

private enum ExportLine {
  static func members<R: Record>(of row: Held<R>, _ schema: Schema<R>) -> [String: (JSONWriter) ->
    Void]
  {
    [
      "kind": { $0.text(schema.name) },
      "id": { writer in
        if schema.isNumbered {
          writer.integer(row.id.number)
        } else {
          writer.identifier(high: row.id.high, low: row.id.low)
        }
      },
      "fields": { $0.object(schema.layout, row) },
    ]
  }
}
