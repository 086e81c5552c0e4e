/// How one kind of record is stored and found.
public final class Schema<R: Record>: Sendable {
  /// The stored name of the kind, in the plural: `customers`.
  public let name: String

  /// Raised by one with each change of the fields.
  public let version: Int

  /// The steps that lead rows of older versions to this one, the earliest first.
  public let evolution: [EvolutionStep]

  /// Whether rows are numbered by their writer (``Identifier/init(number:)``) in place of
  /// identifiers made for them.
  public let isNumbered: Bool

  /// Whether rows follow wholly from other records, so that writing them needs no event.
  public let isDerived: Bool

  /// All fields in the order of their declaration.
  public let fields: [AnyField<R>]

  /// The indexes: those declared, one for each ``MultiField``, one for each reference.
  public let indexes: [Index<R>]

  /// What queries have to know.
  let shape: SchemaShape

  /// The fields kept in the row itself.
  public let layout: Layout<R>

  /// The field that names the record this one belongs to, if one does.
  public let owner: AnyField<R>?

  /// The longest an indexed text or byte string may be, in bytes.
  public static var maximumIndexedLength: Int { longestIndexedValue }

  private let blank: @Sendable (Identifier<R>) -> R
  private let make: Make

  /// Reads a row from the columns of its stored fields.
  let read: @Sendable (Identifier<R>, any ColumnReader) throws(StorageError) -> Held<R>

  /// Makes a row of an identifier and of what fills it, where the compiler knows its type: code
  /// that does not would look up what the runtime knows of the box with each row.
  @usableFromInline
  typealias Make = @Sendable (Identifier<R>, Fill) throws(StorageError) -> Held<R>

  /// Sets the fields of a blank row.
  @usableFromInline
  typealias Fill = (inout R) throws(StorageError) -> Void

  private let measured: [AnyField<R>]
  private let measuring: AnyField<R>.Write?
  private let byName: [String: AnyField<R>]

  /// Describes a kind of record.
  ///
  /// - Parameters:
  ///   - name: The stored name, in the plural, lower case with underscores.
  ///   - version: Raised by one with each change of the fields. Rows of older versions take what
  ///     `blank` has in fields that were added since.
  ///   - fields: A struct that has a stored ``Field`` for each property of the record but `id`.
  ///   - numbered: Whether rows are numbered by their writer.
  ///   - derived: Whether rows follow wholly from other records.
  ///   - indexes: What rows are found by, besides references and ``MultiField``s.
  ///   - evolution: What else changed between versions. A step sets all required fields that
  ///     its version adds; only in a version without a step they take what `blank` has.
  ///   - blank: Makes a row with an identifier, whose every field reading overwrites.
  /// - Precondition: Each stored property but `id` has a field of its name; no two steps lead to
  ///   one version, and none beyond the schema's.
  @inlinable
  public convenience init(
    _ name: String, version: Int = 1, _ fields: R.Fields, numbered: Bool = false,
    derived: Bool = false, indexes: [Index<R>] = [], evolution: [EvolutionStep] = [],
    blank: @escaping @Sendable (Identifier<R>) -> R
  ) {
    self.init(
      name, version: version, fields, numbered: numbered, derived: derived, indexes: indexes,
      evolution: evolution, blank: blank
    ) { id, fill throws(StorageError) in
      var row = blank(id)
      try fill(&row)
      return Held(row)
    }
  }

