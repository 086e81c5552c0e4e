/// What a programme would have given for events, one after the other; pure.
///
/// It keeps what an award depends on (used caps, first purchases, what is carried, tiers) for each
/// member in memory, and nothing of the events but what rolling windows of tiers need.
struct ProgrammeReplay {
  /// Who events are of.
  struct Member: Hashable, Sendable {
    var id: LoyaltyMember.ID
    var enrolledAt = Instant.earliest
    var birthday: Birthday?
  }

  let prepared: PreparedProgramme
  let days: LocalDays
  private let tierGroup: TierGroup?
  var uses: [CapUse.ID: Int64] = [:]
  private var buyers: Set<LoyaltyMember.ID> = []
  private var carried: [LoyaltyMember.ID: [Fraction]] = [:]
  private(set) var climbs: [LoyaltyMember.ID: TierReplay] = [:]

  /// Events of which something is refunded later, by their entries.
  var earned: [LedgerEntry.ID: Earned] = [:]

  /// - Throws: ``CRMError/Code/invalid`` with every problem of the programme.
  init(_ programme: LoyaltyProgramme) throws {
    let problems = programme.problems()
    guard problems.isEmpty else { throw CRMError.invalid("loyalty_programmes", problems) }
    do {
      prepared = try PreparedProgramme(programme)
    } catch is Fraction.Overflow {
      throw LoyaltyError(.overflow, "rates")
    }
    days = LocalDays(in: programme.zone)
    let name = programme.tier.factors.first?.group
    tierGroup = programme.tierGroups.first { $0.name == name }
  }

  /// The award for the next event.
  ///
  /// - Parameters:
  ///   - moneyRate: How many minor units of the programme's money one of the order's is, where no
  ///     rate is stated.
  ///   - entry: The entry of the event, if there is one.
  ///   - isRefunded: Whether something of it is refunded later.
  /// - Throws: ``LoyaltyError`` of code `invalidAmount`, `noRate` or `overflow`; the event has left
  ///   nothing then.
  mutating func add(
    _ request: EarnRequest, of member: Member, at instant: Instant, moneyRate: Fraction? = nil,
    as entry: LedgerEntry.ID? = nil, isRefunded: Bool = false
  ) throws -> Award {
    try request.check()
    var context = EarningContext(day: days.date(of: instant))
    if let currency = request.currency, currency != prepared.programme.money {
      context.moneyRate = try prepared.programme.statedRate(of: currency) ?? moneyRate
    }
    context.isFirstPurchase = prepared.asksFirstPurchase && !buyers.contains(member.id)
    if prepared.asksBirthday { context.birthday = member.closeness(on: context.day) }
    if request.occasion == .order { context.carried = carried[member.id] ?? [] }
    let kept = prepared.caps.map { cap in
      cap.isUsed(by: request)
        ? CapUse(
          of: cap, in: prepared.programme.name, by: member.id, for: request, on: context.day
        ).id : nil
    }
    context.used = kept.map { id in id.flatMap { uses[$0] } ?? 0 }
    if let tierGroup {
      let climb = climbs[member.id] ?? TierReplay(tierGroup, days.zone, member.enrolledAt)
      climbs[member.id] = climb
      context.standing = try climb.standing(at: instant)
    }
    let award = try EarningRules.evaluate(prepared, request, context)
    try keep(award, request, of: member, at: instant, kept, entry)
    if let entry, isRefunded {
      earned[entry] = Earned(request: request, member: member, at: instant, award: award)
    }
    return award
  }

  private mutating func keep(
    _ award: Award, _ request: EarnRequest, of member: Member, at instant: Instant,
    _ kept: [CapUse.ID?], _ entry: LedgerEntry.ID?
  ) throws {
    for (cap, id) in zip(prepared.caps, kept) {
      guard let id else { continue }
      let use = cap.use(by: award, of: prepared.kinds[cap.kind].name)
      if use > 0 { uses[id] = (try? (uses[id] ?? 0).plus(use)) ?? .max }
    }
    if request.occasion == .order {
      if prepared.asksFirstPurchase { buyers.insert(member.id) }
      if prepared.programme.rounding.carriesRemainder {
        let before = carried[member.id] ?? prepared.kinds.map { _ in .zero }
        carried[member.id] = zip(prepared.kinds, before).map { kind, before in
          award.totals.first { $0.points == kind.name }?.remainder ?? before
        }
      }
    }
    guard let climb = climbs[member.id] else { return }
    let plan = try EarningPlan(award, for: request, by: prepared, at: instant, in: days)
    try climb.count(
      TierEvent(
        at: plan.qualifiesAt, countsAt: plan.qualifiesAt, entry: entry, totals: plan.counted))
  }
}

extension ProgrammeReplay.Member {
  fileprivate func closeness(on day: CalendarDate) -> EarningSeason.Birthday {
    guard let celebrated = birthday?.celebrated(in: day.year), celebrated.month == day.month
    else { return .any }
    return celebrated == day ? .day : .month
  }
}

/// A member's way through the tiers that multiply points, while events are replayed.
final class TierReplay {
  private let group: TierGroup
  private let calendar: TierCalendar
  private let enrolledAt: Instant
  /// The earliest that counts first.
  private var events: [TierEvent] = []
  private var state: TierState?

  init(_ group: TierGroup, _ zone: Zone, _ enrolledAt: Instant) {
    self.group = group
    self.enrolledAt = enrolledAt
    calendar = TierCalendar(zone: zone, enrolledAt: enrolledAt)
  }

  private var terms: TierCourse.Terms {
    let (group, events) = (group, events)
    return TierCourse.Terms(
      group: { _ in group }, calendar: calendar,
      counted: { span, limit in
        let found = events.lazy.filter { span.contains($0.countsAt) }
        return Array(found.prefix(limit ?? .max))
      }, history: { events.sorted(by: TierEvent.precedes) })
  }

  private func course(at instant: Instant) throws -> TierCourse {
    let terms = terms
    var course =
      state.map { TierCourse(from: $0, terms) }
      ?? TierCourse(in: group, at: max(enrolledAt, .earliest), terms)
    if instant > course.state.asOf { try course.look(at: instant) }
    return course
  }

  func standing(at instant: Instant) throws -> TierAtEarning {
    var course = try course(at: instant)
    if course.state.asOf > instant, let past = try course.past(until: instant) { course = past }
    let state = course.state
    return TierAtEarning(group.name, state.shown, state.window.totals)
  }

  func count(_ event: TierEvent) throws {
    var event = event
    event.sequence = Int64(events.count + 1)
    var course = try course(at: event.at)
    let place = events.lastIndex { $0.countsAt <= event.countsAt }.map { $0 + 1 } ?? 0
    events.insert(event, at: place)
    guard !course.state.isLate(event) else {
      // The whole way is looked at again, as it is for what the ledger learns late.
      let end = max(course.state.asOf, event.at)
      state = try TierCourse.replayed(terms, until: end)?.state ?? state
      return
    }
    try course.count(event)
    state = course.state
  }
}
