import CRMStorage

/// A value of two columns that orders only within a currency.
struct Fee: FieldValue, Codable {
  var cents: Int64
  var currency: String

  static var columns: [ColumnShape] { [ColumnShape("currency", .text), ColumnShape("cents", .integer)] }

  static func write(_ value: Fee, to writer: any ColumnWriter) {
    writer.text(value.currency)
    writer.integer(value.cents)
  }

  static func read(from reader: any ColumnReader) throws(StorageError) -> Fee {
    let currency = try reader.text()
    return Fee(cents: try reader.integer(), currency: currency)
  }

  static func compare(_ a: Fee, _ b: Fee) -> Int? {
    a.currency == b.currency ? Int64.compare(a.cents, b.cents) : nil
  }
}
