/// What a transaction knows of records without looking at them again, until they change.
///
/// Nothing is kept beyond the transaction: another process may change records between two of them.
struct Recollections {
  /// Of each kind what its records come to.
  private var values: [ObjectIdentifier: Any] = [:]

  /// Of each kind the row that was written last: what reacts to a change mostly reads what changed.
  private var rows: [ObjectIdentifier: AnyObject] = [:]

  func value<R: Record, Value>(of kind: R.Type) -> Value? {
    values[ObjectIdentifier(kind)] as? Value
  }

  mutating func keep<R: Record, Value>(_ value: Value, of kind: R.Type) {
    values[ObjectIdentifier(kind)] = value
  }

  func lastWritten<R: Record>(_ id: Identifier<R>) -> Held<R>? {
    guard let object = rows[ObjectIdentifier(R.self)] else { return nil }
    // Only rows of a kind are kept under its name.
    let row = unsafeDowncast(object, to: Held<R>.self)
    return row.row.id == id ? row : nil
  }

  mutating func change<R: Record>(_ kind: R.Type, to row: Held<R>?) {
    let kind = ObjectIdentifier(kind)
    rows[kind] = row
    if !values.isEmpty { values[kind] = nil }
  }
}
