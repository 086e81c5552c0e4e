/// The content of an event or a task: the value itself, or the JSON it was read from.
///
/// Written in this process it stays the value, so a store in memory encodes nothing.
struct Payload: FieldValue, Codable {
  private enum Content: Sendable {
    case value(any Described)
    case text(String)
  }

  private let content: Content

  init(_ value: any Described) {
    content = .value(value)
  }

  init(text: String) {
    content = .text(text)
  }

  /// The JSON text.
  var text: String {
    switch content {
    case .text(let text): return text
    case .value(let value):
      let writer = JSONWriter()
      Self.write(value, to: writer)
      return writer.text
    }
  }

  /// The content as a type, upgraded first where it was written by an older version.
  func value<Value: Described>(as type: Value.Type, upgrading: (String) throws -> String) throws
    -> Value
  {
    if case .value(let value) = content, let value = value as? Value { return value }
    let json = try upgrading(text)
    return try JSONReader.decode(Array(json.utf8)) { json throws(StorageError) in
      try Value.read(from: json)
    }
  }

  private static func write<Value: Described>(_ value: Value, to writer: any ColumnWriter) {
    Value.write(value, to: writer)
  }

  static func == (a: Payload, b: Payload) -> Bool { a.text == b.text }

  func hash(into hasher: inout Hasher) { hasher.combine(text) }

  init(from decoder: any Decoder) throws {
    self.init(text: try decoder.singleValueContainer().decode(String.self))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  /// Who makes one hands over what is kept as it is, so that nothing of it is looked at again.
  static var isAlwaysKept: Bool { true }

  static var columns: [ColumnShape] { [ColumnShape("", .json)] }

  static func write(_ value: Payload, to writer: any ColumnWriter) {
    switch value.content {
    case .text(let text): writer.json { $0.raw(text) }
    case .value(let value): write(value, to: writer)
    }
  }

  static func read(from reader: any ColumnReader) throws(StorageError) -> Payload {
    try reader.json { json throws(StorageError) in Payload(text: try json.rawText()) }
  }
}
