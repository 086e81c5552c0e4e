extension PreparedQuery {
  /// The rows the query asks for, in its order, out of all rows of the kind.
  ///
  /// A backend that can only look at every row answers its queries with this.
  ///
  /// - Complexity: O(*n* log *n*) in the rows that meet the condition.
  public func answer(
    from rows: some Sequence<Held<R>>, in reader: any StorageReader
  ) throws -> [Held<R>] {
    let meets = try predicate(in: reader)
    var sorter = RowSorter(self)
    for row in rows where try meets(row) { sorter.add(row) }
    return sorter.sorted()
  }
}
