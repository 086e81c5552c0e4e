/// Fields joined into one closure that does the work of all of them.
///
/// A closure calls what it captured as it is; going through an array instead would copy each
/// field, which takes longer than writing or reading it.
extension AnyField {
  /// Writes the values of some fields.
  package typealias Write = @Sendable (Held<Root>, any ColumnWriter) -> Void

  /// Reads the values of some fields.
  @usableFromInline
  typealias Read = @Sendable (inout Root, any ColumnReader) throws(StorageError) -> Void

  /// One closure that writes the values of fields, in order.
  package static func writing(_ fields: ArraySlice<AnyField>) -> Write {
    guard let field = fields.first else { return { _, _ in } }
    if fields.count == 1 { return field.write }
    let quarters = fields.quarters
    let (a, b) = (writing(quarters.0), writing(quarters.1))
    let (c, d) = (writing(quarters.2), writing(quarters.3))
    return { row, writer in
      a(row, writer)
      b(row, writer)
      c(row, writer)
      d(row, writer)
    }
  }

  /// One closure that reads the values of fields, in order.
  static func reading(_ fields: ArraySlice<AnyField>) -> Read {
    guard let field = fields.first else { return { _, _ in } }
    if fields.count == 1 { return field.read }
    let quarters = fields.quarters
    let (a, b) = (reading(quarters.0), reading(quarters.1))
    let (c, d) = (reading(quarters.2), reading(quarters.3))
    return { row, reader throws(StorageError) in
      try a(&row, reader)
      try b(&row, reader)
      try c(&row, reader)
      try d(&row, reader)
    }
  }
}
