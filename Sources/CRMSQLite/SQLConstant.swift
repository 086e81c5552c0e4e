import CRMStorage

/// A constant bound to a parameter of a statement.
enum SQLConstant: Sendable, Hashable {
  case value(Value)
  /// Bytes that SQLite compares as text; they need not be valid UTF-8.
  case text(utf8: [UInt8])

  /// A constant for a column.
  init(_ value: Value, for column: TableDefinition.Column) {
    self = .value(value.asNumber(if: column.holdsNumber))
  }

  func write(to writer: StatementWriter) {
    switch self {
    case .value(let value): value.write(to: writer)
    case .text(let utf8): writer.text(utf8: utf8)
    }
  }
}

extension Value {
  /// The number in place of the identifier of a numbered kind.
  func asNumber(if isNumber: Bool) -> Value {
    guard isNumber, case .identifier(_, let low) = self else { return self }
    return .integer(Int64(bitPattern: low))
  }
}

extension Identifier {
  /// The identifier as a column of a table holds it.
  func value(isNumber: Bool) -> Value {
    Value.identifier(high: high, low: low).asNumber(if: isNumber)
  }
}
