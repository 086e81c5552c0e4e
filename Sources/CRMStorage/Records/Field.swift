/// A described property of a record, an event or a structure within one.
///
/// The closures are as fast as code written by hand for the property; a key path kept in a
/// schema would cost several times as much.
public struct Field<Root: Sendable, Value: FieldValue>: Sendable {
  /// The field without its type, as schemas and backends use it.
  public let erased: AnyField<Root>

  /// Describes a stored property.
  ///
  ///     let title = Field<Badge, String>("title", { $0.title }, { $0.title = $1 })
  ///
  /// - Parameters:
  ///   - name: The stored name: lower case with underscores, never changed once in use.
  ///   - get: Reads the property.
  ///   - set: Writes the property.
  @inlinable
  public init(
    _ name: String,
    _ get: @escaping @Sendable (Held<Root>) -> Value,
    _ set: @escaping @Sendable (inout Root, __owned Value) -> Void
  ) {
    erased = AnyField(
      name: name,
      shapes: Value.columns,
      isRequired: !Value.isOptional,
      storage: .stored,
      known: KnownValues(of: Value.self),
      write: { row, writer in Value.write(get(row), to: writer) },
      read: { row, reader throws(StorageError) in
        do throws(StorageError) {
          set(&row, try Value.read(from: reader))
        } catch {
          throw error.at(field: name)
        }
      },
      isAlwaysKept: Value.isAlwaysKept,
      isKept: { row throws(StorageError) in
        do throws(StorageError) {
          return try Value.prepared(get(row)) == nil
        } catch {
          throw error.at(field: name)
        }
      },
      prepare: { row throws(StorageError) in
        guard let value = try Value.prepared(get(row)) else { return nil }
        return { set(&$0, value) }
      },
      isSame: { get($0) == get($1) },
      predicate: { test throws(StorageError) in try test.compiled(get) }
    )
  }

  /// Describes a value that follows from the others and can be indexed and queried like them.
  ///
  /// Backends keep it in step with the row; it is never read back.
  @inlinable
  public init(derived name: String, _ compute: @escaping @Sendable (Held<Root>) -> Value) {
    let get: @Sendable (Held<Root>) -> Value = { kept(compute($0)) }
    erased = AnyField(
      name: name,
      shapes: Value.columns,
      isRequired: !Value.isOptional,
      storage: .derived,
      known: KnownValues(of: Value.self),
      write: { row, writer in Value.write(get(row), to: writer) },
      read: { _, _ in },
      isAlwaysKept: true,
      isKept: { _ in true },
      prepare: { _ in nil },
      isSame: { get($0) == get($1) },
      predicate: { test throws(StorageError) in try test.compiled(get) }
    )
  }

  /// The field marked as personal data, which is kept out of messages and can be erased.
  public func personal() -> Self {
    changed { $0.isPersonal = true }
  }

  private func changed(_ change: (inout FieldMarks) -> Void) -> Self {
    Field(erased: erased.changed(change))
  }

  private init(erased: AnyField<Root>) {
    self.erased = erased
  }
}

extension Field {
  /// The field marked as naming a record that must exist, and stays while it is named.
  public func references<Target: Record>(_ target: Target.Type) -> Self
  where Value == Identifier<Target> {
    changed { $0.reference = Target.self }
  }

  /// The field marked as naming a record that must exist, and stays while it is named.
  public func references<Target: Record>(_ target: Target.Type) -> Self
  where Value == Identifier<Target>? {
    changed { $0.reference = Target.self }
  }

  /// The field marked as naming the record that this one belongs to, besides referring to it.
  ///
  /// Following owners leads to the customer a record is about; what is done for a whole
  /// customer (timeline, export, erasure) reaches every record that way.
  public func owned<Target: Record>(by target: Target.Type) -> Self
  where Value == Identifier<Target> {
    references(target).changed { $0.isOwner = true }
  }

  /// The field marked as naming the record that this one belongs to, besides referring to it.
  public func owned<Target: Record>(by target: Target.Type) -> Self
  where Value == Identifier<Target>? {
    references(target).changed { $0.isOwner = true }
  }
}

