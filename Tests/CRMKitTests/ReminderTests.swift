import CRMKit
import CRMTesting
import Testing

@Suite("Recurrences")
struct ReminderRecurrenceTests {
  private func dates(_ recurrence: Recurrence, _ count: Int) -> [String] {
    (0..<count).compactMap { recurrence.date(of: $0)?.description }
  }

  @Test("What recurs on the 31st falls on the last day of short months (HC-041)")
  func monthEnds() {
    let monthly = Recurrence(.month, from: date("2026-01-31"), at: .nine, in: .berlin)
    #expect(
      dates(monthly, 5) == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"])
    #expect(
      (0..<4).map { monthly.instant(of: $0) } == [
        instant("2026-01-31T08:00:00Z"), instant("2026-02-28T08:00:00Z"),
        instant("2026-03-31T07:00:00Z"), instant("2026-04-30T07:00:00Z"),
      ])
    let leap = Recurrence(.month, from: date("2028-01-30"), at: .nine, in: .berlin)
    #expect(dates(leap, 3) == ["2028-01-30", "2028-02-29", "2028-03-30"])
    let quarterly = Recurrence(every: 3, .month, from: date("2026-11-30"), at: .nine, in: .utc)
    #expect(dates(quarterly, 3) == ["2026-11-30", "2027-02-28", "2027-05-30"])
  }

  @Test("The 29th of February is the 28th in common years and the 29th again in leap years")
  func leapDays() {
    let yearly = Recurrence(.year, from: date("2028-02-29"), at: .nine, in: .utc)
    #expect(
      dates(yearly, 5) == ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"])
    let weekly = Recurrence(every: 2, .week, from: date("2026-12-20"), at: .nine, in: .utc)
    #expect(dates(weekly, 3) == ["2026-12-20", "2027-01-03", "2027-01-17"])
  }

  @Test("Nine o'clock is nine o'clock in summer and in winter (HC-043)")
  func daylightSaving() {
    let daily = Recurrence(.day, from: date("2026-03-28"), at: .nine, in: .berlin)
    #expect(
      (0..<3).map { daily.instant(of: $0) } == [
        instant("2026-03-28T08:00:00Z"), instant("2026-03-29T07:00:00Z"),
        instant("2026-03-30T07:00:00Z"),
      ])
  }

  @Test("What daylight saving leaves out falls on the first instant after the gap")
  func gap() {
    let night = Recurrence(
      .day, from: date("2026-03-28"), at: TimeOfDay(hour: 2, minute: 30) ?? .nine, in: .berlin)
    #expect(
      (0..<3).map { night.instant(of: $0) } == [
        instant("2026-03-28T01:30:00Z"), instant("2026-03-29T01:00:00Z"),
        instant("2026-03-30T00:30:00Z"),
      ])
    #expect(night.occurrence(from: instant("2026-03-29T01:00:00Z")) == 1)
    #expect(night.occurrence(from: instant("2026-03-29T01:00:00.001Z")) == 2)
  }

  @Test("The first occurrence is the first that is still to come (HC-043)")
  func first() {
    let daily = Recurrence(.day, from: date("2026-01-10"), at: .nine, in: .berlin)
    let thirdly = Recurrence(every: 3, .day, from: date("2026-01-10"), at: .nine, in: .berlin)
    for (created, expected) in [
      ("2026-01-10T07:00:00Z", 0), ("2026-01-10T08:00:00Z", 0), ("2026-01-10T08:00:00.001Z", 1),
    ] {
      #expect(daily.occurrence(from: instant(created)) == expected)
      #expect(thirdly.occurrence(from: instant(created)) == expected)
    }
    #expect(thirdly.instant(of: 1) == instant("2026-01-13T08:00:00Z"))
  }

  @Test("It ends with its last date, or with the calendar")
  func ends() {
    let short = Recurrence(
      .day, from: date("2026-01-10"), at: .nine, in: .utc, until: date("2026-01-12"))
    #expect(dates(short, 9) == ["2026-01-10", "2026-01-11", "2026-01-12"])
    #expect(short.occurrence(from: instant("2026-01-12T09:00:00.001Z")) == nil)
    let once = Recurrence.once(on: date("2026-01-10"), at: .nine, in: .utc)
    #expect(dates(once, 9) == ["2026-01-10"])
    for unit in Recurrence.Unit.allCases {
      let endless = Recurrence(every: 1_000, unit, from: date("9999-12-31"), at: .nine, in: .utc)
      #expect(dates(endless, 2) == ["9999-12-31"])
      #expect(endless.date(of: .max) == nil && endless.date(of: -1) == nil)
      #expect(endless.occurrence(from: .latest) == nil)
      #expect(endless.occurrence(from: .earliest) == 0)
      let broken = Recurrence(every: .min, unit, from: date("2026-01-10"), at: .nine, in: .utc)
      #expect(broken.date(of: 1) == nil && broken.occurrence(from: .latest) == nil)
    }
  }

  @Test("Looking a place up agrees with counting to it", arguments: UInt64(1)...20)
  func search(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let zones = [Zone.berlin, .newYork, .tokyo, .utc]
    for _ in 1...20 {
      let recurrence = Recurrence(
        every: Int.random(in: 1...40, using: &generator),
        Recurrence.Unit.allCases.randomElement(using: &generator) ?? .day,
        from: CalendarDate(daysSinceEpoch: Int.random(in: 18_000...22_000, using: &generator)),
        at: TimeOfDay(hour: Int.random(in: 0...23, using: &generator)) ?? .nine,
        in: zones.randomElement(using: &generator) ?? .utc)
      let wanted = Instant(
        milliseconds: Int64.random(in: 1_500_000_000_000...2_300_000_000_000, using: &generator))
      var counted = 0
      while let found = recurrence.instant(of: counted), found < wanted { counted += 1 }
      #expect(recurrence.occurrence(from: wanted) == counted, "\(recurrence) at \(wanted)")
    }
  }
}

