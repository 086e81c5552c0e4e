import CRMTesting
import Testing

@testable import CRMKit

/// The rules of tiers by themselves, without a store.
@Suite("Tier rules")
struct TierCourseTests {
  static let berlin = Zone("Europe/Berlin") ?? .utc

  @Test(
    "T01: A tier is reached at the event that reaches it, and kept for its term",
    arguments: [
      (TierTerm.endOfNextPeriod, "2027-12-31"), (.endOfPeriod, "2026-12-31"),
      (.monthsFromEntry(12), "2027-03-10"),
    ])
  func terms(term: TierTerm, lastDay: String) throws {
    var life = TierLife(.ladder(term: term))
    try life.earn(999, "2026-02-01T10:00:00Z")
    #expect(life.tier == "Silver")
    try life.earn(1, "2026-03-10T10:00:00Z")
    #expect(life.tier == "Gold")
    #expect(life.course.state.lastDay == CalendarDate(lastDay))
    #expect(life.course.state.enteredAt == Instant("2026-03-10T10:00:00Z"))
  }

  @Test(
    "T02: At the end of a term the year that ended decides, one step down or as far as it goes",
    arguments: [
      (1_000, 700, TierDowngrade.oneStep, "Silver"), (1_000, 700, .toComputed, "Silver"),
      (1_000, 0, .oneStep, "Silver"), (1_000, 0, .toComputed, "Bronze"),
      (5_000, 0, .oneStep, "Gold"), (1_000, 1_000, .oneStep, "Gold"),
    ])
  func termEnd(first: Int64, second: Int64, downgrade: TierDowngrade, tier: String) throws {
    var group = TierGroup.ladder()
    group.downgrade = downgrade
    var life = TierLife(group)
    try life.earn(first, "2026-03-10T10:00:00Z")
    if second > 0 { try life.earn(second, "2027-05-01T10:00:00Z") }
    let before = life.tier
    try life.pass(to: "2027-12-31T22:59:59.999Z")
    #expect(life.tier == before)
    try life.pass(to: "2027-12-31T23:00:00Z")
    #expect(life.tier == tier)
    #expect(tier == "Bronze" || life.course.state.lastDay == CalendarDate("2028-12-31"))
  }

