import CRMStorage

/// How the rows of one kind are bound and taken apart, ready for the hot path.
final class RowCoder<R: Record>: Sendable {
  /// Binds one field.
  typealias Write = @Sendable (Held<R>, any ColumnWriter) -> Void

  /// The fields of the table's columns, in their order.
  let all: [Write]

  /// Those of columns that an index holds.
  let indexed: [Write]

  /// Those of columns that no index holds.
  let unindexed: [Write]

  /// The fields that rows have many values of, in the order of ``TableDefinition/sides``.
  let multiple: [AnyField<R>]

  init(_ table: TableDefinition) {
    let schema = R.schema
    let fields = schema.layout.stored + schema.derived
    let free = Set(table.unindexedColumns.map(\.name))
    all = fields.map(\.write)
    // A field's columns are all in an index or none is.
    indexed = fields.filter { !free.contains($0.columns.first?.name ?? "") }.map(\.write)
    unindexed = fields.filter { free.contains($0.columns.first?.name ?? "") }.map(\.write)
    multiple = schema.fields.filter(\.isMultiple)
  }
}
