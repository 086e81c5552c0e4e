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

  /// The fields that rows have many values of, in the order of ``TableDefinition/sides``.
  let multiple: [AnyField<R>]

  /// How many side tables there are; asking the list makes metadata for it each time.
  let sides: Int

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
    multiple = schema.fields.filter(\.isMultiple)
    sides = multiple.count
  }

  /// The values that a row has in a side table.
  func entries(of row: Held<R>, in side: Int) throws(StorageError) -> [[Value]] {
    do throws(StorageError) {
      return try multiple[side].entries(of: row)
    } catch {
      throw error.at(record: R.schema.name, identifier: row.row.id.description)
    }
  }
}
