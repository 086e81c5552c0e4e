import CRMKit
import CRMTesting
import Testing

/// What is promised in days, where days are long, short or begin elsewhere.
@Suite("Days of zones far from UTC")
struct FarZoneTests {
  private func zone(_ name: String) throws -> Zone { try #require(Zone(name)) }

  private func instant(_ text: String) throws -> Instant { try #require(Instant(text)) }

  private func date(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }

  /// A customer who bought at an instant, of whom a model asks whether they stay away.
  private func customer(
    _ storage: any Storage, _ clock: TestClock, in zone: Zone?, firm: Zone = .utc,
    silentAfter span: LifecycleSpan, days: LifecycleModel.DayZone = .customer
  ) async throws -> (crm: CRM, id: Customer.ID) {
    let crm = try await CRM(
      storage: storage, clock: clock, identifiers: .seeded(3), zone: firm)
    let id = try await crm.write { tx in
      let tea = try tx.catalogue.add(sku: "TEA", name: "Tea")
      let ada = try tx.customers.add(.person("Ada").with { $0.zone = zone })
      try tx.lifecycle.define(
        LifecycleModel(
          "visits",
          stages: [
            LifecycleStage("new", weight: 1, .open), LifecycleStage("buyer", weight: 2, .active),
            LifecycleStage("silent", weight: 3, .atRisk),
          ],
          initial: "new",
          rules: [
            LifecycleRule("bought", from: ["new"], to: "buyer", when: .atLeast(1, .orders)),
            LifecycleRule(
              "is silent", from: ["buyer"], to: "silent",
              when: .passed(span, since: .lastOrder)),
            LifecycleRule(
              "is back", from: ["silent"], to: .furthest,
              when: .happened(.lastOrder) && !.passed(span, since: .lastOrder)),
          ], days: days))
      try tx.orders.place(
        NewOrder(
          number: "1", customer: ada.id, lines: [.init(tea.id, amount: Money("1", .jpy))]))
      return ada.id
    }
    return (crm, id)
  }

  private static let silences:
    [(zone: String, bought: String, span: LifecycleSpan, silent: String)] = [
      // Half an hour of daylight saving ends.
      ("Australia/Lord_Howe", "2026-04-04T01:00:00.007Z", .days(1), "2026-04-05T01:30:00.007Z"),
      // The clock is set on at midnight: 00:15 does not come.
      ("America/Havana", "2026-03-07T05:15:30.500Z", .days(1), "2026-03-08T05:00:00Z"),
      // 02:30 comes twice; the first of them counts.
      ("Europe/Berlin", "2026-10-23T00:30:00Z", .days(2), "2026-10-25T00:30:00Z"),
      ("Asia/Kathmandu", "2026-01-30T18:20:00Z", .months(1), "2026-02-27T18:20:00Z"),
      ("Pacific/Kiritimati", "2027-12-30T10:00:00Z", .months(2), "2028-02-28T10:00:00Z"),
      ("America/New_York", "2026-03-03T12:00:00Z", .days(5), "2026-03-08T11:00:00Z"),
      ("Pacific/Marquesas", "2028-03-01T09:29:59.999Z", .months(12), "2029-03-01T09:29:59.999Z"),
      // A date that a zone left out when it changed sides of the date line.
      ("Pacific/Apia", "2011-12-29T12:00:00Z", .days(1), "2011-12-30T10:00:00Z"),
    ]

  @Test(
    "Who stays away is silent at that millisecond and not before", arguments: Backend.allCases,
    silences.indices)
  func silence(backend: Backend, index: Int) async throws {
    let (name, bought, span, silent) = Self.silences[index]
    let due = try instant(silent)
    let place = try zone(name)
    try await withStorage(backend) { storage in
      let clock = TestClock(try instant(bought))
      // Half of the customers have the zone themselves, half are of a firm there.
      let isFirms = index % 2 == 1
      let (crm, ada) = try await customer(
        storage, clock, in: isFirms ? nil : place, firm: isFirms ? place : .utc,
        silentAfter: span)
      clock.set(to: due - .milliseconds(1))
      try await crm.advance()
      #expect(
        try await crm.read { try $0.lifecycle.position(of: ada, in: "visits")?.stage } == "buyer")
      clock.set(to: due + .seconds(40 * 86_400))
      try await crm.advance()
      try await crm.read { tx in
        let moves = try tx.lifecycle.history(of: ada, in: "visits")
        #expect(moves.map(\.to) == ["new", "buyer", "silent"])
        #expect(moves.last?.at == due)
        #expect(try tx.lifecycle.stage(of: ada, in: "visits", at: due) == "silent")
        #expect(
          try tx.lifecycle.stage(of: ada, in: "visits", at: due - .milliseconds(1)) == "buyer")
      }
      await crm.close()
    }
  }

