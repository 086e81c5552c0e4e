/// A member's way through a group of tiers: what happens and what time does, in their order.
///
/// It knows nothing of a store. An event costs the same however much has counted before; windows
/// that roll look up what leaves them.
struct TierCourse {
  /// What decides of a group of tiers for one member; boxed, as it goes with every course.
  final class Terms {
    /// The group as the version of the programme has it that an instant falls under; `nil` where
    /// that has no such group.
    let group: (Instant) -> TierGroup?

    /// When the first version begins after an instant that has such a group; `nil` for none.
    let next: (Instant) -> Instant?

    /// Whether the group is the same from an instant up to another.
    let isSteady: (_ since: Instant, Instant) -> Bool

    /// The member's days.
    let calendar: TierCalendar

    /// The tiers that were granted.
    private(set) var floors: [TierFloor]

    /// Where the member stood when a membership was joined with it; nothing before is looked at.
    private(set) var start: TierState?

    /// What counted from an instant until before another, the earliest first, up to a number.
    private(set) var counted: (Range<Instant>, _ limit: Int?) throws -> [TierEvent]

    /// All that was counted or taken back since the start, in its order.
    private(set) var history: () throws -> [TierEvent]

    /// Whether what was taken back was left out of what it had been taken from.
    private(set) var isNet = false

    init(
      group: @escaping (Instant) -> TierGroup?,
      next: @escaping (Instant) -> Instant? = { _ in nil },
      isSteady: @escaping (_ since: Instant, Instant) -> Bool = { _, _ in true },
      calendar: TierCalendar, floors: [TierFloor] = [], start: TierState? = nil,
      counted: @escaping (Range<Instant>, _ limit: Int?) throws -> [TierEvent],
      history: @escaping () throws -> [TierEvent]
    ) {
      self.group = group
      self.next = next
      self.isSteady = isSteady
      self.calendar = calendar
      self.floors = floors
      self.start = start
      self.counted = counted
      self.history = history
    }

    private func copy() -> Terms {
      let copy = Terms(
        group: group, next: next, isSteady: isSteady, calendar: calendar, floors: floors,
        start: start, counted: counted, history: history)
      copy.isNet = isNet
      return copy
    }

    /// The same with other tiers granted.
    func with(_ floors: [TierFloor]) -> Terms {
      let copy = copy()
      copy.floors = floors
      return copy
    }

    /// The same as if no membership had been joined with it.
    func unjoined(_ history: @escaping () throws -> [TierEvent]) -> Terms {
      let copy = copy()
      copy.start = nil
      copy.history = history
      return copy
    }

    /// When a member's way begins who joins at an instant: then, or when there first is such a group.
    func beginning(from start: Instant) -> Instant? {
      group(start) == nil ? next(start) : start
    }

    /// The same for events that are all there is since the start.
    ///
    /// What had counted before a start is still in its window, and leaves it in its time.
    func over(_ events: [TierEvent], isNet: Bool = false) -> Terms {
      let copy = copy()
      copy.isNet = copy.isNet || isNet
      let sorted = events.sorted { $0.countsAt < $1.countsAt }
      copy.history = { events }
      copy.counted = { [counted, start] span, limit in
        let found = sorted.lazy.filter { span.contains($0.countsAt) }
        guard let start else { return Array(found.prefix(limit ?? .max)) }
        let earlier = try counted(span, nil).filter { $0.sequence <= start.countedSequence }
        let all = (earlier + found).sorted { $0.countsAt < $1.countsAt }
        return Array(all.prefix(limit ?? .max))
      }
      return copy
    }
  }

  let terms: Terms
  private(set) var state: TierState
  var moves: [TierMove] = []

  /// Goes on from where a member stands.
  init(from state: TierState, _ terms: Terms) {
    self.terms = terms
    self.state = state
  }

  /// Begins at the lowest tier.
  init(in group: TierGroup, at start: Instant, _ terms: Terms) {
    self.terms = terms
    let lowest = group.tiers.first?.name ?? ""
    state = TierState(
      tier: lowest, shown: lowest, enteredAt: start, window: TierWindow(start: start, end: start),
      asOf: start)
    state.window = window(of: group.period, at: start, after: nil)
  }

