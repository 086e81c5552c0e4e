/// What queries have to know of a kind of record, whatever its type: code that does not know the
/// type would make metadata for it with each query, which takes longer than planning.
final class SchemaShape: Sendable {
  /// The stored name of the kind.
  let name: String

  let record: ObjectIdentifier
  let indexes: [IndexShape]

  private let fields: [String: FieldShape]

  init(name: String, record: any Record.Type, fields: [FieldShape], indexes: [IndexShape]) {
    let known = Dictionary(fields.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    self.name = name
    self.record = ObjectIdentifier(record)
    self.fields = known
    // An index may have been declared over fields that were made anew.
    self.indexes = indexes.map { index in
      IndexShape(parts: index.parts.map { known[$0.name] ?? $0 })
    }
  }

  /// The field of a name.
  ///
  /// - Throws: ``StorageError/Code/unknownField``, suggesting the nearest name there is.
  func field(named name: String) throws(StorageError) -> FieldShape {
    if let field = fields[name] { return field }
    throw unknownField(name)
  }

  /// The position of the index over a field alone, if there is one.
  ///
  /// - Throws: ``StorageError/Code/unknownField``, suggesting the nearest name there is.
  func index(of name: String) throws(StorageError) -> Int? {
    let field = try field(named: name)
    return indexes.firstIndex { $0.parts.count == 1 && $0.parts[0] === field }
  }

  /// The failure to find a field, suggesting the nearest name there is.
  func unknownField(_ name: String) -> StorageError {
    StorageError(
      .unknownField, "\(self.name) has no field “\(name)”.",
      recovery: nearest(to: name, among: fields.keys.sorted()).map { "Did you mean “\($0)”?" }
        ?? "Use one of its fields.",
      record: self.name, field: name)
  }
}

/// What queries have to know of an index.
struct IndexShape: Sendable {
  let parts: [FieldShape]

  /// Whether the index has an entry for each value of a ``MultiField``.
  var isMultiple: Bool { parts[0].isMultiple }
}

/// What queries have to know of a field; each field of a schema has one.
final class FieldShape: Sendable {
  let name: String
  let columns: [Column]
  let isMultiple: Bool

  /// Whether values can be compared and ordered.
  let isComparable: Bool

  /// The kind of record the field names, if it names one.
  let reference: ObjectIdentifier?

  /// Which values of its column are values of the field, as far as that is known.
  let known: KnownValues

  /// Refuses what is no value of the field.
  let check: @Sendable ([Value]) throws(StorageError) -> Void

  /// The type of the only column; `nil` where there are several.
  private let type: ColumnType?

  init(
    name: String, columns: [Column], isMultiple: Bool, reference: (any Record.Type)?,
    known: KnownValues, check: @escaping @Sendable ([Value]) throws(StorageError) -> Void
  ) {
    self.name = name
    self.columns = columns
    self.isMultiple = isMultiple
    self.reference = reference.map { ObjectIdentifier($0) }
    self.known = known
    self.check = check
    isComparable = columns.allSatisfy { $0.type != .json }
    type = columns.count == 1 ? columns[0].type : nil
  }

  /// Whether values fit without a look at the field's type: identifiers and instants have one, and
  /// of some types the values are known.
  func isSure(of values: [Value]) -> Bool {
    guard let type, values.count == 1 else { return false }
    switch (type, values[0]) {
    case (.identifier, .identifier), (.instant, .instant): return true
    case (.flag, .flag), (.integer, .integer): return known.areAll
    case (.date, .text(let text)): return known.areAll && CalendarDate(text) != nil
    case (.text, .text(let text)): return known.contain(text)
    default: return false
    }
  }
}

/// Which values of a column are values of a type.
@usableFromInline
enum KnownValues: Sendable {
  /// All; texts whose form is not settled, or that are no dates, have to be looked at.
  case all
  /// These texts; of others nothing is known.
  case listed([String])

  @usableFromInline
  init<V: FieldValue>(of type: V.Type) {
    let type: Any.Type = (type as? any OptionalValue.Type)?.wrapped ?? type
    if Self.whole.contains(ObjectIdentifier(type)) {
      self = .all
    } else if let cases = type as? any (FieldValue & CaseIterable).Type {
      self = .listed(Self.texts(of: cases))
    } else {
      self = .listed([])
    }
  }

  /// The types that have a value for each of their column's.
  private static let whole: Set<ObjectIdentifier> = {
    var types: [Any.Type] = [String.self, Bool.self, Int64.self, CalendarDate.self]
    if Int.bitWidth == Int64.bitWidth { types.append(Int.self) }
    return Set(types.map { ObjectIdentifier($0) })
  }()

  /// The texts of an enumeration, if they are all short and settled.
  private static func texts<V: FieldValue & CaseIterable>(of type: V.Type) -> [String] {
    var texts: [String] = []
    for value in V.allCases {
      let writer = ValueWriter()
      V.write(value, to: writer)
      // What is no enumeration can have further values.
      guard Mirror(reflecting: value).displayStyle == .enum, writer.values.count == 1,
        case .text(let text) = writer.values[0], text.utf8.count <= 100, Text.isSettled(text)
      else { return [] }
      texts.append(text)
    }
    return texts
  }

  /// Whether there are no others than a few texts that are known.
  var areListed: Bool {
    if case .listed(let texts) = self { !texts.isEmpty } else { false }
  }

  var areAll: Bool {
    if case .all = self { true } else { false }
  }

  func contain(_ text: String) -> Bool {
    switch self {
    case .all: Text.isSettled(text)
    case .listed(let texts): texts.contains(text)
    }
  }
}

private protocol OptionalValue {
  static var wrapped: Any.Type { get }
}

extension Optional: OptionalValue {
  static var wrapped: Any.Type { Wrapped.self }
}
