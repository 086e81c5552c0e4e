/// What queries have to know of a kind of record, whatever its type: code that does not know the
/// type would make metadata for it with each query, which takes longer than planning.
final class SchemaShape: Sendable {
  /// The stored name of the kind.
  let name: String

  let record: ObjectIdentifier
  let indexes: [IndexShape]

  private let fields: [String: FieldShape]

  init(name: String, record: any Record.Type, fields: [FieldShape], indexes: [IndexShape]) {
    self.name = name
    self.record = ObjectIdentifier(record)
    self.indexes = indexes
    self.fields = Dictionary(
      fields.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The field of a name.
  ///
  /// - Throws: ``StorageError/Code/unknownField``, suggesting the nearest name there is.
  func field(named name: String) throws(StorageError) -> FieldShape {
    if let field = fields[name] { return field }
    throw unknownField(name)
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

/// What queries have to know of a field.
final class FieldShape: Sendable {
  let name: String
  let columns: [Column]
  let isMultiple: Bool

  /// The kind of record the field names, if it names one.
  let reference: ObjectIdentifier?

  /// Which texts are values of the field, as far as that is known.
  let texts: KnownTexts

  /// Refuses what is no value of the field.
  let check: @Sendable ([Value]) throws(StorageError) -> Void

  init(
    name: String, columns: [Column], isMultiple: Bool, reference: (any Record.Type)?,
    texts: KnownTexts, check: @escaping @Sendable ([Value]) throws(StorageError) -> Void
  ) {
    self.name = name
    self.columns = columns
    self.isMultiple = isMultiple
    self.reference = reference.map { ObjectIdentifier($0) }
    self.texts = texts
    self.check = check
  }

  /// Whether values fit without a look at the field's type: identifiers and instants have one, and
  /// of some types the texts are known.
  func isSure(of values: [Value]) -> Bool {
    guard columns.count == 1, values.count == 1 else { return false }
    switch (columns[0].type, values[0]) {
    case (.identifier, .identifier), (.instant, .instant): return true
    case (.text, .text(let text)): return texts.contain(text)
    default: return false
    }
  }

  /// Whether values can be compared and ordered.
  var isComparable: Bool { columns.allSatisfy { $0.type != .json } }
}

/// Which texts are values of a type.
@usableFromInline
enum KnownTexts: Sendable {
  /// Those whose form is settled; others have to be looked at.
  case all
  /// These; of others nothing is known.
  case listed([String])

  @usableFromInline
  init<V: FieldValue>(of type: V.Type) {
    let type: Any.Type = (type as? any OptionalValue.Type)?.wrapped ?? type
    if type == String.self {
      self = .all
    } else if let cases = type as? any (FieldValue & CaseIterable).Type {
      self = .listed(Self.texts(of: cases))
    } else {
      self = .listed([])
    }
  }

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

  /// Whether there are no others than a few that are known.
  var areListed: Bool {
    if case .listed(let texts) = self { !texts.isEmpty } else { false }
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