  /// Begins at the lowest tier when a member joins, or when there first is such a group; `nil` where
  /// there never is.
  init?(from start: Instant, _ terms: Terms) {
    guard let beginning = terms.beginning(from: start), let group = terms.group(beginning) else {
      return nil
    }
    self.init(in: group, at: beginning, terms)
    // What counted while there was no such group counts for nothing in it.
    if beginning > start { state.window.start = max(state.window.start, beginning) }
  }

  private var calendar: TierCalendar { terms.calendar }

  /// Notes that it was looked at up to an instant.
  mutating func reach(_ instant: Instant) { state.asOf = max(state.asOf, instant) }

  /// Goes on from another state, with the moves so far.
  mutating func resume(from state: TierState) { self.state = state }

  /// Whether the points that the member can spend are what counts.
  var isByBalance: Bool { terms.group(state.asOf)?.period == .balance }

  // MARK: What time does

  /// When time does something next, at the earliest; `nil` where it does nothing.
  var nextReviewAt: Instant? {
    var next = ownReviewAt
    for floor in terms.floors {
      next = sooner(floor.span.lowerBound, next)
      next = sooner(floor.span.upperBound, next)
    }
    return next
  }

  /// The first of an instant that is still to come and another one.
  private func sooner(_ instant: Instant, _ other: Instant?) -> Instant? {
    guard instant > state.asOf else { return other }
    return min(instant, other ?? instant)
  }

  private var ownReviewAt: Instant? {
    guard let group = terms.group(state.asOf), let rank = group.rank(of: state.tier), rank > 0
    else { return nil }
    if let graceEndsAt = state.graceEndsAt { return graceEndsAt }
    if let lastDay = state.lastDay { return calendar.end(of: lastDay) }
    return group.term == .continuous ? state.window.end : nil
  }

  /// Lets time pass: terms end, windows roll on, what was granted ends.
  mutating func advance(to instant: Instant) throws {
    var last: Instant?
    while let next = nextReviewAt, next <= instant, last.map({ next > $0 }) ?? true {
      last = next
      try pass(next)
    }
  }

  private mutating func pass(_ instant: Instant) throws {
    if let due = ownReviewAt, due <= instant { try review(at: due) }
    state.asOf = max(state.asOf, instant)
    show(at: instant, terms.floors.contains { $0.span.contains(instant) } ? .granted : .grantEnded)
  }

  private mutating func review(at instant: Instant) throws {
    guard let group = terms.group(instant), let rank = group.rank(of: state.tier) else { return }
    try roll(to: instant - .milliseconds(1), group)
    let past = group.rank(reachedBy: state.window.totals)
    try roll(to: instant, group)
    let present = group.rank(reachedBy: state.window.totals)
    state.asOf = max(state.asOf, instant)
    let reached = reachedRank(group, past: past, present: present)
    if reached >= rank {
      let ends = state.lastDay != nil || state.graceEndsAt != nil
      state.graceEndsAt = nil
      if ends { state.lastDay = lastDay(of: reached, in: group, reviewedAt: instant) }
      if reached > rank { enter(reached, in: group, at: instant) }
      show(at: instant, .reviewed)
    } else if group.graceDays > 0, state.graceEndsAt == nil {
      state.graceEndsAt = calendar.end(
        of: calendar.date(before: instant).plus(days: group.graceDays))
    } else {
      fall(from: rank, reached, in: group, at: instant, .termEnded, cause: nil)
    }
  }

  /// What decides at the end of a term, or of the days of grace after it.
  private func reachedRank(_ group: TierGroup, past: Int, present: Int) -> Int {
    guard group.period.hasSpans else { return present }
    switch group.term {
    case .endOfPeriod, .continuous: return present
    case .endOfNextPeriod, .monthsFromEntry, .lifetime:
      guard state.graceEndsAt != nil else { return past }
      return max(past, present, group.rank(reachedBy: state.window.before))
    }
  }

  private func lastDay(of rank: Int, in group: TierGroup, reviewedAt: Instant) -> CalendarDate? {
    rank == 0 ? nil : calendar.lastDay(of: group.term, in: group.period, reviewedAt: reviewedAt)
  }

