/// What a filter asks of one field, with its constants as columns.
public enum FieldTest: Sendable, Hashable {
  /// How the value stands to a constant.
  case compare(Comparison, [Value])
  /// The value is one of several constants.
  case among([[Value]])
  /// The value's text begins with these bytes.
  case hasPrefix(String)
  /// There is no value.
  case isMissing

  // Compiled where the field is declared, so that its value's type is known there.
  @inlinable
  func compiled<Root, V: FieldValue>(_ get: @escaping @Sendable (Held<Root>) -> V)
    throws(StorageError) -> @Sendable (Held<Root>) -> Bool
  {
    switch self {
    case .isMissing:
      return { !V.isPresent(get($0)) }
    case .hasPrefix(let prefix):
      return { V.hasPrefix(get($0), prefix) }
    case .among(let constants):
      var accepted: Set<V> = []
      for constant in constants { accepted.insert(try Self.constant(constant)) }
      return { [accepted] in accepted.contains(get($0)) }
    case .compare(let comparison, let columns):
      let constant: V = try Self.constant(columns)
      return comparison.compiled(get, constant)
    }
  }

  @usableFromInline
  static func constant<V: FieldValue>(_ columns: [Value]) throws(StorageError) -> V {
    let value = try V.read(from: ValueReader(columns))
    guard V.isPresent(value) else {
      throw StorageError(
        .unsupportedQuery, "A comparison needs a value to compare with.",
        recovery: "Use isMissing to find rows without a value.")
    }
    return value
  }
}

/// How a field's value stands to a constant.
public enum Comparison: String, Sendable, Hashable, Codable {
  /// The same value.
  case equal = "="
  /// Another value; a missing one is not another.
  case notEqual = "!="
  /// Ordered before.
  case less = "<"
  /// Ordered before, or the same.
  case lessOrEqual = "<="
  /// Ordered after.
  case greater = ">"
  /// Ordered after, or the same.
  case greaterOrEqual = ">="

  @inlinable
  func compiled<Root, V: FieldValue>(
    _ get: @escaping @Sendable (Held<Root>) -> V, _ constant: V
  ) -> @Sendable (Held<Root>) -> Bool {
    switch self {
    case .equal:
      return { get($0) == constant }
    case .notEqual:
      return {
        let value = get($0)
        return V.isPresent(value) && value != constant
      }
    case .less: return { V.compare(get($0), constant).map { $0 < 0 } ?? false }
    case .lessOrEqual: return { V.compare(get($0), constant).map { $0 <= 0 } ?? false }
    case .greater: return { V.compare(get($0), constant).map { $0 > 0 } ?? false }
    case .greaterOrEqual: return { V.compare(get($0), constant).map { $0 >= 0 } ?? false }
    }
  }
}