/// A value that follows from a record any number of times, each of them indexed.
///
///     let emailAddresses = MultiField<Customer, String>("email_addresses") {
///       $0.emails.map(\.normalised)
///     }
///
/// Backends keep the values in an index of their own, each value once a row.
public struct MultiField<Root: Sendable, Value: FieldValue>: Sendable {
  /// The field without its type, as schemas and backends use it.
  public let erased: AnyField<Root>

  /// Describes the values.
  ///
  /// - Parameters:
  ///   - name: The stored name: lower case with underscores.
  ///   - isUnique: Whether a value may be held by one row only.
  ///   - get: Computes the values; the order does not matter.
  @inlinable
  public init(
    _ name: String, unique isUnique: Bool = false,
    _ compute: @escaping @Sendable (Held<Root>) -> [Value]
  ) {
    let get: @Sendable (Held<Root>) -> [Value] = { compute($0).map(kept) }
    erased = AnyField(
      name: name,
      shapes: Value.columns,
      isRequired: true,
      storage: isUnique ? .multipleUnique : .multiple,
      known: KnownValues(of: Value.self),
      write: { row, writer in for value in compute(row) { Value.write(kept(value), to: writer) } },
      read: { _, _ in },
      isAlwaysKept: true,
      isKept: { _ in true },
      prepare: { _ in nil },
      isSame: { get($0) == get($1) },
      predicate: { test throws(StorageError) in
        let matches = try test.compiled { (value: Held<Value>) in value.row }
        return { row in get(row).contains { matches(Held($0)) } }
      }
    )
  }

  /// The field marked as personal data, which is kept out of messages and can be erased.
  public func personal() -> Self {
    MultiField(erased: erased.changed { $0.isPersonal = true })
  }

  private init(erased: AnyField<Root>) {
    self.erased = erased
  }
}

/// A computed value as it is kept: text in normalisation form C.
@inlinable
func kept<Value: FieldValue>(_ value: Value) -> Value {
  guard let prepared = try? Value.prepared(value) else { return value }
  return prepared
}

/// What a field is said to be besides what it holds.
struct FieldMarks: Sendable {
  var isPersonal = false
  var isOwner = false
  var reference: (any Record.Type)?
}

/// A field whatever its value's type.
///
/// Queries hand fields on all the time, so it is one reference and not its many closures.
public final class AnyField<Root: Sendable>: Sendable {
  /// Where a field's values are kept.
  public enum Storage: Sendable {
    /// In the row.
    case stored
    /// Beside the row, computed from it.
    case derived
    /// In an index of its own, any number a row.
    case multiple
    /// In an index of its own, any number a row, each held by one row only.
    case multipleUnique
  }

  /// The stored name.
  public let name: String

  /// The columns a value takes.
  public let columns: [Column]

  /// Where the values are kept.
  public let storage: Storage

  /// Whether the values are personal data.
  public var isPersonal: Bool { marks.isPersonal }

  /// Whether the field names the record this one belongs to.
  public var isOwner: Bool { marks.isOwner }

  /// The kind of record the field names, if it names one.
  public var reference: (any Record.Type)? { marks.reference }

  /// Writes the value's columns, or those of every value of a ``MultiField`` in turn.
  public let write: @Sendable (Held<Root>, any ColumnWriter) -> Void

  /// Reads the value's columns into a row; errors name the field.
  public let read: @Sendable (inout Root, any ColumnReader) throws(StorageError) -> Void

  /// Whether two rows have the same value here.
  public let isSame: @Sendable (Held<Root>, Held<Root>) -> Bool

  /// Whether every value is kept as it is.
  let isAlwaysKept: Bool

  /// Whether the value is kept as it is; errors name the field.
  let isKept: Check
  let prepare: Prepare
  let predicate: Predicate

  @usableFromInline
  typealias Check = @Sendable (Held<Root>) throws(StorageError) -> Bool

  @usableFromInline
  typealias Prepare =
    @Sendable (Held<Root>) throws(StorageError) -> (@Sendable (inout Root) -> Void)?

  @usableFromInline
  typealias Predicate =
    @Sendable (FieldTest) throws(StorageError) -> @Sendable (Held<Root>) -> Bool

  /// What queries have to know of the field.
  let shape: FieldShape

  private let marks: FieldMarks