  /// Lets time pass up to an instant, and regards what was granted or ended at it.
  mutating func regard(at instant: Instant, because reason: TierChange.Reason) throws {
    try advance(to: instant)
    state.asOf = max(state.asOf, instant)
    show(at: instant, reason)
  }

  // MARK: What happens

  /// Counts an event that has happened no earlier than what was counted before it.
  mutating func count(_ event: TierEvent) throws {
    try advance(to: event.at)
    guard let group = terms.group(event.at), group.rank(of: state.tier) != nil else { return }
    try roll(to: event.at, group)
    add(event, group)
    state.asOf = max(state.asOf, event.at)
    (state.countedAt, state.countedSequence) = (event.at, event.sequence)
    if event.takesBack, group.term != .continuous, !terms.isNet {
      try takeBack(event, group)
    } else {
      evaluate(group, at: event.at, event.takesBack ? .refunded : event.reason, cause: event.entry)
    }
  }

  /// Looks at the points a member can spend, where those are what counts.
  mutating func see(_ balance: Int64, at instant: Instant, cause: LedgerEntry.ID?) throws {
    try advance(to: instant)
    guard let group = terms.group(instant) else { return }
    state.window.totals = TierTotals(points: balance)
    state.asOf = max(state.asOf, instant)
    evaluate(group, at: instant, .reached, cause: cause)
  }

  private mutating func add(_ event: TierEvent, _ group: TierGroup) {
    switch group.period {
    case .rolling(let months):
      guard event.countsAt >= state.window.start else { return }
      state.window.totals = state.window.totals + event.totals
      let leaving = calendar.leaving(event.countsAt, months: months)
      state.window.end = min(state.window.end ?? leaving, leaving)
    case .calendar, .membership:
      if event.countsAt >= state.window.start {
        state.window.totals = state.window.totals + event.totals
      } else if calendar.span(of: group.period, around: event.countsAt).upperBound
        == state.window.start
      {
        state.window.before = state.window.before + event.totals
      }
    case .lifetime:
      guard event.countsAt >= state.window.start else { return }
      state.window.totals = state.window.totals + event.totals
    case .balance: break
    }
    state.peak = .most(state.peak, state.window.totals)
  }

  /// Adds an event that happened before what was counted already, where that comes to the same as
  /// going the whole way again.
  ///
  /// It does where the tier is the same since before the event, what counts is still in the window
  /// in hand, and not even with the most that ever counted beside it would it have led any higher.
  ///
  /// - Returns: Whether it was added.
  mutating func addLate(_ event: TierEvent) -> Bool {
    guard !event.takesBack, event.reason == .reached, event.entry != nil,
      event.countsAt == event.at, terms.start.map({ event.at > $0.asOf }) ?? true,
      event.at >= max(state.enteredAt, state.window.start), event.at > state.takenBackAt,
      let group = terms.group(state.asOf), group.graceDays == 0, state.graceEndsAt == nil,
      terms.isSteady(state.enteredAt, state.asOf), !terms.isNet,
      let rank = group.rank(of: state.tier),
      group.rank(reachedBy: .most(state.peak, state.window.totals) + event.totals) <= rank
    else { return false }
    switch group.period {
    case .balance: return false
    case .rolling(let months):
      if calendar.leaving(event.countsAt, months: months) <= state.asOf { return false }
    case .calendar, .membership, .lifetime: break
    }
    // What had counted at once between then and now was more by it too.
    let peak = TierTotals.most(state.peak, state.window.totals) + event.totals
    add(event, group)
    state.peak = peak
    if (event.at, event.sequence) > (state.countedAt, state.countedSequence) {
      (state.countedAt, state.countedSequence) = (event.at, event.sequence)
    }
    return true
  }

