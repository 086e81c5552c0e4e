/// A fact the store keeps: a value with an identifier, described once by its schema.
///
/// The one declaration of the fields drives tables, indexes, queries, export and the
/// differences an update event carries.
///
///     struct Badge: Record {
///       let id: Identifier<Badge>
///       var title: String
///
///       struct Fields: Sendable {
///         let title = Field<Badge, String>("title", { $0.title }, { $0.title = $1 })
///       }
///       static let fields = Fields()
///       static let schema = Schema<Badge>("badges", fields, blank: { Badge(id: $0, title: "") })
///     }
public protocol Record: Sendable, Hashable, Codable, Identifiable where ID == Identifier<Self> {
  /// The described fields, as one value with a stored ``Field`` for each.
  associatedtype Fields: Sendable

  /// The described fields; a `static let`, so that it is built once.
  static var fields: Fields { get }

  /// How the record is stored and found; a `static let`, so that it is built once.
  static var schema: Schema<Self> { get }
}

/// An immutable box around a row, handed on by reference.
///
/// A record of twenty fields costs more to copy than to look at, so everything between a
/// store and a caller passes the box. Its members read like the row's own.
@dynamicMemberLookup
public final class Held<Row: Sendable>: Sendable {
  /// The row itself; reading the whole of it copies it.
  public let row: Row

  /// Boxes a row.
  @inlinable
  public init(_ row: Row) {
    self.row = row
  }

  /// One member of the row, without copying the rest.
  @inlinable
  public subscript<Member>(dynamicMember path: KeyPath<Row, Member>) -> Member {
    row[keyPath: path]
  }
}

extension Held where Row: Record {
  /// The row's identifier; in generic code a member found by key path would be made each time.
  @inlinable
  public var id: Identifier<Row> { row.id }
}
