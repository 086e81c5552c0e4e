extension StorageReader {
  /// Writes all rows as NDJSON, one line a row, without line ends.
  ///
  /// The first line names the format and the kinds of record. Then come the rows, kinds in the
  /// order of the catalog, within a kind by identifier. The last line counts those before it.
  /// Equal stores give equal bytes on every storage. See `Documentation/Operations.md`.
  ///
  ///     {"format":"crmkit","version":2,"kinds":[{"name":"customers","version":1,"rows":61,…},…]}
  ///     {"fields":{"kind":"person","name":"김유나",…},"id":"0191…","kind":"customers"}
  ///     {"end":{"lines":62,"checksum":"3c1f0a7de2b4c981"}}
  ///
  /// - Parameters:
  ///   - progress: Told how many rows were written.
  ///   - line: Takes each line in UTF-8.
  /// - Throws: What `line` throws; `CancellationError`; where a row cannot be read;
  ///   ``StorageError/Code/incompatibleSchema`` naming kinds that would be missing.
  /// - Complexity: O(*n*) in the rows, of which one is held at a time.
  public func export(
    progress: ProgressHandler? = nil, _ line: ([UInt8]) throws -> Void
  ) throws {
    try checkHasNoOtherKinds()
    let writer = JSONWriter()
    var checksum = LineChecksum()
    let kinds = try catalog.schemas.map { schema in
      ExportFormat.Kind(kind: schema.storedKind, rows: try count(of: schema.recordType))
    }
    var rows = RowProgress(total: kinds.reduce(0) { $0 + $1.rows }, progress)
    func write(_ bytes: [UInt8]) throws {
      checksum.add(bytes)
      try line(bytes)
    }
    try write(ExportFormat.header(of: kinds, writer))
    for schema in catalog.schemas {
      try export(schema.recordType, writer) { bytes in
        try write(bytes)
        try rows.step()
      }
    }
    rows.finish()
    try line(ExportFormat.end(checksum.end, writer))
  }

  /// An export without rows that the store has would be taken for a whole one.
  private func checkHasNoOtherKinds() throws {
    let kinds = try otherKinds()
    guard let first = kinds.first else { return }
    throw StorageError(
      .incompatibleSchema,
      "The store has \(kinds.joined(separator: ", ")), which the program does not have.",
      recovery: "Open it with the capabilities that bring them, and try again.", record: first)
  }

  private func count<R: Record>(of kind: R.Type) throws -> Int { try count(Query<R>()) }

  private func export<R: Record>(
    _ kind: R.Type, _ writer: JSONWriter, _ line: ([UInt8]) throws -> Void
  ) throws {
    let schema = R.schema
    try scan(Query<R>()) { row in
      writer.reset()
      let outer = writer.beginMap()
      writer.nextMember("fields", isFirst: true)
      writer.object(schema.layout, row)
      writer.nextMember("id", isFirst: false)
      if schema.isNumbered {
        writer.integer(row.id.number)
      } else {
        writer.identifier(high: row.id.high, low: row.id.low)
      }
      writer.nextMember("kind", isFirst: false)
      writer.text(schema.name)
      writer.endMap(outer)
      try line(writer.bytes)
      return true
    }
  }

  /// Checks that there are no rows.
  ///
  /// - Throws: ``StorageError/Code/alreadyExists`` naming a kind that has some.
  func checkIsEmpty() throws {
    for schema in catalog.schemas { try checkIsEmpty(schema.recordType) }
  }

  private func checkIsEmpty<R: Record>(_ kind: R.Type) throws {
    guard try count(Query<R>(limit: 1)) > 0 else { return }
    throw StorageError(
      .alreadyExists, "The store has \(R.schema.name) already.",
      recovery: "Choose an empty store.", record: R.schema.name)
  }
}