  private mutating func evaluate(
    _ group: TierGroup, at instant: Instant, _ reason: TierChange.Reason, cause: LedgerEntry.ID?
  ) {
    guard let rank = group.rank(of: state.tier) else { return }
    let reached = group.rank(reachedBy: state.window.totals)
    if reached > rank {
      enter(reached, in: group, at: instant)
      state.cause = cause
      state.lastDay = calendar.lastDay(of: group.term, in: group.period, enteredAt: instant)
      show(at: instant, reason, cause: cause)
    } else if reached == rank, rank > 0, state.graceEndsAt != nil || lacksTerm(group) {
      state.graceEndsAt = nil
      state.lastDay = calendar.lastDay(of: group.term, in: group.period, enteredAt: instant)
    } else if reached < rank, group.term == .continuous, state.graceEndsAt == nil {
      guard group.graceDays == 0 else {
        state.graceEndsAt = calendar.end(
          of: calendar.date(before: instant).plus(days: group.graceDays))
        return
      }
      let why = reason == .reached ? .termEnded : reason
      fall(from: rank, reached, in: group, at: instant, why, cause: cause)
    }
  }

  /// Whether an earlier version of the programme gave no end to what has one now.
  private func lacksTerm(_ group: TierGroup) -> Bool {
    state.lastDay == nil && group.term != .continuous && group.term != .lifetime
  }

  private mutating func takeBack(_ event: TierEvent, _ group: TierGroup) throws {
    guard let rank = group.rank(of: state.tier), rank > 0 else { return }
    switch group.onRefund {
    case .keepUntilTermEnd: return
    case .revokeIfCause: guard let cause = state.cause, event.origin == cause else { return }
    case .recalculate: break
    }
    let isReached = group.rank(reachedBy: state.window.totals) >= rank
    if group.onRefund == .recalculate, isReached, state.enteredAt >= state.window.start { return }
    state.takenBackAt = event.at
    if isReached, let cause = try causeLeft(in: group, of: rank) {
      state.cause = cause
      return
    }
    let rest = try withoutTakenBack(until: event)
    if rest.tier == state.tier { state.cause = rest.cause }
    guard let left = group.rank(of: rest.tier), left < rank else { return }
    (state.tier, state.enteredAt, state.cause) = (rest.tier, rest.enteredAt, rest.cause)
    (state.lastDay, state.graceEndsAt) = (rest.lastDay, rest.graceEndsAt)
    show(at: event.at, .refunded, cause: event.entry)
  }

  /// What would have brought a tier that is reached still if what was taken back had never counted;
  /// `nil` where only the whole way tells.
  ///
  /// - Complexity: O(*n* log *n*) in what counted since the tier was entered.
  func causeLeft(in group: TierGroup, of rank: Int) throws -> LedgerEntry.ID? {
    if case .rolling = group.period { return nil }
    guard state.enteredAt >= state.window.start,
      terms.start.map({ $0.asOf < state.enteredAt }) ?? true,
      terms.isSteady(state.window.start, state.asOf)
    else { return nil }
    let since = try terms.counted(state.enteredAt..<(.latest), nil).filter {
      ($0.at, $0.sequence) <= (state.countedAt, state.countedSequence)
    }
    var taken: [LedgerEntry.ID: TierTotals] = [:]
    for event in since where event.takesBack {
      guard let origin = event.origin else { return nil }
      taken[origin] = (taken[origin] ?? .zero) + event.totals
    }
    var sum = since.reduce(state.window.totals) { $0 - $1.totals }
    for event in since.sorted(by: TierEvent.precedes) where !event.takesBack {
      guard let entry = event.entry else { continue }
      sum = sum + event.totals + (taken[entry] ?? .zero)
      if group.rank(reachedBy: sum) >= rank { return entry }
    }
    return nil
  }

  /// Where the member would stand if what was taken back had never counted.
  func withoutTakenBack(until last: TierEvent) throws -> TierState {
    let all = try terms.history().filter { !TierEvent.precedes(last, $0) }
    var taken: [LedgerEntry.ID: TierTotals] = [:]
    for event in all where event.takesBack {
      if let origin = event.origin { taken[origin] = (taken[origin] ?? .zero) + event.totals }
    }
    let rest = all.filter { !$0.takesBack || $0.origin == nil }.map { event in
      guard let entry = event.entry, let less = taken[entry] else { return event }
      var event = event
      event.totals = event.totals + less
      return event
    }
    return try TierCourse.replayed(terms.over(rest, isNet: true), until: last.at)?.state ?? state
  }

  // MARK: Moving