  @usableFromInline
  convenience init(
    name: String, shapes: [ColumnShape], isRequired: Bool, storage: Storage, known: KnownValues,
    write: @escaping @Sendable (Held<Root>, any ColumnWriter) -> Void,
    read: @escaping @Sendable (inout Root, any ColumnReader) throws(StorageError) -> Void,
    isAlwaysKept: Bool,
    isKept: @escaping Check,
    prepare: @escaping Prepare,
    isSame: @escaping @Sendable (Held<Root>, Held<Root>) -> Bool,
    predicate: @escaping Predicate
  ) {
    self.init(
      name,
      shapes.map { shape in
        Column(
          name: shape.suffix.isEmpty ? name : "\(name)_\(shape.suffix)", type: shape.type,
          isRequired: isRequired)
      },
      storage, known, FieldMarks(), write: write, read: read, isAlwaysKept: isAlwaysKept,
      isKept: isKept,
      prepare: prepare, isSame: isSame, predicate: predicate)
  }

  private init(
    _ name: String, _ columns: [Column], _ storage: Storage, _ known: KnownValues,
    _ marks: FieldMarks,
    write: @escaping @Sendable (Held<Root>, any ColumnWriter) -> Void,
    read: @escaping @Sendable (inout Root, any ColumnReader) throws(StorageError) -> Void,
    isAlwaysKept: Bool,
    isKept: @escaping Check,
    prepare: @escaping Prepare,
    isSame: @escaping @Sendable (Held<Root>, Held<Root>) -> Bool,
    predicate: @escaping Predicate
  ) {
    self.name = name
    self.columns = columns
    self.storage = storage
    self.marks = marks
    shape = FieldShape(
      name: name, columns: columns,
      isMultiple: storage == .multiple || storage == .multipleUnique, reference: marks.reference,
      known: known,
      // Compiling a comparison reads the constant as the field's type, which is the check.
      check: { values throws(StorageError) in _ = try predicate(.compare(.equal, values)) })
    self.write = write
    self.read = read
    self.isAlwaysKept = isAlwaysKept
    self.isKept = isKept
    self.prepare = prepare
    self.isSame = isSame
    self.predicate = predicate
  }

  /// The same field with other marks.
  func changed(_ change: (inout FieldMarks) -> Void) -> AnyField {
    var marks = marks
    change(&marks)
    return AnyField(
      name, columns, storage, shape.known, marks, write: write, read: read,
      isAlwaysKept: isAlwaysKept, isKept: isKept, prepare: prepare, isSame: isSame,
      predicate: predicate)
  }

  /// Whether a row can have several values here.
  public var isMultiple: Bool { shape.isMultiple }

  /// The ``columns`` of one row; those of every value in turn for a ``MultiField``.
  public func values(of row: Held<Root>) -> [Value] {
    let writer = ValueWriter()
    write(row, writer)
    return writer.values
  }

  /// The values of one row, each ``columns`` long and none of them twice, as an index keeps them.
  ///
  /// - Throws: ``StorageError/Code/invalidValue`` or ``StorageError/Code/tooLong`` for a value
  ///   that cannot be kept in an index.
  public func entries(of row: Held<Root>) throws(StorageError) -> [[Value]] {
    let values = values(of: row)
    if values.isEmpty { return [] }
    let lengths = LengthWriter()
    for value in values { value.write(to: lengths) }
    if let problem = lengths.problem { throw problem.at(field: name) }
    if !isMultiple || values.count == columns.count { return [values] }
    var seen: Set<[Value]> = []
    return stride(from: 0, to: values.count, by: columns.count)
      .map { Array(values[$0..<($0 + columns.count)]) }
      .filter { seen.insert($0).inserted }
  }
}

/// What ``Field`` and ``MultiField`` have in common for those who collect them.
public protocol FieldProtocol<Root>: Sendable {
  /// The value the field belongs to.
  associatedtype Root: Sendable

  /// The field without its type.
  var erased: AnyField<Root> { get }
}

extension FieldProtocol {
  /// The stored name.
  public var name: String { erased.name }

  var untyped: Any { erased }
}

extension Field: FieldProtocol {}
extension MultiField: FieldProtocol {}
