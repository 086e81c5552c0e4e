/// The fields of a value in order, and a blank value to read into.
///
/// Records, events, agenda tasks and structures within records all describe themselves with
/// one; JSON, tables and keys follow from it.
public struct Layout<Root: Sendable>: Sendable {
  /// A value whose every field reading overwrites.
  public let blank: Root

  /// The stored fields, in the order of their declaration.
  public let stored: [AnyField<Root>]

  /// The columns of the stored fields, in order.
  public let columns: [Column]

  private let preparing: Preparing

  /// Describes a value by a struct that has a stored ``Field`` for each of its properties.
  ///
  /// - Precondition: Every stored property of `blank` has a field of the same name
  ///   (case and underscores aside), and no two columns share a name.
  public init<Fields>(_ fields: Fields, blank: Root) {
    self.init(declared: declaredFields(of: Root.self, in: fields), blank: blank)
  }

  /// The layout of a value without properties.
  public init(blank: Root) {
    self.init(declared: [], blank: blank)
  }

  init(declared: [AnyField<Root>], blank: Root) {
    self.blank = blank
    stored = declared.filter { $0.storage == .stored }
    columns = stored.flatMap(\.columns)
    preparing = Self.preparing(stored[...])
    let names = Set(declared.map { bare($0.name) })
    precondition(names.count == declared.count, "\(Root.self) declares a field twice.")
    for case let property? in Mirror(reflecting: blank).children.map(\.label) {
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
  public static var columns: [ColumnShape] { [ColumnShape("", .json)] }
  public static func write(_ value: Self, to writer: any ColumnWriter) {
    writer.json { $0.object(layout, Held(value)) }
  }
  public static func read(from reader: any ColumnReader) throws(StorageError) -> Self {
    try reader.json { json throws(StorageError) in try json.object(layout) }
  }
  public static func prepared(_ value: Self) throws(StorageError) -> Self? {
    try layout.prepared(Held(value))
  }
}

extension Layout {
  private typealias Preparing = @Sendable (Held<Root>, inout Root?) throws(StorageError) -> Void

  /// The value as it is kept, or `nil` where it needs no change.
  @usableFromInline
  func prepared(_ value: Held<Root>) throws(StorageError) -> Root? {
    var changed: Root?
    try preparing(value, &changed)
    return changed
  }

  /// Joins fields into one closure that prepares them all.
  ///
  /// A closure calls what it captured as it is; going through an array instead would copy each
  /// field, which takes longer than looking at its value.
  private static func preparing(_ fields: ArraySlice<AnyField<Root>>) -> Preparing {
    guard let field = fields.first else { return { _, _ in } }
    if fields.count == 1 {
      let (name, prepare) = (field.name, field.prepare)
      return { value, changed throws(StorageError) in
        do throws(StorageError) {
          guard let change = try prepare(value) else { return }
          var root = changed ?? value.row
          change(&root)
          changed = root
        } catch {
          throw error.at(field: name)
        }
      }
    }
    let middle = fields.startIndex + fields.count / 2
    let (first, second) = (preparing(fields[..<middle]), preparing(fields[middle...]))
    return { value, changed throws(StorageError) in
      try first(value, &changed)
      try second(value, &changed)
    }
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