  private mutating func enter(_ rank: Int, in group: TierGroup, at instant: Instant) {
    state.tier = group.tiers[rank].name
    state.enteredAt = instant
    state.cause = nil
    state.graceEndsAt = nil
    state.peak = state.window.totals
  }

  private mutating func fall(
    from rank: Int, _ reached: Int, in group: TierGroup, at instant: Instant,
    _ reason: TierChange.Reason, cause: LedgerEntry.ID?
  ) {
    // What holds as long as it is reached ends with that, however far down that leads.
    let isSoft = group.downgrade == .oneStep && group.term != .continuous
    let lower = isSoft ? max(reached, rank - 1) : reached
    enter(lower, in: group, at: instant)
    state.lastDay = lastDay(of: lower, in: group, reviewedAt: instant)
    show(at: instant, reason, cause: cause)
  }

  /// Notes a move where the tier that the member has is another one now.
  mutating func show(
    at instant: Instant, _ reason: TierChange.Reason, cause: LedgerEntry.ID? = nil
  ) {
    guard let group = terms.group(instant) else { return }
    let granted = terms.floors.filter { $0.span.contains(instant) }.compactMap {
      group.rank(of: $0.tier)
    }
    guard let own = group.rank(of: state.tier) else { return }
    let shown = group.tiers[max(own, granted.max() ?? 0)].name
    guard shown != state.shown else { return }
    moves.append(
      TierMove(at: instant, from: state.shown, to: shown, reason: reason, cause: cause))
    state.shown = shown
  }

  // MARK: Windows

  /// Brings what counts to an instant.
  mutating func roll(to instant: Instant, _ group: TierGroup) throws {
    switch group.period {
    case .lifetime, .balance: return
    case .calendar, .membership:
      guard let end = state.window.end, end <= instant else { return }
      state.window = window(of: group.period, at: instant, after: state.window)
      state.peak = .zero
    case .rolling(let months):
      guard let end = state.window.end, end <= instant else { return }
      let start = max(
        state.window.start, calendar.windowStart(at: instant, months: months))
      // What was not counted yet, such as the event in hand, cannot leave.
      let last = (state.countedAt, state.countedSequence)
      let leaving = try terms.counted(state.window.start..<start, nil).filter {
        ($0.at, $0.sequence) <= last
      }
      state.window.totals = leaving.reduce(state.window.totals) { $0 - $1.totals }
      state.window.start = start
      let oldest = try terms.counted(start..<(instant + .milliseconds(1)), 1).first
      state.window.end = oldest.map { calendar.leaving($0.countsAt, months: months) }
    }
  }

  private func window(
    of period: TierPeriod, at instant: Instant, after window: TierWindow?
  ) -> TierWindow {
    switch period {
    case .calendar, .membership:
      let span = calendar.span(of: period, around: instant)
      let isNext = window?.end == span.lowerBound
      return TierWindow(
        start: span.lowerBound, end: span.upperBound,
        before: isNext ? window?.totals ?? .zero : .zero)
    case .rolling(let months):
      return TierWindow(start: calendar.windowStart(at: instant, months: months))
    case .lifetime, .balance: return TierWindow(start: .earliest)
    }
  }
}

extension TierCourse {
  /// The whole way of a member, from all that ever counted.
  static func replayed(_ terms: Terms, until end: Instant) throws -> TierCourse? {
    let events = try terms.history()
    guard var course = begun(terms.over(events), before: events.first?.at) else { return nil }
    for event in events where event.at <= end { try course.count(event) }
    try course.advance(to: end)
    return course
  }

  /// Where a way begins: with what was granted by then, or where memberships were joined.
  ///
  /// - Parameter first: When the first happened that counts.
  static func begun(_ terms: Terms, before first: Instant?) -> TierCourse? {
    if let start = terms.start { return TierCourse(from: start, terms) }
    let beginning = min(terms.calendar.enrolledAt, first ?? .latest)
    guard var course = TierCourse(from: beginning, terms) else { return nil }
    // What was granted with the membership is not come to later.
    course.show(at: course.state.asOf, .granted)
    return course
  }
}

extension TierGroup {
  /// How high the highest tier stands that totals reach.
  func rank(reachedBy totals: TierTotals) -> Int {
    tiers.lastIndex { $0.isReached(by: totals) } ?? 0
  }
}