  @Test("T02: A soft landing goes on down, a step at the end of each term")
  func softLanding() throws {
    var life = TierLife(.ladder())
    try life.earn(5_000, "2026-03-10T10:00:00Z")
    try life.pass(to: "2035-01-01T00:00:00Z")
    #expect(life.course.moves.map(\.to) == ["Platinum", "Gold", "Silver", "Bronze"])
    #expect(
      life.course.moves.map(\.at.description) == [
        "2026-03-10T10:00:00.000Z", "2027-12-31T23:00:00.000Z", "2028-12-31T23:00:00.000Z",
        "2029-12-31T23:00:00.000Z",
      ])
  }

  @Test("T04: Thresholds are reached at their number, and tiers passed over are no moves")
  func boundary() throws {
    var life = TierLife(.ladder())
    try life.earn(1_200, "2026-03-10T10:00:00Z")
    #expect(life.course.moves.map(\.to) == ["Gold"])
  }

  @Test("T07: What was granted is a floor until its last day, and no lid")
  func grants() throws {
    let span = Instant("2027-01-10T10:00:00Z")!..<Instant("2027-06-30T22:00:00Z")!
    var life = TierLife(.ladder(), floors: [TierFloor(tier: "Gold", span: span)])
    try life.earn(100, "2027-01-05T10:00:00Z")
    try life.pass(to: "2027-06-30T21:59:59.999Z")
    #expect(life.tier == "Gold")
    var climbing = life
    try life.pass(to: "2027-06-30T22:00:00Z")
    #expect(life.tier == "Bronze")
    #expect(life.course.moves.map(\.reason) == [.granted, .grantEnded])
    climbing = TierLife(.ladder(), floors: [TierFloor(tier: "Gold", span: span)])
    try climbing.earn(100, "2027-01-05T10:00:00Z")
    try climbing.earn(4_900, "2027-05-01T10:00:00Z")
    #expect(climbing.tier == "Platinum")
    try climbing.pass(to: "2027-07-02T00:00:00Z")
    #expect(climbing.tier == "Platinum")
  }

  @Test("T08: A refund of the event that brought a tier for ever takes it, one of another does not")
  func refunds() throws {
    var group = TierGroup(
      "status", tiers: [Tier("Member"), Tier("Platinum", from: .points(10_000))], period: .lifetime,
      term: .lifetime)
    group.onRefund = .revokeIfCause
    var life = TierLife(group)
    let early = try life.earn(9_500, "2026-01-10T10:00:00Z")
    let crossing = try life.earn(600, "2026-02-10T10:00:00Z")
    try life.earn(900, "2026-03-10T10:00:00Z")
    var kept = life
    try kept.refund(300, of: early, "2026-04-01T10:00:00Z")
    try kept.refund(700, of: early, "2026-04-02T10:00:00Z")
    #expect(kept.tier == "Platinum")
    try life.refund(600, of: crossing, "2026-04-01T10:00:00Z")
    #expect(life.tier == "Platinum")  // 10,400 without it

    var alone = TierLife(group)
    try alone.earn(9_500, "2026-01-10T10:00:00Z")
    let last = try alone.earn(600, "2026-02-10T10:00:00Z")
    try alone.refund(200, of: last, "2026-04-01T10:00:00Z")
    #expect(alone.tier == "Member")  // 9,900
    #expect(alone.course.moves.last?.reason == .refunded)
    #expect(alone.course.moves.last?.at == Instant("2026-04-01T10:00:00Z"))
  }

  @Test(
    "A refund revokes what it brought, or lets the term end, or counts all anew",
    arguments: [
      (TierRefund.revokeIfCause, "Gold", "Silver"), (.keepUntilTermEnd, "Gold", "Gold"),
      (.recalculate, "Silver", "Silver"),
    ])
  func refundPolicies(policy: TierRefund, afterOther: String, afterCause: String) throws {
    var group = TierGroup.ladder()
    group.onRefund = policy
    var life = TierLife(group)
    let other = try life.earn(600, "2026-02-01T10:00:00Z")
    let cause = try life.earn(400, "2026-03-10T10:00:00Z")
    var first = life
    try first.refund(50, of: other, "2026-04-01T10:00:00Z")
    #expect(first.tier == afterOther)
    try life.refund(50, of: cause, "2026-04-01T10:00:00Z")
    #expect(life.tier == afterCause)
    #expect(policy == .keepUntilTermEnd || life.course.state.lastDay == CalendarDate("2027-12-31"))
  }

  @Test("T10, T17: What happens at the turn of the year counts on its own side of it")
  func turnOfYear() throws {
    var life = TierLife(.ladder())
    try life.earn(1_000, "2026-03-10T10:00:00Z")
    try life.earn(700, "2027-12-31T22:59:59.999Z")
    try life.earn(400, "2027-12-31T23:00:00Z")  // 2028-01-01T00:00 in Berlin
    #expect(life.course.moves.map(\.to) == ["Gold", "Silver"])
    #expect(life.course.state.window.totals.points == 400)
    #expect(life.course.state.window.before.points == 700)
  }

  @Test("T12: A window of twelve months loses what counted at the end of the same day")
  func rolling() throws {
    var life = TierLife(.ladder(period: .rolling(months: 12), term: .continuous))
    try life.earn(600, "2026-02-15T10:00:00Z")
    try life.earn(500, "2026-06-20T10:00:00Z")
    #expect(life.tier == "Gold")
    try life.pass(to: "2027-02-15T22:59:59.999Z")
    #expect(life.tier == "Gold")
    try life.pass(to: "2027-02-15T23:00:00Z")
    #expect(life.tier == "Silver")
    try life.pass(to: "2027-06-20T22:00:00Z")
    #expect(life.tier == "Bronze")

    var term = TierLife(.ladder(period: .rolling(months: 12), term: .monthsFromEntry(12)))
    try term.earn(600, "2026-02-15T10:00:00Z")
    try term.earn(500, "2026-06-20T10:00:00Z")
    #expect(term.course.state.lastDay == CalendarDate("2027-06-20"))
    try term.pass(to: "2027-06-20T21:59:59.999Z")
    #expect(term.tier == "Gold")
    try term.pass(to: "2027-06-20T22:00:00Z")
    #expect(term.tier == "Silver")
  }

  @Test("HC-060: Days of grace keep a tier that what counts no longer reaches")
  func grace() throws {
    var group = TierGroup.ladder(period: .rolling(months: 12), term: .continuous)
    group.graceDays = 90
    var life = TierLife(group, zone: .utc)
    try life.earn(600, "2025-08-01T00:00:00Z")
    try life.earn(500, "2026-02-01T00:00:00Z")
    #expect(life.tier == "Gold")
    try life.pass(to: "2026-08-02T00:00:00Z")
    #expect(life.tier == "Gold")
    #expect(life.course.state.graceEndsAt == Instant("2026-10-31T00:00:00Z"))
    var again = life
    try life.pass(to: "2026-10-30T23:59:59.999Z")
    #expect(life.tier == "Gold")
    try life.pass(to: "2026-10-31T00:00:00Z")
    #expect(life.tier == "Silver")
    try again.earn(500, "2026-10-01T00:00:00Z")
    try again.pass(to: "2026-11-01T00:00:00Z")
    #expect(again.tier == "Gold")
  }

  @Test("T13: A raised threshold is asked of who enters, not of who is there")
  func raised() throws {
    let change = Instant("2026-07-01T00:00:00Z")!
    var raised = TierGroup.ladder()
    raised.tiers[2] = Tier("Gold", from: .points(1_500))
    var life = TierLife(.ladder(), then: (change, raised))
    try life.earn(1_000, "2026-06-30T10:00:00Z")
    try life.earn(100, "2026-07-02T10:00:00Z")
    #expect(life.tier == "Gold")
    var entering = TierLife(.ladder(), then: (change, raised))
    try entering.earn(1_100, "2026-07-02T10:00:00Z")
    #expect(entering.tier == "Silver")

    var lowered = TierGroup.ladder()
    lowered.tiers[2] = Tier("Gold", from: .points(800))
    var rising = TierLife(.ladder(), then: (change, lowered))
    try rising.earn(850, "2026-06-30T10:00:00Z")
    try rising.pass(to: "2026-07-10T10:00:00Z")
    #expect(rising.tier == "Silver")
    try rising.earn(1, "2026-07-11T10:00:00Z")
    #expect(rising.tier == "Gold")
  }

  @Test("Thresholds on points, spend and events are reached all together or any of them")
  func kinds() throws {
    let all = Tier(
      "Gold", from: .points(100), .spend(Money(minorUnits: 5_000, .eur)), .count(3))
    var any = all
    any.match = .any
    let totals = TierTotals(points: 100, spend: 4_999, count: 3)
    #expect(!all.isReached(by: totals))
    #expect(all.isReached(by: totals + TierTotals(spend: 1)))
    #expect(any.isReached(by: totals))
    #expect(!any.isReached(by: TierTotals(points: 99, spend: 4_999, count: 2)))
  }

  @Test("Membership years begin on the day of enrolment, which short months draw to their end")
  func membership() throws {
    let calendar = TierCalendar(
      zone: Self.berlin, enrolledAt: Instant("2028-02-29T10:00:00Z")!)
    let span = calendar.span(of: .membershipYear, around: Instant("2029-03-01T10:00:00Z")!)
    #expect(span.lowerBound == Instant("2029-02-27T23:00:00Z"))
    #expect(span.upperBound == Instant("2030-02-27T23:00:00Z"))
    let leap = calendar.span(of: .membershipYear, around: Instant("2032-02-28T12:00:00Z")!)
    #expect(leap.upperBound == Instant("2032-02-28T23:00:00Z"))
    let before = calendar.span(of: .membershipYear, around: Instant("2027-06-01T10:00:00Z")!)
    #expect(before.lowerBound == Instant("2027-02-27T23:00:00Z"))
    #expect(before.upperBound == Instant("2028-02-28T23:00:00Z"))
  }

  @Test("A projection says what is missing, by when, and what will be lost")
  func projection() throws {
    var life = TierLife(.ladder())
    try life.earn(500, "2026-03-10T10:00:00Z")
    let silver = try #require(try life.course.projection())
    #expect(silver.climbing.first?.tier == "Gold")
    #expect(silver.climbing.first?.missing == [.points(500)])
    #expect(silver.climbing.first?.by == CalendarDate("2026-12-31"))
    #expect(silver.lastDay == CalendarDate("2027-12-31"))
    #expect(silver.keeping == nil)
    #expect(silver.fall?.tier == "Bronze")
    #expect(silver.fall?.at == Instant("2027-12-31T23:00:00Z"))
    try life.earn(100, "2027-03-10T10:00:00Z")
    let kept = try #require(try life.course.projection())
    #expect(kept.keeping?.missing == [.points(400)])
    #expect(kept.keeping?.by == CalendarDate("2027-12-31"))

    var rolling = TierLife(.ladder(period: .rolling(months: 12), term: .continuous))
    try rolling.earn(600, "2026-02-15T10:00:00Z")
    try rolling.earn(500, "2026-06-20T10:00:00Z")
    let fall = try rolling.course.projection()?.fall
    #expect(fall?.tier == "Silver")
    #expect(fall?.at == Instant("2027-02-15T23:00:00Z"))
  }

  @Test("Going on from what was kept is going the whole way", arguments: UInt64(1)...40)
  func replay(seed: UInt64) throws {
    var numbers = SeededNumbers(seed)
    var group = try TierGroup.random(using: &numbers)
    group.graceDays = Int.random(in: 0...1, using: &numbers) * 45
    var life = TierLife(group)
    var now = Instant("2026-01-05T10:00:00Z")!
    var earned: [TierEvent] = []
    for _ in 0..<40 {
      now = now + .seconds(Int64.random(in: 0...9_000_000, using: &numbers))
      if let event = earned.randomElement(using: &numbers), numbers.next() % 4 == 0 {
        let half = event.totals.points / 2
        try life.refund(half, of: event, now.description)
      } else {
        earned.append(try life.earn(Int64.random(in: 1...900, using: &numbers), now.description))
      }
    }
    now = now + .seconds(40_000_000)
    try life.pass(to: now.description)
    let replayed = try #require(try TierCourse.replayed(life.course.terms, until: now))
    #expect(replayed.moves == life.course.moves)
    #expect(replayed.state == life.course.state)
  }

  @Test(
    "What became known late is added where that comes to going the whole way",
    arguments: UInt64(1)...60)
  func addedLate(seed: UInt64) throws {
    var numbers = SeededNumbers(seed)
    let group = try TierGroup.random(using: &numbers)
    var life = TierLife(group)
    var now = Instant("2026-01-05T10:00:00Z")!
    var earned: [TierEvent] = []
    for _ in 0..<80 {
      now = now + .seconds(Int64.random(in: 0...2_000_000, using: &numbers))
      let late = Int64.random(in: 0...3, using: &numbers) * 2_000_000
      let at = max(Instant("2026-01-01T10:00:00Z")!, now - .seconds(late))
      if let event = earned.randomElement(using: &numbers), numbers.next() % 8 == 0 {
        try life.refund(event.totals.points / 2, of: event, now.description)
      } else {
        earned.append(
          try life.earn(Int64.random(in: 1...60, using: &numbers), at.description))
      }
      let whole = try #require(try TierCourse.replayed(life.course.terms, until: now)).state
      try life.pass(to: now.description)
      let state = life.course.state
      #expect(state.tier == whole.tier && state.enteredAt == whole.enteredAt)
      #expect(state.lastDay == whole.lastDay && state.cause == whole.cause)
      #expect(state.graceEndsAt == whole.graceEndsAt)
      #expect(state.window.totals == whole.window.totals || group.period == .rolling(months: 7))
    }
    #expect(life.added > 0)
  }
}

