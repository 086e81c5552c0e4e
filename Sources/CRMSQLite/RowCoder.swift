import CRMStorage

/// How the rows of one kind are bound, ready for the hot path.
final class RowCoder<R: Record>: Sendable {
  /// The fields of the table's columns, in their order.
  let writeAll: AnyField<R>.Write

  /// Those of columns that an index holds.
  let writeIndexed: AnyField<R>.Write

  /// Those of columns that no index holds.
  let writeUnindexed: AnyField<R>.Write

  /// Whether there are columns that no index holds.
  let hasUnindexed: Bool

  /// How many side tables there are.
  var sides: Int { multiple.count }

  /// The values of the fields that rows have many of, in the order of ``TableDefinition/sides``.
  ///
  /// These take boxes of any kind: of a list that names the kind the runtime has to make a type
  /// each time.
  private let multiple: [Entries]

  private typealias Entries = @Sendable (AnyObject) throws(StorageError) -> [[Value]]

  init(_ table: TableDefinition) {
    let schema = R.schema
    let fields = schema.layout.stored + schema.derived
    // A field's columns are all in an index or none is.
    let free = Set(table.unindexedColumns.map(\.name))
    let isFree = { (field: AnyField<R>) in free.contains(field.columns.first?.name ?? "") }
    writeAll = AnyField.writing(fields[...])
    writeIndexed = AnyField.writing(fields.filter { !isFree($0) }[...])
    writeUnindexed = AnyField.writing(fields.filter(isFree)[...])
    hasUnindexed = !free.isEmpty
    multiple = schema.fields.filter(\.isMultiple).map(Self.entries)
  }

  private static func entries(of field: AnyField<R>) -> Entries {
    { box throws(StorageError) in try field.entries(of: unsafeDowncast(box, to: Held<R>.self)) }
  }

  /// The values that a row has in a side table.
  func entries(of row: Held<R>, in side: Int) throws(StorageError) -> [[Value]] {
    do throws(StorageError) {
      return try multiple[side](row)
    } catch {
      throw error.at(record: R.schema.name, identifier: row.row.id.description)
    }
  }
}
