/// The sentences of why a member has a tier.
struct TierText {
  /// The group of tiers, by the version in force then.
  let group: TierGroup?

  /// The days of the programme's zone.
  let days: LocalDays

  /// What was told so far.
  private(set) var notes: [String] = []

  init(_ group: TierGroup?, _ days: LocalDays) {
    self.group = group
    self.days = days
  }

  /// What it is, in a sentence.
  ///
  /// - Parameters:
  ///   - from: The tier left, where a move is told.
  ///   - cause: The entry that led to it, in words.
  func headline(
    _ tier: String, of group: String, from: String?, since: Instant,
    _ reason: TierChange.Reason?, _ cause: String?
  ) -> String {
    let day = days.date(of: since)
    let how = reason.map { $0.words(cause) } ?? "with which everybody begins"
    guard let from else { return "\(tier) of “\(group)” since \(day), \(how)." }
    return "From \(from) to \(tier) of “\(group)” on \(day), \(how)."
  }

  /// Tells what counted when the tier by what counts was come to, and what counts as of an instant.
  mutating func tell(
    reached: String?, shown: String, _ decided: TierFigures?, _ counted: TierFigures?,
    at instant: Instant
  ) {
    if let reached, reached != shown { notes.append("By what counts it is \(reached).") }
    let kinds = group?.tiers.flatMap(\.thresholds) ?? []
    if let decided {
      notes.append("What decided: \(decided.countedText(kinds, days)); \(decided.taking).")
    }
    if let counted, counted != decided {
      let text = counted.countedText(kinds, days)
      notes.append("As of \(days.date(of: instant)): \(text); \(counted.taking).")
    }
    if let group, let rank = group.rank(of: reached ?? shown), rank + 1 < group.tiers.count {
      let next = group.tiers[rank + 1]
      notes.append("The next, \(next.name), takes \(next.neededText).")
    }
  }

  /// Tells that the member fell one step only.
  mutating func tellSoftLanding() {
    notes.append("What decided reaches less, but a fall is one step at a time.")
  }

  /// Tells of what was granted.
  mutating func tell(_ grant: TierGrant) {
    let words = grant.reason.isEmpty ? "" : ": “\(grant.reason)”"
    notes.append("Granted by \(grant.actor.rawValue) through \(grant.lastDay)\(words).")
  }

  /// Tells how long the tier by what counts is kept.
  mutating func tell(lastDay: CalendarDate?, _ graceEndsAt: Instant?, _ tier: String?) {
    let name = tier ?? "It"
    if let graceEndsAt {
      let last = days.date(of: graceEndsAt.before)
      notes.append("The term is over; \(name) is kept through \(last), to be reached again.")
    } else if let lastDay {
      notes.append("\(name) is kept through \(lastDay), whatever counts.")
    } else if let group, let tier, group.rank(of: tier) ?? 0 > 0 {
      switch group.term {
      case .lifetime: notes.append("\(name) is kept for ever.")
      case .continuous: notes.append("\(name) is kept as long as what counts reaches it.")
      case .endOfNextPeriod, .endOfPeriod, .monthsFromEntry: break
      }
    }
  }

  /// Tells what else there is.
  mutating func tell(_ more: [String]) { notes += more }
}

extension TierFigures {
  /// What the tier takes, and by which version.
  fileprivate var taking: String {
    "\(tier) takes \(thresholds.text(match)) by version \(programmeVersion)"
  }
}

extension Tier {
  /// What it takes, in a few words.
  fileprivate var neededText: String { thresholds.text(match) }
}

extension [TierThreshold] {
  fileprivate func text(_ match: Tier.Match) -> String {
    isEmpty
      ? "nothing" : map(\.description).joined(separator: match == .all ? " and " : " or ")
  }
}
