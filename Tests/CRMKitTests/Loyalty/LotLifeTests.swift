import Testing

@testable import CRMKit

struct LotLifeTests {
  static let berlin = LocalDays(in: Zone("Europe/Berlin") ?? .utc)

  private func instant(_ text: String) throws -> Instant { try #require(Instant(text)) }

  private func life(
    _ earnedAt: String, _ policy: ExpiryPolicy, waiting wait: PendingTerms.Wait = .nothing
  ) throws -> LotLife {
    LotLife(earnedAt: try instant(earnedAt), waiting: wait, lasting: policy, in: Self.berlin)
  }

  @Test(
    "X02: Points end with the local day, whatever the clock does in it",
    arguments: [
      ("2026-03-27T12:00:00Z", "2026-03-28T23:00:00Z"),
      ("2026-03-28T12:00:00Z", "2026-03-29T22:00:00Z"),
      ("2026-10-24T12:00:00Z", "2026-10-25T23:00:00Z"),
    ])
  func daylightSaving(_ earnedAt: String, _ expiresAt: String) throws {
    #expect(try life(earnedAt, .init(.days(1))).expiresAt == instant(expiresAt))
  }

  @Test(
    "X05: A month that is too short ends on its last day",
    arguments: [
      ("2026-01-31", 1, "2026-02-28"), ("2026-01-30", 1, "2026-02-28"),
      ("2026-08-31", 6, "2027-02-28"), ("2027-08-31", 6, "2028-02-29"),
      ("2028-02-29", 12, "2029-02-28"), ("2026-12-15", 1, "2027-01-15"),
    ])
  func clamping(_ earnedOn: String, _ months: Int, _ last: String) throws {
    let life = try life("\(earnedOn)T11:00:00Z", .init(.months(months)))
    #expect(life.lastValidDay == CalendarDate(last))
    #expect(life.expiresAt == Self.berlin.end(of: try #require(life.lastValidDay)))
  }

  @Test("X07: Points can last to the end of the month")
  func monthEnd() throws {
    let policy = ExpiryPolicy(.months(12), rounding: .monthEnd)
    let year = try life("2020-07-06T10:00:00Z", policy)
    #expect(year.lastValidDay == CalendarDate("2021-07-31"))
    #expect(try year.expiresAt == instant("2021-07-31T22:00:00Z"))
    let month = try life("2026-01-22T10:00:00Z", .init(.months(0), rounding: .monthEnd))
    #expect(try month.expiresAt == instant("2026-01-31T23:00:00Z"))
  }

  @Test("X08: The year is that of the programme's zone")
  func yearEnd() throws {
    let life = try life("2026-12-31T23:30:00Z", .init(.months(0), rounding: .yearEnd))
    #expect(try life.expiresAt == instant("2027-12-31T23:00:00Z"))
  }

  @Test(
    "Points can last to the end of a quarter, of half a year and to a fixed day",
    arguments: [
      ("2026-02-10", .quarterEnd, "2027-03-31"), ("2026-06-30", .halfYearEnd, "2027-06-30"),
      ("2026-07-01", .halfYearEnd, "2027-12-31"),
      ("2026-03-31", .fixedDay(month: 3, day: 31), "2027-03-31"),
      ("2026-04-01", .fixedDay(month: 3, day: 31), "2028-03-31"),
      ("2025-04-01", .fixedDay(month: 2, day: 29), "2027-02-28"),
      ("2027-02-28", .fixedDay(month: 2, day: 29), "2028-02-29"),
    ] as [(String, ExpiryPolicy.Rounding, String)])
  func drawnOut(_ earnedOn: String, _ rounding: ExpiryPolicy.Rounding, _ last: String) throws {
    let life = try life("\(earnedOn)T10:00:00Z", .init(.months(12), rounding: rounding))
    #expect(life.lastValidDay == CalendarDate(last))
  }

  @Test("Points can end at the time of day at which they were earned, and never")
  func instants() throws {
    let months = try life("2026-01-31T10:15:30.250Z", .init(.months(1), rounding: .instant))
    #expect(try months.expiresAt == instant("2026-02-28T10:15:30.250Z"))
    #expect(months.lastValidDay == nil)
    let days = try life("2026-03-28T10:00:00Z", .init(.days(1), rounding: .instant))
    #expect(try days.expiresAt == instant("2026-03-29T09:00:00Z"))
    #expect(try life("2026-01-01T10:00:00Z", .init(.never)).expiresAt == nil)
  }

  @Test("X12: Inactivity ends points no later than the hard cap does")
  func hardCap() throws {
    let policy = ExpiryPolicy(.inactivity(18, hardCap: 48))
    let life = try life("2024-01-01T10:00:00Z", policy)
    #expect(life.followsActivity)
    #expect(life.lastValidDay == CalendarDate("2028-01-01"))
    let lapse = policy.lapse(
      afterActivityAt: try instant("2024-02-01T10:00:00Z"), in: Self.berlin)
    #expect(lapse.lastValidDay == CalendarDate("2025-08-01"))
    #expect(try self.life("2024-01-01T10:00:00Z", .init(.inactivity(18))).expiresAt == nil)
  }

  @Test("H01, H04: Points wait for the first instant of a day, and last from either day on")
  func waiting() throws {
    let earned = "2026-03-01T09:00:00Z"
    var policy = ExpiryPolicy(.months(12))
    let byEarning = try life(earned, policy, waiting: .days(14))
    #expect(try byEarning.activeAt == instant("2026-03-14T23:00:00Z"))
    #expect(byEarning.lastValidDay == CalendarDate("2027-03-01"))
    policy.clockStart = .activation
    let byActivation = try life(earned, policy, waiting: .days(14))
    #expect(byActivation.lastValidDay == CalendarDate("2027-03-15"))
    #expect(byActivation.activeAt == byEarning.activeAt)
  }

  @Test("H04: Points that wait for delivery last from it on, or go after so many days")
  func onAction() throws {
    var policy = ExpiryPolicy(.months(12))
    policy.clockStart = .activation
    let waits = try life(
      "2026-03-01T09:00:00Z", policy, waiting: .onAction("delivered", pendingMaxDays: 90))
    #expect(waits.awaits == "delivered")
    #expect(try waits.cancelAt == instant("2026-05-29T22:00:00Z"))
    #expect(waits.expiresAt == nil)
    let active = waits.activated(
      at: try instant("2026-03-05T12:00:00Z"), lasting: policy, in: Self.berlin)
    #expect(active.awaits == nil && active.cancelAt == nil)
    #expect(active.lastValidDay == CalendarDate("2027-03-05"))
  }

  @Test("X14: What was earned keeps its end when a version makes points last otherwise")
  func frozen() throws {
    let before = try life("2026-06-30T10:00:00Z", .init(.months(12)))
    let after = try life("2026-07-01T10:00:00Z", .init(.months(6)))
    #expect(before.lastValidDay == CalendarDate("2027-06-30"))
    #expect(after.lastValidDay == CalendarDate("2027-01-01"))
  }

  @Test("Points earned at either end of the calendar have a life")
  func ends() {
    for unit in [
      ExpiryPolicy.Unit.months(1_200), .days(36_525), .inactivity(1_200, hardCap: 1_200),
    ] {
      for rounding: ExpiryPolicy.Rounding in [
        .dayEnd, .instant, .monthEnd, .quarterEnd, .halfYearEnd, .yearEnd,
        .fixedDay(month: 2, day: 29),
      ] {
        for start in [Instant.earliest, .latest] {
          let life = LotLife(
            earnedAt: start, waiting: .days(36_525), lasting: .init(unit, rounding: rounding),
            in: Self.berlin)
          #expect(life.expiresAt.map { $0 >= start } ?? true)
        }
      }
    }
  }

  @Test(
    "Days are those of the zone, the ones a zone leaves out and draws out included",
    arguments: [
      "Europe/Berlin", "Pacific/Apia", "America/Sao_Paulo", "America/Havana", "Asia/Kathmandu",
    ])
  func localDays(_ name: String) throws {
    let zone = try #require(Zone(name))
    let days = LocalDays(in: zone)
    for start in ["2011-12-28T00:00:00Z", "2018-02-16T00:00:00Z", "2026-03-28T00:00:00Z"] {
      var now = try instant(start)
      for _ in 0..<200 {
        #expect(days.date(of: now) == zone.date(of: now))
        #expect(days.start(of: days.date(of: now)) == zone.startOfDay(zone.date(of: now)))
        now = now + .seconds(1_801)
      }
    }
  }
}
