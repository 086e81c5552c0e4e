/// The rows of one kind and their indexes, as one immutable version of a store has them.
struct MemoryTable {
  /// Boxed rows by identifier.
  var rows: Tree<AnyObject>

  /// For each index of the schema, keys of its columns followed by the identifier.
  var indexes: [Tree<Void>]

  static var rowPageSize: Int { 1_024 }

  /// Keys of an index come in any order, so a write copies about a page for each.
  static var indexPageSize: Int { 2_048 }

  init(indexes count: Int) {
    rows = Tree(pageSize: Self.rowPageSize)
    indexes = Array(repeating: Tree(pageSize: Self.indexPageSize), count: count)
  }

  /// A table of trees that were built elsewhere.
  init(rows: Tree<AnyObject>, indexes: [Tree<Void>]) {
    self.rows = rows
    self.indexes = indexes
  }

  func row<R: Record>(_ id: Identifier<R>, _ lookahead: inout Lookahead) -> Held<R>? {
    guard let box = withKey(of: id, { rows.findBox($0, &lookahead) }) else { return nil }
    return unsafeDowncast(box, to: Held<R>.self)
  }

  /// The box of a row of any kind.
  func box(_ id: RowID) -> AnyObject? {
    withKey(of: id) { rows.find($0) }
  }

  /// The box of the row whose identifier a key ends in.
  func box(endingKey key: UnsafeRawBufferPointer) -> AnyObject? {
    rows.find(UnsafeRawBufferPointer(rebasing: key[(key.count - 16)...]))
  }
}

/// The bytes tables order an identifier by.
@inline(__always)
func withKey<R, Result>(
  of id: Identifier<R>, _ body: (UnsafeRawBufferPointer) throws -> Result
) rethrows -> Result {
  try withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian), body)
}

/// The identifier a key ends in.
func identifier<R>(endingKey key: UnsafeRawBufferPointer) -> Identifier<R> {
  Identifier(
    high: UInt64(bigEndian: key.loadUnaligned(fromByteOffset: key.count - 16, as: UInt64.self)),
    low: UInt64(bigEndian: key.loadUnaligned(fromByteOffset: key.count - 8, as: UInt64.self)))
}
