import CRMKit

/// A purchase history as CDNOW's file has it: one purchase a line, blanks between the columns.
struct PurchaseFile {
  /// One line of the file.
  struct Purchase {
    let line: Int
    let customer: String
    let date: CalendarDate
    let units: Int
    let amount: Money
  }

  /// The purchases of one customer on one day, which are one order.
  struct Basket {
    let customer: String
    let date: CalendarDate
    var purchases: [Purchase]
  }

  /// A line that could not be understood.
  struct Problem: Hashable, CustomStringConvertible {
    let line: Int
    let reason: String

    var description: String { "line \(line): \(reason)" }
  }

  private(set) var purchases: [Purchase] = []
  private(set) var problems: [Problem] = []

  /// Reads the bytes of a file; what is malformed becomes a problem, the rest is kept.
  init(_ bytes: [UInt8]) {
    var number = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let columns = line.split { $0 == UInt8(ascii: " ") || $0 == 9 || $0 == 13 }
      if columns.isEmpty { continue }
      do throws(Malformed) {
        purchases.append(try Self.purchase(columns, line: number))
      } catch {
        problems.append(Problem(line: number, reason: error.reason))
      }
    }
  }

  /// The purchases by customer and day, in the order in which the file first has them.
  var baskets: [Basket] {
    var baskets: [Basket] = []
    var places: [String: Int] = [:]
    for purchase in purchases {
      let key = "\(purchase.customer) \(purchase.date)"
      if let place = places[key] {
        baskets[place].purchases.append(purchase)
      } else {
        places[key] = baskets.count
        baskets.append(
          Basket(customer: purchase.customer, date: purchase.date, purchases: [purchase]))
      }
    }
    return baskets
  }

  private struct Malformed: Error {
    let reason: String
  }

  private static func purchase(_ columns: [ArraySlice<UInt8>], line: Int) throws(Malformed)
    -> Purchase
  {
    guard columns.count == 5 else {
      throw Malformed(reason: "has \(columns.count) columns instead of 5")
    }
    guard columns.joined().allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw Malformed(reason: "has bytes that are not printable ASCII")
    }
    let texts = columns.map { String(decoding: $0, as: UTF8.self) }
    guard texts[0].count <= 20, texts[0].utf8.allSatisfy(isDigit) else {
      throw Malformed(reason: "“\(clipped(texts[0]))” is not a customer's number")
    }
    guard texts[2].utf8.count == 8, texts[2].utf8.allSatisfy(isDigit),
      let date = CalendarDate(
        "\(texts[2].prefix(4))-\(texts[2].dropFirst(4).prefix(2))-\(texts[2].suffix(2))")
    else { throw Malformed(reason: "“\(clipped(texts[2]))” is not a date of the form YYYYMMDD") }
    guard texts[3].utf8.allSatisfy(isDigit), let units = Int(texts[3]), units > 0 else {
      throw Malformed(reason: "“\(clipped(texts[3]))” is not a number of units")
    }
    guard let amount = try? Money(texts[4], .usd), amount.minorUnits >= 0 else {
      throw Malformed(reason: "“\(clipped(texts[4]))” is not an amount of dollars and cents")
    }
    return Purchase(line: line, customer: texts[0], date: date, units: units, amount: amount)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func clipped(_ text: String) -> String {
    text.count <= 30 ? text : "\(text.prefix(30))…"
  }
}