@Suite("Reminders")
struct ReminderTests {
  private let kim = Principal.staff("kim")

  private func fired(_ shop: Shop) async throws -> [String] {
    try await shop.events().filter { $0.type == "reminders.fired" }.map(\.occurredAt.description)
  }

  @Test("It fires month by month without drifting (HC-041)", arguments: Backend.allCases)
  func monthly(backend: Backend) async throws {
    let shop = try await Shop(backend, at: instant("2026-01-31T06:00:00Z"))
    let (ada, _, _) = try await shop.people()
    try await shop.crm.write { tx in
      try tx.reminders.set(
        "Invoice", for: kim,
        Recurrence(.month, from: date("2026-01-31"), at: .nine, in: .berlin), about: ada)
    }
    // However late it is noticed.
    shop.clock.set(to: instant("2026-05-01T00:00:00Z"))
    #expect(try await shop.crm.advance().done == 4)
    #expect(
      try await fired(shop) == [
        "2026-01-31T08:00:00.000Z", "2026-02-28T08:00:00.000Z", "2026-03-31T07:00:00.000Z",
        "2026-04-30T07:00:00.000Z",
      ])
    let dates = try await shop.events().compactMap { try $0.payload(as: ReminderFired.self)?.date }
    #expect(dates.map(\.day) == [31, 28, 31, 30])
    try await shop.crm.read { tx throws in
      let next = try #require(try tx.reminders.upcoming(about: ada).items.first)
      #expect(next.nextAt == instant("2026-05-31T07:00:00Z"))
      #expect(next.lastFiredAt == instant("2026-04-30T07:00:00Z"))
      #expect(try tx.agenda.upcoming(for: ada).map(\.due) == [instant("2026-05-31T07:00:00Z")])
    }
  }

  @Test("Daily at nine it fires at nine by the clock there (HC-043)", arguments: Backend.allCases)
  func daily(backend: Backend) async throws {
    let shop = try await Shop(backend, at: instant("2026-03-28T07:00:00Z"))
    let daily = Recurrence(.day, from: date("2026-03-28"), at: .nine, in: .berlin)
    try await shop.crm.write { try $0.reminders.set("Coffee", for: kim, daily) }
    try await shop.crm.advance(to: instant("2026-03-30T12:00:00Z"))
    #expect(
      try await fired(shop) == [
        "2026-03-28T08:00:00.000Z", "2026-03-29T07:00:00.000Z", "2026-03-30T07:00:00.000Z",
      ])
  }

  @Test("Set too late for today, it waits for its next turn (HC-043)", arguments: Backend.allCases)
  func tooLate(backend: Backend) async throws {
    let shop = try await Shop(backend, at: instant("2026-01-10T09:00:00Z"))
    let thirdly = Recurrence(every: 3, .day, from: date("2026-01-10"), at: .nine, in: .berlin)
    try await shop.crm.write { try $0.reminders.set("Water the plants", for: kim, thirdly) }
    try await shop.crm.advance(to: instant("2026-01-17T00:00:00Z"))
    #expect(
      try await fired(shop) == ["2026-01-13T08:00:00.000Z", "2026-01-16T08:00:00.000Z"])
  }

  @Test(
    "Another zone moves what is to come, and nothing twice (HC-043)", arguments: Backend.allCases)
  func zones(backend: Backend) async throws {
    let shop = try await Shop(backend, at: instant("2026-01-10T07:00:00Z"))
    let daily = Recurrence(.day, from: date("2026-01-10"), at: .nine, in: .berlin)
    let reminder = try await shop.crm.write { try $0.reminders.set("Call", for: kim, daily) }
    shop.clock.set(to: instant("2026-01-10T10:00:00Z"))
    try await shop.crm.advance()
    // Nine o'clock of the same day is still to come in New York, and has been.
    try await shop.crm.write { try $0.reminders.move(reminder.id, to: .newYork) }
    try await shop.crm.advance(to: instant("2026-01-12T00:00:00Z"))
    #expect(
      try await fired(shop) == ["2026-01-10T08:00:00.000Z", "2026-01-11T14:00:00.000Z"])
    // Nine o'clock of the next day has passed in Tokyo and was not yet: it falls due at once.
    shop.clock.set(to: instant("2026-01-12T06:00:00Z"))
    try await shop.crm.write { try $0.reminders.move(reminder.id, to: .tokyo) }
    try await shop.crm.advance(to: instant("2026-01-14T00:00:00Z"))
    #expect(
      try await fired(shop).suffix(3) == [
        "2026-01-12T06:00:00.000Z", "2026-01-13T00:00:00.000Z", "2026-01-14T00:00:00.000Z",
      ])
    #expect(try await shop.crm.read { try $0.reminders.get(reminder.id).recurrence.zone } == .tokyo)
  }

  @Test("Moving the zone by more than a day fires no two at once", arguments: Backend.allCases)
  func farAway(backend: Backend) async throws {
    let shop = try await Shop(backend, at: instant("2026-01-10T00:00:00Z"))
    let west = try #require(Zone("Pacific/Pago_Pago"))
    let east = try #require(Zone("Pacific/Kiritimati"))
    let midnight = Recurrence(.day, from: date("2026-01-10"), at: .midnight, in: west)
    let reminder = try await shop.crm.write { try $0.reminders.set("Tide", for: kim, midnight) }
    shop.clock.set(to: instant("2026-01-10T10:59:00Z"))
    try await shop.crm.write { try $0.reminders.move(reminder.id, to: east) }
    #expect(try await shop.crm.advance(to: instant("2026-01-12T10:00:00Z")).failed == 0)
    #expect(
      try await fired(shop) == [
        "2026-01-10T10:59:00.000Z", "2026-01-11T10:00:00.000Z", "2026-01-12T10:00:00.000Z",
      ])
  }

  @Test("It can recur otherwise, end, and be taken away", arguments: Backend.allCases)
  func changes(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _, _) = try await shop.people()
    let daily = Recurrence(
      .day, from: date("2026-01-01"), at: .nine, in: .utc, until: date("2026-01-02"))
    let reminder = try await shop.crm.write { tx in
      try tx.reminders.set("Call", for: kim, daily, about: ada)
    }
    #expect(try await shop.crm.advance(to: .latest).done == 2)
    try await shop.crm.read { tx throws in
      #expect(try tx.reminders.upcoming(for: kim).items.isEmpty)
      #expect(try tx.reminders.upcoming(about: ada).items.isEmpty)
      #expect(try tx.reminders.get(reminder.id).nextAt == nil)
    }
    let twice = Recurrence(
      .day, from: date("2026-01-02"), at: .nine, in: .utc, until: date("2026-01-03"))
    try await shop.crm.write { tx in
      // The second of January has fired.
      let changed = try tx.reminders.reschedule(reminder.id, twice)
      #expect(changed.nextAt == instant("2026-01-03T09:00:00Z"))
      #expect(try tx.reminders.upcoming(for: kim).items == [changed])
    }
    #expect(try await shop.crm.advance(to: .latest).done == 1)
    try await shop.crm.write { tx in
      let endless = Recurrence(.year, from: date("2026-01-04"), at: .nine, in: .utc)
      try tx.reminders.reschedule(reminder.id, endless)
      try tx.reminders.cancel(reminder.id)
      #expect(try tx.agenda.upcoming(for: ada).isEmpty)
      #expect(refusal { try tx.reminders.get(reminder.id) }?.code == .notFound)
    }
  }

  @Test(
    "What cannot be is refused with every problem, and changes nothing", arguments: Backend.allCases
  )
  func problems(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let daily = Recurrence(.day, from: date("2026-02-01"), at: .nine, in: .utc)
    let reminder = try await shop.crm.write { try $0.reminders.set("Call", for: kim, daily) }
    let before = try await shop.exported()
    var broken = daily
    (broken.interval, broken.end) = (0, date("2026-01-31"))
    let past = Recurrence.once(on: date("2025-12-31"), at: .nine, in: .utc)
    try await shop.crm.write { [broken] tx in
      #expect(
        refusal { try tx.reminders.set("\0", for: Principal(rawValue: ""), broken) }?.issues
          .map(\.field)
          == ["text", "owner", "recurrence.interval", "recurrence.end"])
      #expect(
        refusal { try tx.reminders.set("Call", for: kim, past) }?.issues.map(\.field)
          == ["recurrence"])
      #expect(
        refusal { try tx.reminders.reschedule(reminder.id, past) }?.issues.map(\.field)
          == ["recurrence"])
      #expect(
        refusal { try tx.reminders.set("Call", for: kim, daily, about: .zero) }?.code
          == .unknownReference)
      #expect(refusal { try tx.reminders.cancel(.zero) }?.code == .notFound)
      #expect(refusal { try tx.reminders.move(.zero, to: .tokyo) }?.code == .notFound)
    }
    #expect(try await shop.exported() == before)
    #expect(Zone("Europe/Atlantis") == nil)
  }
}
