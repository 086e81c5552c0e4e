/// What a transaction knows of records without looking at them again, until they change.
///
/// Beyond the transaction only ``KeptSums`` are kept: another process may change records between
/// two of them.
struct Recollections {
  /// The row of a kind that was written or read last, and the last change of the kind.
  private struct Sight {
    let kind: ObjectIdentifier
    var row: AnyObject?
    var change = 0
  }

  /// What records come to.
  private final class Sum<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) {
      self.value = value
    }
  }

  /// How many changes there were.
  private(set) var changes = 0

  /// Of each kind what its records come to.
  private var values: [ObjectIdentifier: any AnyObject & Sendable] = [:]

  /// The kinds that change without an event, whose sums nobody could know to hold later.
  private var untold: Set<ObjectIdentifier> = []

  /// What reacts to a change mostly reads what changed, and then what is read already.
  ///
  /// A write is about few kinds: looking through them takes less time than hashing one.
  private var sights: ContiguousArray<Sight> = []

  /// What capabilities keep in mind.
  private var memories: [ObjectIdentifier: AnyObject] = [:]

  func value<R: Record, Value: Sendable>(of kind: R.Type) -> Value? {
    guard let sum = values[ObjectIdentifier(kind)], type(of: sum) == Sum<Value>.self else {
      return nil
    }
    return unsafeDowncast(sum, to: Sum<Value>.self).value
  }

  mutating func keep<R: Record, Value: Sendable>(_ value: Value, of kind: R.Type) {
    values[ObjectIdentifier(kind)] = Sum(value)
    if R.schema.isDerived { untold.insert(ObjectIdentifier(kind)) }
  }

  /// Takes over what records came to before the transaction, but for those it has changed.
  mutating func take(_ sums: KeptSums) {
    for (kind, sum) in sums.values where values[kind] == nil && lastChange(of: kind) == 0 {
      values[kind] = sum
    }
  }

  /// What records come to by now, for a write after an event.
  func sums(after event: Int64) -> KeptSums {
    KeptSums(event: event, values: values.filter { !untold.contains($0.key) })
  }

  func lastSeen<R: Record>(_ id: Identifier<R>) -> Held<R>? {
    let kind = ObjectIdentifier(R.self)
    guard let object = sights.first(where: { $0.kind == kind })?.row else { return nil }
    // Only rows of a kind are kept under its name.
    let row = unsafeDowncast(object, to: Held<R>.self)
    return row.row.id == id ? row : nil
  }

  mutating func see<R: Record>(_ row: Held<R>) {
    sights[place(of: ObjectIdentifier(R.self))].row = row
  }

  private mutating func place(of kind: ObjectIdentifier) -> Int {
    if let known = sights.firstIndex(where: { $0.kind == kind }) { return known }
    sights.append(Sight(kind: kind))
    return sights.count - 1
  }

  /// Which change was the last of a kind; 0 where there was none.
  func lastChange(of kind: ObjectIdentifier) -> Int {
    sights.first { $0.kind == kind }?.change ?? 0
  }

  mutating func change<R: Record>(_ kind: R.Type, to row: Held<R>?) {
    let kind = ObjectIdentifier(kind)
    changes += 1
    let place = place(of: kind)
    sights[place].row = row
    sights[place].change = changes
    if !values.isEmpty { values[kind] = nil }
  }

  func memory<Memory: AnyObject>() -> Memory? {
    // Only memories of a kind are kept under its name.
    memories[ObjectIdentifier(Memory.self)].map { unsafeDowncast($0, to: Memory.self) }
  }

  mutating func keep<Memory: AnyObject>(_ memory: Memory) {
    memories[ObjectIdentifier(Memory.self)] = memory
  }
}
