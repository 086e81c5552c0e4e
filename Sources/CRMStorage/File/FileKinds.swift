/// The kinds of record of an open store, as its files number and write them.
final class FileKinds: Sendable {
  /// The kinds in the order of their numbers in files, which is that of their names.
  let stored: [StoredKind]

  // One of each for every kind that the store keeps in memory, in that order.
  let coders: [RecordCoder]
  let numbers: [Int]

  /// - Parameter kinds: The kinds as files describe them, where that differs.
  init(_ kept: [KeptKind], storedAs kinds: [StoredKind]? = nil) {
    coders = kept.map { RecordCoder($0) }
    let order = kept.indices.sorted { Text.compare(kept[$0].name, kept[$1].name) < 0 }
    stored = order.map { [coders] in kinds?[$0] ?? coders[$0].kind }
    var numbers = Array(repeating: 0, count: kept.count)
    for (number, position) in order.enumerated() { numbers[position] = number }
    self.numbers = numbers
  }
}

/// A change of a row, as files have it: a number that tells the kind and what happened, the
/// row's identifier, and the row with its length before it unless it went.
struct ChangeTag {
  let kind: Int
  let isNumbered: Bool
  let isRemoval: Bool

  init(kind: Int, isNumbered: Bool, isRemoval: Bool) {
    self.kind = kind
    self.isNumbered = isNumbered
    self.isRemoval = isRemoval
  }

  init(_ reader: ByteReader) throws(StorageError) {
    let number = try reader.count()
    self.init(kind: number >> 2, isNumbered: number & 2 != 0, isRemoval: number & 1 != 0)
  }

  func write(_ id: RowID, to writer: ByteWriter) {
    writer.varint(kind << 2 | (isNumbered ? 2 : 0) | (isRemoval ? 1 : 0))
    if !isNumbered { writer.fixed(id.high) }
    if isNumbered { writer.varint(id.low) } else { writer.fixed(id.low) }
  }

  func identifier(_ reader: ByteReader) throws(StorageError) -> RowID {
    if isNumbered { return RowID(high: 0, low: try reader.varint()) }
    return RowID(high: try reader.fixed(UInt64.self), low: try reader.fixed(UInt64.self))
  }
}

extension FileKinds {
  /// Writes that a row is there.
  func write(_ row: AnyObject, _ id: RowID, at position: Int, to writer: ByteWriter) {
    ChangeTag(kind: numbers[position], isNumbered: id.high == 0, isRemoval: false)
      .write(id, to: writer)
    writer.counted { coders[position].write(row, writer) }
  }

  /// Writes that a row is there no more.
  func writeRemoval(of id: RowID, at position: Int, to writer: ByteWriter) {
    ChangeTag(kind: numbers[position], isNumbered: id.high == 0, isRemoval: true)
      .write(id, to: writer)
  }
}
