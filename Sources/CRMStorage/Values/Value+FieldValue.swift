/// A value within a record is kept as JSON that tells its type: `{"integer":7}`.
extension Value: FieldValue {
  public static var columns: [ColumnShape] { [ColumnShape("", .json)] }

  public static func write(_ value: Value, to writer: any ColumnWriter) {
    writer.json { json in
      json.map([value.kind: value]) { value in
        if value == .missing { json.flag(true) } else { value.write(to: json) }
      }
    }
  }

  public static func read(from reader: any ColumnReader) throws(StorageError) -> Value {
    let members = try reader.json { json throws(StorageError) in
      try json.map { json throws(StorageError) in try json.rawText() }
    }
    guard members.count == 1, let member = members.first else {
      throw StorageError(
        .invalidValue, "A value has exactly one member, not \(members.count).",
        recovery: "Name its type, as in {\"integer\":7}.")
    }
    let text = Array(member.value.utf8)
    return try JSONReader.decode(text) { json throws(StorageError) in
      switch member.key {
      case "missing": try json.flag() ? .missing : .flag(false)
      case "flag": .flag(try json.flag())
      case "integer": .integer(try json.integer())
      case "real": .real(try json.real())
      case "text": .text(try json.text())
      case "instant": .instant(try json.instant())
      case "identifier": try Value(identifier: json)
      case "bytes": .bytes(try json.bytes())
      case "json": .json(try json.rawText())
      default:
        throw StorageError(
          .invalidValue, "“\(member.key)” is not a type of value.",
          recovery: "Use one of Value’s cases.")
      }
    }
  }

  public static func prepared(_ value: Value) throws(StorageError) -> Value? {
    switch value {
    case .text(let text): try String.prepared(text).map(Value.text)
    case .real(let real): try Double.prepared(real).map(Value.real)
    default: nil
    }
  }

  private init(identifier reader: JSONReader) throws(StorageError) {
    let halves = try reader.identifier()
    self = .identifier(high: halves.high, low: halves.low)
  }

  private var kind: String {
    switch self {
    case .missing: "missing"
    case .flag: "flag"
    case .integer: "integer"
    case .real: "real"
    case .text: "text"
    case .instant: "instant"
    case .identifier: "identifier"
    case .bytes: "bytes"
    case .json: "json"
    }
  }
}
