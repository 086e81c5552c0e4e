/// What is made of each schema once: each opening of a store asks for it, several times.
package final class MadeOfSchemas<Value>: Sendable {
  private let known = Locked<[ObjectIdentifier: (schema: AnyObject, value: Value)]>([:])

  package init() {}

  /// What is made of a schema, one of each kind of record.
  package func value<R: Record>(of schema: Schema<R>, _ make: () -> Value) -> Value {
    let record = ObjectIdentifier(R.self)
    if let known = known.withLock({ $0[record] }), known.schema === schema { return known.value }
    let value = make()
    known.withLock { $0[record] = (schema, value) }
    return value
  }
}