  @usableFromInline
  init(
    _ name: String, version: Int, _ fields: R.Fields, numbered: Bool, derived: Bool,
    indexes: [Index<R>], evolution: [EvolutionStep],
    blank: @escaping @Sendable (Identifier<R>) -> R, make: @escaping Make
  ) {
    self.make = make
    self.name = name
    self.version = version
    self.evolution = evolution.sorted { $0.version < $1.version }
    isNumbered = numbered
    isDerived = derived
    self.blank = blank
    let declared = declaredFields(of: R.self, in: fields)
    self.fields = declared
    layout = Layout(declared: declared, blank: blank(.zero))
    // What a closure captured it calls as it is, where a property would be counted a reference to.
    read = { [read = layout.read] id, reader throws(StorageError) in
      do throws(StorageError) {
        return try make(id) { row throws(StorageError) in try read(&row, reader) }
      } catch {
        throw error.at(record: name, identifier: id.description)
      }
    }
    owner = declared.first(where: \.isOwner)
    byName = Dictionary(declared.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let multiple = declared.filter(\.isMultiple).map {
      Index(fields: [$0], isUnique: $0.storage == .multipleUnique)
    }
    let found = Set((indexes + multiple).compactMap(\.fields.first?.name))
    let references = declared.filter { $0.reference != nil && !found.contains($0.name) }.map {
      Index(fields: [$0], isUnique: false)
    }
    self.indexes = indexes + multiple + references
    shape = SchemaShape(
      name: name, record: R.self, fields: declared.map { $0.shape },
      indexes: self.indexes.map { $0.shape })
    let indexed = Set(self.indexes.flatMap(\.fields).map(\.name))
    measured = declared.filter { field in
      indexed.contains(field.name) && !field.isMultiple && !field.shape.known.areListed
        && field.columns.contains { $0.type == .text || $0.type == .bytes }
    }
    measuring = measured.isEmpty ? nil : AnyField.writing(measured[...])
    let steps = Set(evolution.map(\.version))
    precondition(steps.count == evolution.count, "\(name) has two steps to one version.")
    precondition(
      steps.allSatisfy { $0 <= version }, "\(name) has a step beyond its version \(version).")
    precondition(
      Set(self.indexes.map(\.name)).count == self.indexes.count,
      "\(name) declares the same index twice.")
    for index in self.indexes {
      precondition(
        !index.columns.isEmpty && index.columns.allSatisfy { $0.type != .json },
        "\(name): the index \(index.name) needs fields that can be ordered.")
      precondition(
        index.fields.count == 1 || index.fields.allSatisfy { !$0.isMultiple },
        "\(name): a field of many values is indexed alone, not within \(index.name).")
    }
  }

  /// The columns of the row: stored fields, then derived ones.
  public var columns: [Column] { layout.columns + derived.flatMap(\.columns) }

  /// The fields computed from the row and kept beside it.
  public var derived: [AnyField<R>] { fields.filter { $0.storage == .derived } }

  /// The field of a name.
  ///
  /// - Throws: ``StorageError/Code/unknownField``, suggesting the nearest name there is.
  public func field(named name: String) throws(StorageError) -> AnyField<R> {
    if let field = byName[name] { return field }
    throw shape.unknownField(name)
  }

  /// Boxes a row as it is kept: text in normalisation form C, numbers finite.
  ///
  /// The values of ``MultiField``s are not computed here but by the storage, which looks at them
  /// before it changes anything (``AnyField/entries(of:)``).
  ///
  /// - Throws: ``StorageError/Code/invalidValue`` or ``StorageError/Code/tooLong`` naming the
  ///   field that cannot be kept.
  @inlinable
  public func hold(_ row: consuming R) throws(StorageError) -> Held<R> {
    let held = Held(consume row)
    if try isFit(held) { return held }
    return try fitted(held)
  }

  /// Boxes a row as ``hold(_:)`` does, with what follows from the rest of it.
  ///
  /// - Parameter complete: Sets what follows; done once more where the rest is not kept as it was.
  @inlinable
  package func hold(_ row: consuming R, completing complete: (inout R) -> Void) throws(StorageError)
    -> Held<R>
  {
    complete(&row)
    let held = Held(consume row)
    if try isFit(held) { return held }
    var fitted = try fitted(held).row
    complete(&fitted)
    return Held(fitted)
  }

  /// Whether a row can be kept as it is.
  @usableFromInline
  func isFit(_ held: Held<R>) throws(StorageError) -> Bool {
    do throws(StorageError) {
      guard try layout.isKept(held) else { return false }
      guard let measuring else { return true }
      let lengths = LengthWriter()
      measuring(held, lengths)
      if lengths.problem != nil { try checkEntries(of: held, in: measured) }
      return true
    } catch {
      throw error.at(record: name, identifier: held.row.id.description)
    }
  }

  /// A row with the values that can be kept in place of those that cannot.
  @usableFromInline
  func fitted(_ held: Held<R>) throws(StorageError) -> Held<R> {
    do throws(StorageError) {
      let changed = Held(try layout.changed(held))
      _ = try isFit(changed)
      return changed
    } catch {
      throw error.at(record: name, identifier: held.row.id.description)
    }
  }

  /// Refuses a row with a value of a ``MultiField`` that cannot be kept in an index.
  ///
  /// A storage that keeps what ``AnyField/entries(of:)`` gives it need not call this.
  ///
  /// - Throws: ``StorageError/Code/invalidValue`` or ``StorageError/Code/tooLong`` naming the
  ///   field.
  public func checkEntries(of row: Held<R>) throws(StorageError) {
    do throws(StorageError) {
      try checkEntries(of: row, in: fields.filter(\.isMultiple))
    } catch {
      throw error.at(record: name, identifier: row.row.id.description)
    }
  }

  private func checkEntries(of row: Held<R>, in fields: [AnyField<R>]) throws(StorageError) {
    for field in fields { _ = try field.entries(of: row) }
  }

  /// A row whose fields are still blank.
  func blankRow(_ id: Identifier<R>) -> R { blank(id) }

  /// Reads a row from the columns of some of its stored fields; the others stay blank.
  public func row(
    _ id: Identifier<R>, from reader: any ColumnReader, reading fields: [AnyField<R>]
  ) throws(StorageError) -> Held<R> {
    do throws(StorageError) {
      return try make(id) { row throws(StorageError) in
        for position in 0..<fields.count { try fields[position].read(&row, reader) }
      }
    } catch {
      throw error.at(record: name, identifier: id.description)
    }
  }

  /// Reads a row from the columns of its stored fields.
  public func row(_ id: Identifier<R>, from reader: any ColumnReader) throws(StorageError)
    -> Held<R>
  {
    try read(id, reader)
  }
}

/// A schema whatever its record's type.
public protocol AnySchema: AnyObject, Sendable {
  /// The stored name of the kind.
  var name: String { get }
  /// Raised by one with each change of the fields.
  var version: Int { get }
  /// Whether rows are numbered by their writer.
  var isNumbered: Bool { get }
  /// Whether rows follow wholly from other records.
  var isDerived: Bool { get }
  /// The columns of the row.
  var columns: [Column] { get }
  /// The steps that lead rows of older versions to this one, the earliest first.
  var evolution: [EvolutionStep] { get }
  /// The kind as a store holds it.
  var storedKind: StoredKind { get }
  /// The kind of record.
  var recordType: any Record.Type { get }
  /// The fields that name records of other kinds.
  var references: [(field: String, target: any Record.Type)] { get }
}

extension Schema: AnySchema {
  public var recordType: any Record.Type { R.self }

  public var references: [(field: String, target: any Record.Type)] {
    fields.compactMap { field in field.reference.map { (field.name, $0) } }
  }
}

/// The nearest of several names, if one is near enough to be a slip.
package func nearest(to name: String, among names: [String]) -> String? {
  let ranked = names.map { ($0, editDistance(name, $0)) }.min { $0.1 < $1.1 }
  guard let ranked, ranked.1 <= max(2, name.count / 3) else { return nil }
  return ranked.0
}

private func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a)
  let b = Array(b)
  var row = Array(0...b.count)
  for (i, left) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, right) in b.enumerated() {
      let above = row[j + 1]
      row[j + 1] = left == right ? diagonal : 1 + min(diagonal, above, row[j])
      diagonal = above
    }
  }
  return row[b.count]
}
