import CRMKit
import CRMTesting

extension Shop {
  /// Three customers: two persons and an organisation.
  func people() async throws -> (ada: Customer.ID, bob: Customer.ID, firm: Customer.ID) {
    try await crm.write { tx in
      (
        try tx.customers.add(.person("Ada")).id, try tx.customers.add(.person("Bob")).id,
        try tx.customers.add(.organisation("Firm")).id
      )
    }
  }
}

/// An instant written as in RFC 3339.
func instant(_ text: String) -> Instant {
  Instant(text) ?? .earliest
}

/// A date written as in ISO 8601.
func date(_ text: String) -> CalendarDate {
  CalendarDate(text) ?? CalendarDate(daysSinceEpoch: 0)
}

extension Zone {
  static let berlin = Zone("Europe/Berlin") ?? .utc
  static let newYork = Zone("America/New_York") ?? .utc
  static let tokyo = Zone("Asia/Tokyo") ?? .utc
}

extension TimeOfDay {
  static let nine = TimeOfDay(hour: 9) ?? .midnight
}
