extension ColumnReader {
  /// Reads a column whatever it holds.
  package func value(of type: ColumnType) throws(StorageError) -> Value {
    if skipMissing(1) { return .missing }
    switch type {
    case .flag: return .flag(try flag())
    case .integer: return .integer(try integer())
    case .real: return .real(try real())
    case .text, .date: return .text(try text())
    case .instant: return .instant(try instant())
    case .identifier:
      let (high, low) = try identifier()
      return .identifier(high: high, low: low)
    case .bytes: return .bytes(try bytes())
    case .json: return .json(try json { json throws(StorageError) in try json.rawText() })
    }
  }
}