extension TierCourseTests {
  @Test(
    "T08: What brought a tier that is kept is found in what counted since, as on the whole way",
    arguments: UInt64(1)...60)
  func causeLeft(seed: UInt64) throws {
    var numbers = SeededNumbers(seed)
    var group = TierGroup.ladder(
      period: [.calendarYear, .membershipYear, .lifetime].randomElement(using: &numbers)!)
    group.term = group.period.hasSpans ? .endOfNextPeriod : .lifetime
    var life = TierLife(group)
    var now = Instant("2026-01-05T10:00:00Z")!
    var earned: [TierEvent] = []
    var found = 0
    for _ in 0..<60 {
      now = now + .seconds(Int64.random(in: 0...1_500_000, using: &numbers))
      if let event = earned.randomElement(using: &numbers), numbers.next() % 4 == 0 {
        earned.removeAll { $0.entry == event.entry }
        try life.refund(event.totals.points / 2, of: event, now.description)
        guard let rank = group.rank(of: life.course.state.tier), rank > 0,
          let cause = try life.course.causeLeft(in: group, of: rank),
          let last = life.last
        else { continue }
        let whole = try life.course.withoutTakenBack(until: last)
        #expect(whole.tier == life.course.state.tier && whole.cause == cause)
        found += 1
      } else {
        earned.append(try life.earn(Int64.random(in: 50...500, using: &numbers), now.description))
      }
    }
    #expect(found > 0)
  }
}

