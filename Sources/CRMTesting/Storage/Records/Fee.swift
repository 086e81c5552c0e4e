import CRMStorage

/// A value of two columns that orders only within a currency.
struct Fee: FieldValue, Codable {
  var cents: Int64
  var currency: String

  static var columns: [ColumnShape] { [ColumnShape("cents", .integer), ColumnShape("currency", .text)] }

  static func write(_ value: Fee, to writer: any ColumnWriter) {
    writer.integer(value.cents)
    writer.text(value.currency)
  }

  static func read(from reader: any ColumnReader) throws(StorageError) -> Fee {
    Fee(cents: try reader.integer(), currency: try reader.text())
  }

  static func compare(_ a: Fee, _ b: Fee) -> Int? {
    a.currency == b.currency ? Int64.compare(a.cents, b.cents) : nil
  }
}
