/// A row of a kind whose type the program does not have, as it was written.
final class UntypedRow: Sendable {
  /// The columns, as a ``ByteWriter`` wrote them.
  let bytes: [UInt8]

  private let columnCount: Int

  /// Copies a row of so many columns.
  init(_ bytes: UnsafeRawBufferPointer, columns: Int) {
    self.bytes = Array(bytes)
    columnCount = columns
  }

  /// The values of the first columns, which are so defined.
  func values(of columns: some Collection<StoredKind.Column>) throws(StorageError) -> [Value] {
    try bytes.withUnsafeBufferPointer { bytes throws(StorageError) in
      let reader = ByteReader()
      reader.begin(UnsafeRawBufferPointer(bytes))
      try reader.beginRow(columns: columnCount)
      var values: [Value] = []
      for column in columns {
        do throws(StorageError) {
          values.append(try reader.value(of: column.type))
        } catch {
          throw error.at(field: column.name)
        }
      }
      return values
    }
  }

  /// The row on its way to a newer version.
  func record(_ id: RowID, of kind: StoredKind) throws(StorageError) -> StoredRecord {
    let columns = kind.columns.filter { !$0.isDerived }
    var record = StoredRecord(kind.name, version: kind.version, id: id)
    do throws(StorageError) {
      for (column, value) in zip(columns, try values(of: columns)) { record[column.name] = value }
    } catch {
      throw error.at(record: kind.name, identifier: id.description)
    }
    return record
  }
}
