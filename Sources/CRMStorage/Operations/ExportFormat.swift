/// The lines of an export that are not rows: the first and the last.
///
/// The first names the format and the kinds of record as the store had them, so that a later
/// program can read the rows. The last has what tells a whole export from one that was cut.
enum ExportFormat {
  static let name = "crmkit"
  static let version: Int64 = 2

  /// A kind of record, with how many rows of it there are.
  struct Kind: Sendable {
    let kind: StoredKind
    let rows: Int
  }

  /// What the last line says of those before it.
  struct End: Sendable, Hashable {
    /// How many there are.
    let lines: Int
    /// ``LineChecksum`` of them.
    let checksum: UInt64
  }

  static func header(of kinds: [Kind], _ writer: JSONWriter) -> [UInt8] {
    writer.reset()
    writer.members(["format", "version", "kinds"].map { ($0, $0) }) { member in
      switch member {
      case "format": writer.text(name)
      case "version": writer.integer(version)
      default: writer.list { for kind in kinds { write(kind, writer) } }
      }
    }
    return writer.bytes
  }

  private static func write(_ kind: Kind, _ writer: JSONWriter) {
    writer.members(["name", "version", "rows", "definition"].map { ($0, $0) }) { member in
      switch member {
      case "name": writer.text(kind.kind.name)
      case "version": writer.integer(Int64(kind.kind.version))
      case "rows": writer.integer(Int64(kind.rows))
      default: writer.text(kind.kind.definition)
      }
    }
  }

  static func end(_ end: End, _ writer: JSONWriter) -> [UInt8] {
    writer.reset()
    writer.members([("end", end)]) { end in
      writer.members([("lines", "\(end.lines)"), ("checksum", "\"\(hexadecimal(end.checksum))\"")])
      {
        writer.raw($0)
      }
    }
    return writer.bytes
  }

  /// Reads the first line.
  ///
  /// - Throws: ``StorageError/Code/notAStore``, ``StorageError/Code/newerStore``, or
  ///   ``StorageError/Code/invalidValue``.
  static func kinds(of header: [UInt8]) throws(StorageError) -> [Kind] {
    let members: [String: String]
    do throws(StorageError) {
      members = try JSONReader.decode(header) { json throws(StorageError) in
        try json.map { json throws(StorageError) in try json.rawText() }
      }
    } catch {
      throw notAnExport
    }
    guard members["format"] == "\"\(name)\"", let found = members["version"].flatMap(Int64.init)
    else { throw notAnExport }
    guard found <= version else {
      throw StorageError(
        .newerStore, "The export has format \(found), where this program knows \(version).",
        recovery: "Import it with the newer program.")
    }
    guard let kinds = members["kinds"] else { throw notAnExport }
    return try JSONReader.decode(Array(kinds.utf8)) { json throws(StorageError) in
      try json.list { json throws(StorageError) in try kind(from: json) }
    }
  }

  private static func kind(from json: JSONReader) throws(StorageError) -> Kind {
    var (name, definition, version, rows) = ("", "", 0, 0)
    if let frame = try json.beginMap() {
      repeat {
        switch try json.key() {
        case "name": name = try json.text()
        case "definition": definition = try json.text()
        case "version": version = Int(clamping: try json.integer())
        case "rows": rows = Int(clamping: try json.integer())
        default: _ = try json.rawText()
        }
      } while json.goesOn()
      try json.endMap(frame)
    }
    guard let kind = StoredKind(name, version: version, definition: definition) else {
      throw unreadable(name, "definition")
    }
    guard rows >= 0 else { throw unreadable(name, "number of rows") }
    return Kind(kind: kind, rows: rows)
  }

  private static func unreadable(_ kind: String, _ part: String) -> StorageError {
    StorageError(
      .invalidValue, "The \(part) of “\(kind)” cannot be read.",
      recovery: "Import the export as it was written.", record: kind)
  }

  /// Reads what the last line says, within its object.
  static func end(from json: JSONReader) throws(StorageError) -> End {
    var (lines, checksum) = (0, "")
    if let frame = try json.beginMap() {
      repeat {
        switch try json.key() {
        case "lines": lines = Int(clamping: try json.integer())
        case "checksum": checksum = try json.text()
        default: _ = try json.rawText()
        }
      } while json.goesOn()
      try json.endMap(frame)
    }
    guard let sum = UInt64(checksum, radix: 16) else {
      throw .mismatch(expected: "a checksum", found: .text(""))
    }
    return End(lines: lines, checksum: sum)
  }

  private static let notAnExport = StorageError(
    .notAStore, "The first line is not that of an export of format \(version).",
    recovery: "Choose a file that export wrote.")

  private static func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// FNV-1a of 64 bits over lines and their ends.
struct LineChecksum {
  private(set) var lines = 0
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  /// Adds a line, and the line feed that ends it.
  mutating func add(_ line: [UInt8]) {
    var hash = value
    for byte in line { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    value = (hash ^ 0x0A) &* 0x0000_0100_0000_01B3
    lines += 1
  }

  var end: ExportFormat.End { ExportFormat.End(lines: lines, checksum: value) }
}
