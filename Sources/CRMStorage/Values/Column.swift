/// What a column holds.
public enum ColumnType: String, Sendable, Hashable, Codable {
  /// True or false.
  case flag
  /// A signed 64-bit whole number.
  case integer
  /// A finite IEEE 754 double; negative zero is stored as zero.
  case real
  /// Text in normalisation form C, without NUL, ordered by its UTF-8 bytes.
  case text
  /// An ISO 8601 date as text.
  case date
  /// Milliseconds since the epoch.
  case instant
  /// Sixteen bytes naming a record.
  case identifier
  /// Bytes, ordered as unsigned numbers.
  case bytes
  /// A list or a structure as JSON; it can be neither compared nor indexed.
  case json
}

/// One column a field is stored in.
public struct Column: Sendable, Hashable {
  /// The name, unique within its record, in lower case with underscores.
  public let name: String

  /// What the column holds.
  public let type: ColumnType

  /// Whether every row has a value here.
  public let isRequired: Bool

  let jsonKey: [UInt8]

  init(name: String, type: ColumnType, isRequired: Bool) {
    self.name = name
    self.type = type
    self.isRequired = isRequired
    jsonKey = Array("\"\(name)\":".utf8)
  }

  /// One of the columns of a value that stands for itself within a list or a map.
  init(member shape: ColumnShape) {
    self.init(name: shape.suffix, type: shape.type, isRequired: false)
  }
}

/// One column of a value's shape: the suffix its name gets, and what it holds.
public struct ColumnShape: Sendable, Hashable {
  /// Added to the field's name, `""` for a value of a single column.
  public let suffix: String

  /// What the column holds.
  public let type: ColumnType

  /// Describes one column of a value.
  @inlinable
  public init(_ suffix: String = "", _ type: ColumnType) {
    self.suffix = suffix
    self.type = type
  }
}

/// Takes the columns of a row one after the other.
///
/// SQLite's statements, index keys and JSON are all written through this, so that a value
/// describes itself once.
public protocol ColumnWriter: AnyObject {
  /// The column has no value.
  func missing()
  /// Writes true or false.
  func flag(_ value: Bool)
  /// Writes a whole number.
  func integer(_ value: Int64)
  /// Writes a finite number.
  func real(_ value: Double)
  /// Writes text, which is in normalisation form C.
  func text(_ value: String)
  /// Writes an instant.
  func instant(_ value: Instant)
  /// Writes the two halves of an identifier.
  func identifier(high: UInt64, low: UInt64)
  /// Writes bytes.
  func bytes(_ value: [UInt8])
  /// Writes a list or a structure.
  func json(_ encode: (JSONWriter) -> Void)
}

/// Gives the columns of a row one after the other.
///
/// It is lent for the reading of one value, and points into the store's own memory: nothing may
/// keep it. Each call but the two that skip takes one column and throws
/// ``StorageError/Code/invalidValue`` where it holds something else.
public protocol ColumnReader: AnyObject {
  /// Takes `count` columns if all of them are missing, and says whether it did.
  func skipMissing(_ count: Int) -> Bool
  /// Takes a column if it holds a list or a structure without anything in it, and says whether it
  /// did; one that does not say so is read as any other.
  func skipEmpty(_ kind: JSONKind) -> Bool
  /// Reads true or false.
  func flag() throws(StorageError) -> Bool
  /// Reads a whole number.
  func integer() throws(StorageError) -> Int64
  /// Reads a number.
  func real() throws(StorageError) -> Double
  /// Reads text.
  func text() throws(StorageError) -> String
  /// Reads an instant.
  func instant() throws(StorageError) -> Instant
  /// Reads the two halves of an identifier.
  func identifier() throws(StorageError) -> (high: UInt64, low: UInt64)
  /// Reads bytes.
  func bytes() throws(StorageError) -> [UInt8]
  /// Gives a reader of a list or a structure, to be handed back to ``endJSON(_:)``.
  func beginJSON() throws(StorageError) -> JSONReader
  /// Ends the reading of a list or a structure, all of which must have been read.
  func endJSON(_ reader: JSONReader) throws(StorageError)
}

/// What a column of JSON holds.
public enum JSONKind: Sendable {
  /// Values one after the other.
  case list
  /// Values by names.
  case object
}

extension ColumnReader {
  /// Takes nothing.
  public func skipEmpty(_ kind: JSONKind) -> Bool { false }

  /// Reads a list or a structure.
  @inlinable @inline(__always)
  public func json<Result>(_ decode: (JSONReader) throws(StorageError) -> Result)
    throws(StorageError) -> Result
  {
    let reader = try beginJSON()
    let result = try decode(reader)
    try endJSON(reader)
    return result
  }
}
