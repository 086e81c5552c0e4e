/// The fields of a value in order, and a blank value to read into.
///
/// Records, events, agenda tasks and structures within records all describe themselves with
/// one; JSON, tables and keys follow from it.
public final class Layout<Root: Sendable>: Sendable {
  /// The stored fields, in the order of their declaration.
  public let stored: [AnyField<Root>]

  /// The columns of the stored fields, in order.
  public let columns: [Column]

  /// Writes the values of the stored fields.
  let write: AnyField<Root>.Write

  /// Reads the values of the stored fields.
  @usableFromInline let read: AnyField<Root>.Read

  /// The names of the columns, as JSON has them.
  @usableFromInline let members: MemberNames

  @usableFromInline let isKept: AnyField<Root>.Check

  /// Whether every value is kept as it is, so that none need be boxed to be asked.
  @usableFromInline let isAlwaysKept: Bool

  /// A value whose every field reading overwrites.
  ///
  /// The last, as what comes after it lies at a place that has to be looked up each time.
  public let blank: Root

  /// Describes a value by a struct that has a stored ``Field`` for each of its properties.
  ///
  /// - Precondition: Every stored property of `blank` has a field of the same name
  ///   (case and underscores aside), and no two columns share a name.
  public convenience init<Fields>(_ fields: Fields, blank: Root) {
    self.init(declared: declaredFields(of: Root.self, in: fields), blank: blank)
  }

  /// The layout of a value without properties.
  public convenience init(blank: Root) {
    self.init(declared: [], blank: blank)
  }

  init(declared: [AnyField<Root>], blank: Root) {
    self.blank = blank
    stored = declared.filter { $0.storage == .stored }
    columns = stored.flatMap(\.columns)
    write = AnyField.writing(stored[...])
    read = AnyField.reading(stored[...])
    members = MemberNames(columns)
    let unsure = stored.filter { !$0.isAlwaysKept }
    isKept = Self.isKept(unsure[...])
    isAlwaysKept = unsure.isEmpty
    let names = Set(declared.map { bare($0.name) })
    precondition(names.count == declared.count, "\(Root.self) declares a field twice.")
    let properties = Mirror(reflecting: blank).children.flatMap { child in
      (child.value as? any AnyAside).map { type(of: $0).properties } ?? [child.label ?? "id"]
    }
    for property in properties {
      precondition(
        bare(property) == "id" || names.contains(bare(property)),
        "\(Root.self).\(property) has no field, so it would not be stored.")
    }
  }
}

/// A value that describes its own properties, and so can be stored within a record.
public protocol Described: FieldValue {
  /// The fields; a `static let`, so that it is built once.
  static var layout: Layout<Self> { get }
}

extension Described {
  @inlinable public static var columns: [ColumnShape] { [ColumnShape("", .json)] }
  @inlinable public static func write(_ value: Self, to writer: any ColumnWriter) {
    writer.json { $0.object(layout, Held(value)) }
  }
  @inlinable public static func read(from reader: any ColumnReader) throws(StorageError) -> Self {
    try reader.json { json throws(StorageError) in try json.object(layout) }
  }
  @inlinable public static func prepared(_ value: Self) throws(StorageError) -> Self? {
    layout.isAlwaysKept ? nil : try layout.prepared(Held(value))
  }
}

extension Layout {
  /// The value as it is kept, or `nil` where it needs no change.
  @inlinable package func prepared(_ value: Held<Root>) throws(StorageError) -> Root? {
    try isKept(value) ? nil : changed(value)
  }

  /// The value as it is kept, where it needs a change.
  @usableFromInline
  func changed(_ value: Held<Root>) throws(StorageError) -> Root {
    var root = value.row
    for field in stored {
      do throws(StorageError) {
        if let change = try field.prepare(value) { change(&root) }
      } catch {
        throw error.at(field: field.name)
      }
    }
    return root
  }

  /// Joins fields into one closure that says whether the values of all of them need no change.
  ///
  /// A closure calls what it captured as it is; going through an array instead would copy each
  /// field, which takes longer than looking at its value.
  private static func isKept(_ fields: ArraySlice<AnyField<Root>>) -> AnyField<Root>.Check {
    guard let first = fields.first else { return { _ in true } }
    if fields.count == 1 { return first.isKept }
    let quarters = fields.quarters
    let (a, b) = (isKept(quarters.0), isKept(quarters.1))
    let (c, d) = (isKept(quarters.2), isKept(quarters.3))
    return { value throws(StorageError) in
      guard try a(value), try b(value), try c(value) else { return false }
      return try d(value)
    }
  }
}

extension ArraySlice {
  /// Four parts, the last of which may be empty.
  package var quarters: (ArraySlice, ArraySlice, ArraySlice, ArraySlice) {
    let size = (count + 3) / 4
    let ends = (1...3).map { Swift.min(startIndex + $0 * size, endIndex) }
    return (self[..<ends[0]], self[ends[0]..<ends[1]], self[ends[1]..<ends[2]], self[ends[2]...])
  }
}

/// The fields a struct holds as properties, in order.
func declaredFields<Root, Fields>(of root: Root.Type, in fields: Fields) -> [AnyField<Root>] {
  Mirror(reflecting: fields).children.compactMap { ($0.value as? any FieldProtocol) }.map {
    guard let field = $0.untyped as? AnyField<Root> else {
      preconditionFailure("The field “\($0.name)” does not belong to \(Root.self).")
    }
    return field
  }
}

private func bare(_ name: String) -> String {
  name.lowercased().filter { $0 != "_" }
}
