import CRMKit
import Testing

@Suite("Zones")
struct ZoneTests {
  @Test(
    "A local time is an instant, daylight saving included",
    arguments: [
      ("Europe/Berlin", "2026-03-28", "09:00", "2026-03-28T08:00:00.000Z"),
      ("Europe/Berlin", "2026-03-29", "09:00", "2026-03-29T07:00:00.000Z"),
      // Left out: the clock goes from 02:00 to 03:00.
      ("Europe/Berlin", "2026-03-29", "01:59", "2026-03-29T00:59:00.000Z"),
      ("Europe/Berlin", "2026-03-29", "02:00", "2026-03-29T01:00:00.000Z"),
      ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:00:00.000Z"),
      ("America/New_York", "2026-03-08", "02:59", "2026-03-08T07:00:00.000Z"),
      // Left out: half an hour.
      ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30:00.000Z"),
      ("Europe/Berlin", "2026-03-29", "03:00", "2026-03-29T01:00:00.000Z"),
      // Twice: the first of them.
      ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30:00.000Z"),
      ("Europe/Berlin", "2026-10-25", "03:00", "2026-10-25T02:00:00.000Z"),
      ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00.000Z"),
      ("Asia/Seoul", "2026-01-01", "00:00", "2025-12-31T15:00:00.000Z"),
      ("Asia/Kathmandu", "2026-01-01", "05:45", "2026-01-01T00:00:00.000Z"),
      // A day that begins at one o'clock.
      ("Africa/Cairo", "2026-04-24", "00:00", "2026-04-23T22:00:00.000Z"),
      ("America/Santiago", "2026-09-06", "00:00", "2026-09-06T04:00:00.000Z"),
      // A day that was left out whole.
      ("Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00:00.000Z"),
      ("Pacific/Apia", "2011-12-31", "00:00", "2011-12-30T10:00:00.000Z"),
      ("UTC", "2026-06-01", "23:59", "2026-06-01T23:59:00.000Z"),
    ])
  func instants(name: String, date: String, time: String, expected: String) throws {
    let zone = try #require(Zone(name))
    let instant = zone.instant(
      of: try #require(CalendarDate(date)), at: try #require(TimeOfDay(time)))
    #expect(instant.description == expected)
  }

  @Test(
    "Every instant's date and time lead back to it, but where a clock shows it twice",
    arguments: ["Europe/Berlin", "America/New_York", "Asia/Seoul", "Australia/Lord_Howe", "UTC"])
  func roundTrip(name: String) throws {
    let zone = try #require(Zone(name))
    var earlier = 0
    for hour in 0..<(2 * 8_760) {
      let instant = Instant(milliseconds: 1_767_225_600_000) + .seconds(hour * 1_800)
      let back = zone.instant(of: zone.date(of: instant), at: zone.time(of: instant))
      #expect(back <= instant && instant - back <= .seconds(3_600))
      if back != instant { earlier += 1 }
      #expect(zone.startOfDay(zone.date(of: instant)) <= instant)
    }
    #expect(earlier <= 2)
  }

  @Test(
    "What is no zone or time is none",
    arguments: ["Mars/Phobos", "CET+1", "", "GMT+3", "Europe/", "\0", "Europe/Berlin\0"])
  func unknown(name: String) {
    #expect(Zone(name) == nil)
    #expect(TimeOfDay(name) == nil)
  }

  @Test("A time is written with two digits each")
  func times() throws {
    #expect(TimeOfDay(hour: 9)?.description == "09:00")
    #expect(TimeOfDay("23:59")?.minutes == 1_439)
    for text in ["24:00", "9:00", "09:60", "-1:00", "+1:00", "09:00:00", "٠٩:٠٠"] {
      #expect(TimeOfDay(text) == nil)
    }
  }

  @Test("The firm's date is that of its zone", arguments: Backend.allCases)
  func today(backend: Backend) async throws {
    let evening = try #require(Instant("2026-03-31T22:30:00Z"))
    for (name, expected) in [("Europe/Berlin", "2026-04-01"), ("UTC", "2026-03-31")] {
      let shop = try await Shop(backend, at: evening, zone: try #require(Zone(name)))
      #expect(try await shop.crm.read { $0.today.description } == expected)
    }
  }
}
