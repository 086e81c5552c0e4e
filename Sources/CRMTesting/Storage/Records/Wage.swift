import CRMStorage

/// A value of two columns that orders only within a currency.
struct Wage: FieldValue, Codable {
  var cents: Int64
  var currency: String

  static var columns: [ColumnShape] {
    [ColumnShape("currency", .text), ColumnShape("cents", .integer)]
  }

  static func write(_ value: Wage, to writer: any ColumnWriter) {
    writer.text(value.currency)
    writer.integer(value.cents)
  }

  static func read(from reader: any ColumnReader) throws(StorageError) -> Wage {
    let currency = try reader.text()
    return Wage(cents: try reader.integer(), currency: currency)
  }

  static func compare(_ a: Wage, _ b: Wage) -> Int? {
    a.currency == b.currency ? Int64.compare(a.cents, b.cents) : nil
  }
}