/// A member's life in a group of tiers.
struct TierLife {
  private(set) var course: TierCourse

  /// How many events came late and were added without going the whole way.
  private(set) var added = 0

  private let book: TierBook

  init(
    _ group: TierGroup, zone: Zone = TierCourseTests.berlin, floors: [TierFloor] = [],
    then change: (at: Instant, group: TierGroup)? = nil
  ) {
    let book = TierBook()
    self.book = book
    let start = Instant("2025-01-01T00:00:00Z") ?? .earliest
    let terms = TierCourse.Terms(
      group: { instant in
        if let change, change.at <= instant { change.group } else { group }
      }, calendar: TierCalendar(zone: zone, enrolledAt: start), floors: floors,
      counted: { book.counted(in: $0, limit: $1) },
      history: { book.events.sorted(by: TierEvent.precedes) })
    course = TierCourse(in: group, at: start, terms)
  }

  var tier: String { course.state.shown }

  /// What happened last.
  var last: TierEvent? { book.events.last }

  @discardableResult
  mutating func earn(_ points: Int64, _ text: String) throws -> TierEvent {
    let at = try #require(Instant(text))
    return try note(TierEvent(at: at, countsAt: at, totals: TierTotals(points: points)))
  }

  mutating func refund(_ points: Int64, of event: TierEvent, _ text: String) throws {
    let at = try #require(Instant(text))
    try note(
      TierEvent(
        at: at, countsAt: event.countsAt, origin: event.entry, totals: TierTotals(points: -points)))
  }

