import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("Events of the ledger")
struct LedgerEventsTests {
  /// Events that a consumer is given after a place, as many as there are.
  private func delivered(_ count: Int, by club: Club, after cursor: EventCursor) async throws
    -> [RecordedEvent]
  {
    var events: [RecordedEvent] = []
    for try await event in club.crm.events(after: cursor) {
      events.append(event)
      if events.count == count { break }
    }
    return events
  }

  /// The numbers of the entries that events tell of, by programme and in the order of the events.
  private func numbers(_ events: [RecordedEvent], in club: Club) async throws -> [String: [Int64]] {
    let entries = try await club.entries()
    var numbers: [String: [Int64]] = [:]
    for event in events {
      guard let posted = try event.payload(as: PointsPosted.self) else { continue }
      let entry = try #require(entries.first { $0.id == posted.entry })
      #expect(entry.sequence == posted.entry.number)
      numbers[entry.programme, default: []].append(entry.sequence)
    }
    return numbers
  }

  @Test(
    "S08: What was committed and not delivered is delivered after reopening, as it was, in order",
    .timeLimit(.minutes(30)), arguments: Backend.allCases)
  func reopened(backend: Backend) async throws {
    let club = try await Club(backend)
    var air = LoyaltyProgramme.standard("air")
    air.points = [PointsTerms("miles")]
    let other = air
    let (ada, flyer) = try await club.crm.write { [ada = club.ada] tx in
      try tx.loyalty.define(other)
      let customer = try tx.customers.add(.person("Flyer"))
      return (ada, try tx.loyalty.enrol(customer.id, in: "air").id)
    }
    for number in 1...3 {
      try await club.crm.write { tx in
        for (member, key) in [(ada, "a"), (flyer, "f"), (ada, "b")] {
          try tx.loyalty.adjust(10, for: member, because: "test", key: "\(key)\(number)").get()
        }
      }
    }
    let all = try await club.shop.events()
    // The consumer stops in the middle of a commit; then everything is gone but the store.
    let seen = try await delivered(all.count - 4, by: club, after: .start)
    let cursor = EventCursor(after: try #require(seen.last))
    let later = try await club.reopened()
    let rest = try await delivered(4, by: later, after: cursor)
    #expect(seen + rest == all)
    #expect(rest.map(\.id.number) == all.suffix(4).map(\.id.number))
    #expect(rest.map(\.json) == all.suffix(4).map(\.json))
    let told = try await numbers(seen + rest, in: later)
    #expect(told == ["club": Array(1...6), "air": Array(1...3)])
  }
}