  @Test(
    "A customer who moves to another zone has the days of that zone", arguments: Backend.allCases)
  func moved(backend: Backend) async throws {
    try await withStorage(backend) { storage in
      let clock = TestClock("2026-10-20T12:00:00Z")
      let (crm, ada) = try await customer(
        storage, clock, in: zone("Asia/Tokyo"), silentAfter: .days(7))
      let berlin = try zone("Europe/Berlin")
      try await crm.write { tx in
        var file = try tx.customers.get(ada)
        #expect(
          try tx.lifecycle.position(of: ada, in: "visits")?.forecast.first?.at
            == instant("2026-10-27T12:00:00Z"))
        file.zone = berlin
        try tx.customers.update(file)
        // An hour is gained there meanwhile.
        #expect(
          try tx.lifecycle.position(of: ada, in: "visits")?.forecast.first?.at
            == instant("2026-10-27T13:00:00Z"))
      }
      clock.set(to: try instant("2026-10-27T12:59:59.999Z"))
      try await crm.advance()
      #expect(
        try await crm.read { try $0.lifecycle.position(of: ada, in: "visits")?.stage } == "buyer")
      clock.advance(by: .milliseconds(1))
      try await crm.advance()
      #expect(
        try await crm.read { try $0.lifecycle.position(of: ada, in: "visits")?.stage } == "silent")
      await crm.close()
    }
  }

  @Test(
    "A relationship holds through its last day where the firm is", arguments: Backend.allCases,
    [
      ("Pacific/Kiritimati", "2026-06-30T09:59:59.999Z", "2026-06-30T10:00:00Z"),
      ("Pacific/Marquesas", "2026-07-01T09:29:59.999Z", "2026-07-01T09:30:00Z"),
    ])
  func lastDay(backend: Backend, where place: (zone: String, last: String, first: String))
    async throws
  {
    try await withStorage(backend) { storage in
      let clock = TestClock(try instant(place.last))
      let crm = try await CRM(
        storage: storage, clock: clock, identifiers: .seeded(4), zone: zone(place.zone))
      let (first, last) = (try date("2024-02-29"), try date("2026-06-30"))
      let anna = try await crm.write { tx in
        let anna = try tx.customers.add(.person("Anna"))
        let acme = try tx.customers.add(.organisation("Acme"))
        try tx.relationships.add(
          NewRelationship(anna.id, .employee, of: acme.id, start: first, end: last))
        return anna.id
      }
      func holding(_ time: RelationshipTime = .today) async throws -> Int {
        try await crm.read { try $0.relationships.of(anna, when: time).items.count }
      }
      #expect(try await holding() == 1)
      clock.set(to: try instant(place.first))
      #expect(try await holding() == 0)
      #expect(try await holding(.on(last)) == 1)
      #expect(try await holding(.on(first)) == 1)
      #expect(try await holding(.on(date("2024-02-28"))) == 0)
      #expect(try await holding(.ended) == 1)
      await crm.close()
    }
  }

  @Test(
    "What is promised by a day is broken when that day is over there", arguments: Backend.allCases,
    [
      ("Europe/Berlin", "2026-03-29", "2026-03-29T21:59:59.999Z"),
      ("America/Havana", "2026-03-07", "2026-03-08T04:59:59.999Z"),
      ("Pacific/Kiritimati", "2028-02-29", "2028-02-29T09:59:59.999Z"),
      ("Pacific/Niue", "2026-12-31", "2027-01-01T10:59:59.999Z"),
    ])
  func promises(backend: Backend, by day: (zone: String, date: String, last: String)) async throws {
    let (place, last) = (try zone(day.zone), try instant(day.last))
    let due = try date(day.date)
    try await withStorage(backend) { storage in
      let clock = TestClock("2026-01-01T00:00:00Z")
      let crm = try await CRM(storage: storage, clock: clock, identifiers: .seeded(5))
      let made = try await crm.write { tx in
        let ada = try tx.customers.add(.person("Ada"))
        return try tx.commitments.make(
          NewCommitment(
            .promise, to: ada.id, "Send it", owner: .staff("kim"), due: .by(due, in: place)))
      }
      #expect(made.dueAt == last)
      clock.set(to: last)
      try await crm.advance()
      #expect(try await crm.read { try $0.commitments.overdue().items.isEmpty })
      clock.advance(by: .milliseconds(1))
      try await crm.advance()
      try await crm.read { tx in
        #expect(try tx.commitments.overdue().items.map(\.id) == [made.id])
        let told = try tx.events.history(of: made.id).last
        #expect(told?.type == "commitments.overdue")
        #expect(told?.occurredAt == last + .milliseconds(1))
      }
      await crm.close()
    }
  }

  @Test(
    "A reminder rings by the clock of its zone, on leap days and through every change",
    arguments: Backend.allCases)
  func reminders(backend: Backend) async throws {
    let rings: [(Recurrence, [String])] = [
      (
        Recurrence(
          .year, from: try date("2028-02-29"), at: try #require(TimeOfDay("09:00")),
          in: try zone("Asia/Seoul")),
        ["2028-02-29T00:00:00Z", "2029-02-28T00:00:00Z", "2030-02-28T00:00:00Z"]
      ),
      (
        Recurrence(
          every: 5, .month, from: try date("2027-10-31"), at: try #require(TimeOfDay("23:30")),
          in: try zone("America/New_York")),
        // In summer, in summer time again, after it has ended.
        ["2027-11-01T03:30:00Z", "2028-04-01T03:30:00Z", "2028-09-01T03:30:00Z"]
      ),
      (
        Recurrence(
          every: 2, .day, from: try date("2027-03-26"), at: try #require(TimeOfDay("02:30")),
          in: try zone("Europe/Berlin"), until: try date("2027-03-30")),
        // On the 28th there is no 02:30.
        ["2027-03-26T01:30:00Z", "2027-03-28T01:00:00Z", "2027-03-30T00:30:00Z"]
      ),
      (
        Recurrence(
          .week, from: try date("2027-10-24"), at: try #require(TimeOfDay("02:30")),
          in: try zone("Europe/Berlin"), until: try date("2027-11-07")),
        // On the 31st it comes twice.
        ["2027-10-24T00:30:00Z", "2027-10-31T00:30:00Z", "2027-11-07T01:30:00Z"]
      ),
    ]
    try await withStorage(backend) { storage in
      let clock = TestClock("2027-01-01T00:00:00Z")
      let crm = try await CRM(storage: storage, clock: clock, identifiers: .seeded(6))
      let set = try await crm.write { tx in
        try rings.map { try tx.reminders.set("Ring", for: .staff("kim"), $0.0).id }
      }
      clock.set(to: try instant("2030-03-01T00:00:00Z"))
      try await crm.advance()
      try await crm.read { tx in
        for (id, ring) in zip(set, rings) {
          let fired = try tx.events.history(of: id).filter { $0.type == "reminders.fired" }
          #expect(fired.prefix(3).map(\.occurredAt) == (try ring.1.map(instant)), "\(ring.0)")
        }
      }
      await crm.close()
    }
  }
}