  @discardableResult
  private mutating func note(_ event: TierEvent) throws -> TierEvent {
    var event = event
    event.sequence = Int64(book.events.count + 1)
    event.entry = LedgerEntry.identifier(in: "club", event.sequence)
    book.events.append(event)
    if !course.state.isLate(event) {
      try course.count(event)
    } else if course.addLate(event) {
      added += 1
    } else {
      let whole = try TierCourse.replayed(course.terms, until: max(course.state.asOf, event.at))
      course.resume(from: try #require(whole).state)
    }
    return event
  }

  mutating func pass(to text: String) throws {
    try course.advance(to: try #require(Instant(text)))
  }
}

/// What has counted for a member of a test.
final class TierBook {
  var events: [TierEvent] = []

  func counted(in span: Range<Instant>, limit: Int?) -> [TierEvent] {
    let found = events.filter { span.contains($0.countsAt) }.sorted { $0.countsAt < $1.countsAt }
    return Array(found.prefix(limit ?? .max))
  }
}

extension TierGroup {
  /// A ladder of any period, with terms that go with it.
  fileprivate static func random(using numbers: inout SeededNumbers) throws -> TierGroup {
    let periods: [TierPeriod] = [
      .calendarYear, .membershipYear, .rolling(months: 7), .lifetime,
    ]
    var group = ladder(period: try #require(periods.randomElement(using: &numbers)))
    let terms: [TierTerm] =
      group.period.hasSpans
      ? [.endOfPeriod, .endOfNextPeriod, .monthsFromEntry(5), .continuous]
      : [.monthsFromEntry(5), .continuous, .lifetime]
    group.term = try #require(terms.randomElement(using: &numbers))
    group.downgrade = try #require(TierDowngrade.allCases.randomElement(using: &numbers))
    group.onRefund = try #require(TierRefund.allCases.randomElement(using: &numbers))
    return group
  }

  /// Bronze 0, Silver 500, Gold 1,000, Platinum 5,000.
  static func ladder(
    _ name: String = "status", period: TierPeriod = .calendarYear, term: TierTerm = .endOfNextPeriod
  ) -> TierGroup {
    TierGroup(
      name,
      tiers: [
        Tier("Bronze"), Tier("Silver", from: .points(500)), Tier("Gold", from: .points(1_000)),
        Tier("Platinum", from: .points(5_000)),
      ], period: period, term: term)
  }
}
