/// A way to find rows by the values of one or several fields, in order.
///
/// Missing values sort first. Rows whose indexed values are all equal are ordered by identifier.
public struct Index<R: Record>: Sendable {
  /// The name, unique in the store.
  public let name: String

  /// The indexed fields, the most significant first.
  public let fields: [AnyField<R>]

  /// Whether the values are held by one row only; rows with a missing value are not counted.
  public let isUnique: Bool

  /// Whether the index has an entry for each value of a ``MultiField``.
  public var isMultiple: Bool { fields.first?.isMultiple ?? false }

  /// The columns of an entry, the row's identifier aside.
  public var columns: [Column] { fields.flatMap(\.columns) }

  /// An index over fields, for order and look-up.
  public static func ordered(_ fields: any FieldProtocol<R>...) -> Index {
    Index(fields: fields.map { $0.erased }, isUnique: false)
  }

  /// An index over fields that refuses a second row with the same values.
  public static func unique(_ fields: any FieldProtocol<R>...) -> Index {
    Index(fields: fields.map { $0.erased }, isUnique: true)
  }

  let columnCount: Int

  /// What planning has to know.
  let shape: IndexShape

  init(fields: [AnyField<R>], isUnique: Bool) {
    columnCount = fields.reduce(0) { $0 + $1.columns.count }
    shape = IndexShape(parts: fields.map { $0.shape })
    name = fields.map(\.name).joined(separator: "_")
    self.fields = fields
    self.isUnique = isUnique
  }
}
