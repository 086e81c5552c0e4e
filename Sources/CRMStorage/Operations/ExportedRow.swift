/// A line of an export with a row, taken apart but not yet read as its kind.
struct ExportedRow {
  let kind: String

  /// The identifier as JSON: text, or a number.
  let id: String

  /// The fields as JSON.
  let fields: [UInt8]

  /// A line is a row, or says that there are no more.
  enum Line {
    case row(ExportedRow)
    case end(ExportFormat.End)
  }

  /// Takes a line apart.
  ///
  /// - Throws: ``StorageError/Code/invalidValue``.
  static func line(_ bytes: [UInt8]) throws(StorageError) -> Line {
    try JSONReader.decode(bytes) { json throws(StorageError) in
      var kind: String?
      var id: String?
      var fields: [UInt8]?
      var end: ExportFormat.End?
      if let frame = try json.beginMap() {
        repeat {
          switch try json.key() {
          case "fields": fields = try json.rawBytes()
          case "id": id = try json.rawText()
          case "kind": kind = try json.text()
          case "end": end = try ExportFormat.end(from: json)
          case let other:
            throw StorageError(
              .invalidValue, "A line has no member “\(other.prefix(60))”.",
              recovery: "Leave “fields”, “id” and “kind”.")
          }
        } while json.goesOn()
        try json.endMap(frame)
      }
      if let end, kind == nil, id == nil, fields == nil { return .end(end) }
      guard let kind, let id, let fields, end == nil else {
        throw StorageError(
          .invalidValue, "A line needs “fields”, “id” and “kind”.",
          recovery: "Correct the line, or import the export as it was written.")
      }
      return .row(ExportedRow(kind: kind, id: id, fields: fields))
    }
  }

  /// The row as a record of a kind as its store had it.
  ///
  /// - Throws: ``StorageError/Code/invalidValue`` or ``StorageError/Code/unknownField``, naming
  ///   the field and the row.
  func record(_ kind: StoredKind, _ columns: [String: ColumnType]) throws(StorageError)
    -> StoredRecord
  {
    let identifier: Identifier<Never>
    do throws(StorageError) {
      identifier = try self.identifier(isNumbered: kind.isNumbered)
    } catch {
      throw error.at(record: kind.name, field: "id")
    }
    do throws(StorageError) {
      let values = try JSONReader.decode(fields) { json throws(StorageError) in
        try Self.values(from: json, columns)
      }
      return StoredRecord(kind.name, version: kind.version, id: identifier, values: values)
    } catch {
      throw error.at(record: kind.name, identifier: identifier.description)
    }
  }

  /// The row, where it is just as the program writes it: fields in their order, each as it is to
  /// be; `nil` where it has to be looked at closely.
  func row<R: Record>(as record: R.Type) -> Held<R>? {
    guard let id = try? identifier(isNumbered: R.schema.isNumbered) else { return nil }
    var row = R.schema.blankRow(Identifier(high: id.high, low: id.low))
    let isRead = try? JSONReader.decode(fields) { json throws(StorageError) in
      json.readInOrder(R.schema.layout, into: &row, from: try json.beginObject())
    }
    return isRead == true ? try? R.schema.hold(row) : nil
  }

  private func identifier(isNumbered: Bool) throws(StorageError) -> Identifier<Never> {
    try JSONReader.decode(Array(id.utf8)) { json throws(StorageError) in
      if isNumbered { return Identifier(number: try json.integer()) }
      let (high, low) = try json.identifier()
      return Identifier(high: high, low: low)
    }
  }

  private static func values(
    from json: JSONReader, _ columns: [String: ColumnType]
  ) throws(StorageError) -> [String: Value] {
    var values: [String: Value] = Dictionary(minimumCapacity: columns.count)
    for column in columns.keys { values[column] = .missing }
    guard let frame = try json.beginMap() else { return values }
    repeat {
      let name = try json.key()
      guard let type = columns[name] else {
        throw StorageError(
          .unknownField, "There is no field “\(name.prefix(60))”.",
          recovery: nearest(to: name, among: columns.keys.sorted()).map { "Did you mean “\($0)”?" }
            ?? "Remove it from the line.", field: String(name.prefix(60)))
      }
      do throws(StorageError) {
        values[name] = try json.value(of: type)
      } catch {
        throw error.at(field: name)
      }
    } while json.goesOn()
    try json.endMap(frame)
    return values
  }

  /// The number of the first line that has the row an error names.
  static func line(of error: StorageError, in lines: LineReader) throws -> Int? {
    lines.rewind()
    var number = 0
    while let bytes = try lines.next() {
      number += 1
      guard case .row(let row)? = try? line(bytes), row.kind == error.record else { continue }
      let names = try? [row.identifier(isNumbered: false), row.identifier(isNumbered: true)]
      if row.id == "\"\(error.identifier ?? "")\"" { return number }
      if let found = names?.last, found.description == error.identifier { return number }
    }
    return nil
  }
}
