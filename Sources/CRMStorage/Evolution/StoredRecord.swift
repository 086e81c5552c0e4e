/// A row on its way from an older version to a newer one, whatever its type was.
///
/// Values go by the names of their columns. A field of one column has the field's own name; one
/// of several (`Money`) has a column for each, as `price_minor` and `price_currency`. Those that
/// take a type (``take(_:as:)``, ``set(_:to:)``) see to that by themselves.
public struct StoredRecord: Sendable, Hashable {
  /// The stored name of the kind.
  public let kind: String

  /// The version of the kind's schema that the values are of.
  public internal(set) var version: Int

  /// The identifier; what refers to the row does so by it.
  public var id: Identifier<Never>

  /// The values by column; those that follow from others are not among them.
  public private(set) var values: [String: Value]

  /// Whether the row goes.
  private(set) var isDropped = false

  /// Rows made from this one.
  var added: [StoredRecord] = []

  /// Describes a row.
  ///
  /// - Parameters:
  ///   - kind: The stored name of the kind.
  ///   - version: The version of the kind's schema that the values are of; steps of its own lead
  ///     on from there.
  ///   - id: The identifier, as of ``identifier(for:)``.
  ///   - values: The values by column.
  public init(
    _ kind: String, version: Int, id: Identifier<Never>, values: [String: Value] = [:]
  ) {
    self.kind = kind
    self.version = version
    self.id = id
    self.values = values
  }

  /// A row as it is kept, in the version of its own type.
  public init<R: Record>(_ row: Held<R>) {
    let schema = R.schema
    let writer = ValueWriter()
    schema.layout.write(row, writer)
    self.init(
      schema.name, version: schema.version, id: Identifier(high: row.id.high, low: row.id.low),
      values: Dictionary(
        zip(schema.layout.columns.map(\.name), writer.values),
        uniquingKeysWith: { first, _ in first }))
  }

  /// A value by the name of its column; `nil` where the row has no such column.
  public subscript(column: String) -> Value? {
    get { values[column] }
    set { values[column] = newValue }
  }

  /// The value of a field.
  ///
  /// - Throws: ``StorageError/Code/unknownField``, or ``StorageError/Code/invalidValue`` where
  ///   it is not of the type.
  public func value<Content: FieldValue>(
    _ field: String, as type: Content.Type = Content.self
  ) throws(StorageError) -> Content {
    let found = try Self.columns(of: field, type).map { column throws(StorageError) in
      guard let value = values[column] else { throw unknown(column) }
      return value
    }
    do throws(StorageError) {
      return try Content.read(from: ValueReader(found))
    } catch {
      throw error.at(field: field)
    }
  }

  /// The value of a field, which the row then does not have any more.
  ///
  /// - Throws: As ``value(_:as:)``; the row stays as it was.
  public mutating func take<Content: FieldValue>(
    _ field: String, as type: Content.Type = Content.self
  ) throws(StorageError) -> Content {
    let value = try value(field, as: type)
    for column in Self.columns(of: field, type) { values[column] = nil }
    return value
  }

  /// Gives a field a value, whether the row had the field or not.
  ///
  /// - Throws: ``StorageError/Code/invalidValue`` for what no backend can keep.
  public mutating func set<Content: FieldValue>(
    _ field: String, to value: Content
  ) throws(StorageError) {
    let writer = ValueWriter()
    do throws(StorageError) {
      Content.write(try Content.prepared(value) ?? value, to: writer)
    } catch {
      throw error.at(field: field)
    }
    for (column, value) in zip(Self.columns(of: field, Content.self), writer.values) {
      values[column] = value
    }
  }

  /// Gives a column another name.
  ///
  /// - Throws: ``StorageError/Code/unknownField``, or ``StorageError/Code/invalidValue`` where
  ///   the other name is taken; the row stays as it was.
  public mutating func rename(_ column: String, to name: String) throws(StorageError) {
    guard let value = values[column] else { throw unknown(column) }
    guard values[name] == nil else {
      throw StorageError(
        .invalidValue, "\(kind) have “\(name)” already.",
        recovery: "Remove it first, or choose another name.", record: kind, field: name)
    }
    values[column] = nil
    values[name] = value
  }

  /// Removes a column with its value.
  ///
  /// - Throws: ``StorageError/Code/unknownField``.
  public mutating func remove(_ column: String) throws(StorageError) {
    guard values.removeValue(forKey: column) != nil else { throw unknown(column) }
  }

  /// Lets the row go; what refers to it must go or name another.
  public mutating func drop() {
    isDropped = true
  }

  /// Adds a row made from this one, of this kind or of another that the program has.
  public mutating func add(_ record: StoredRecord) {
    added.append(record)
  }

  /// An identifier for a row made from this one: always the same for the same row and purpose.
  public func identifier(for purpose: String) -> Identifier<Never> {
    // FNV-1a over the purpose, mixed with the row's own by SplitMix64.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    var generator = SplitMix64(state: id.high ^ hash)
    var other = SplitMix64(state: id.low ^ generator.next())
    // Later rows go on to have later identifiers; the variant's two bits are kept as well.
    let bits: UInt64 = 0x3FFF_FFFF_FFFF_FFFF
    return Identifier(high: id.high, low: (id.low & ~bits) | (other.next() & bits))
  }

  private static func columns<Content: FieldValue>(
    of field: String, _ type: Content.Type
  ) -> [String] {
    Content.columns.map { $0.suffix.isEmpty ? field : "\(field)_\($0.suffix)" }
  }

  private func unknown(_ column: String) -> StorageError {
    StorageError(
      .unknownField, "\(kind) of version \(version) have no “\(column)”.",
      recovery: nearest(to: column, among: values.keys.sorted()).map { "Did you mean “\($0)”?" }
        ?? "Use one of their columns.",
      record: kind, field: column)
  }
}
