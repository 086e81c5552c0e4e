/// A member's whole way through a group of tiers, with what counted whenever the tier by what counts
/// became another.
struct TierWalk {
  /// The way, at its end.
  private(set) var course: TierCourse

  /// Each coming to a tier by what counts, the first of them that with which the way begins.
  private(set) var entries: [Entry]

  /// A coming to a tier by what counts.
  struct Entry {
    /// The tier.
    let tier: String

    /// When.
    let at: Instant

    /// What decided; `nil` where the way begins in the middle, as memberships were joined.
    let decided: TierWindow?

    /// Whether the member fell one step only, while what decided reaches less.
    let isSoftLanding: Bool
  }

  /// Goes the way up to an instant.
  ///
  /// - Parameter last: The move to stop at, where others follow at the same instant.
  /// - Returns: `nil` where there never is such a group, and for an instant before memberships were
  ///   joined.
  /// - Complexity: O(*n* log *n*) in what counted.
  init?(_ terms: TierCourse.Terms, until end: Instant, through last: TierMove? = nil) throws {
    if let start = terms.start, end < start.asOf { return nil }
    let events = try terms.history()
    guard let begun = TierCourse.begun(terms.over(events), before: events.first?.at) else {
      return nil
    }
    course = begun
    entries = [
      Entry(
        tier: begun.state.tier, at: begun.state.enteredAt,
        decided: terms.start == nil ? begun.state.window : nil, isSoftLanding: false)
    ]
    for event in events where event.at <= end {
      try pass(to: event.at, last)
      if isThrough(last) { return }
      let before = course.state
      try course.count(event)
      note(course.state.window, after: before, at: event.at, isByTime: false)
      if isThrough(last) { return }
    }
    try pass(to: end, last)
    if !isThrough(last) { try course.look(at: end) }
  }

  private func isThrough(_ move: TierMove?) -> Bool {
    guard let move, let last = course.moves.last else { return false }
    return last.at == move.at && last.to == move.to
  }

  /// Lets time pass, instant by instant at which it does something.
  private mutating func pass(to end: Instant, _ move: TierMove?) throws {
    var last: Instant?
    while let next = course.nextReviewAt, next <= end, last.map({ next > $0 }) ?? true,
      !isThrough(move)
    {
      last = next
      var past = course
      if let group = course.terms.group(next) { try past.roll(to: next.before, group) }
      let before = course.state
      try course.advance(to: next)
      note(
        window(deciding: next, past.state, before), after: before, at: next, isByTime: true)
    }
  }

  private mutating func note(
    _ decided: TierWindow, after before: TierState, at instant: Instant, isByTime: Bool
  ) {
    let state = course.state
    guard state.tier != before.tier || state.enteredAt != before.enteredAt else { return }
    let isSoft = isByTime && isSoft(state.tier, decided, at: instant)
    entries.append(
      Entry(tier: state.tier, at: instant, decided: decided, isSoftLanding: isSoft))
  }

  private func isSoft(_ tier: String, _ decided: TierWindow, at instant: Instant) -> Bool {
    guard let group = course.terms.group(instant), let rank = group.rank(of: tier) else {
      return false
    }
    return group.downgrade == .oneStep && group.rank(reachedBy: decided.totals) < rank
  }

  /// What decides at the end of a term, or of the days of grace after it
  /// (``TierCourse/advance(to:)``).
  private func window(
    deciding instant: Instant, _ past: TierState, _ before: TierState
  ) -> TierWindow {
    let present = course.state.window
    guard let group = course.terms.group(instant), group.period.hasSpans else { return present }
    switch group.term {
    case .endOfPeriod, .continuous: return present
    case .endOfNextPeriod, .monthsFromEntry, .lifetime:
      guard before.graceEndsAt != nil else { return past.window }
      let span = course.terms.calendar.span(of: group.period, around: present.start.before)
      let earlier = TierWindow(
        start: span.lowerBound, end: span.upperBound, totals: present.before)
      return [past.window, present, earlier].max {
        group.rank(reachedBy: $0.totals) < group.rank(reachedBy: $1.totals)
      } ?? present
    }
  }
}
