/// Where a member stands in a group of tiers, with all that what comes next depends on.
struct TierState: Hashable, Sendable, Codable {
  /// The tier by what counted.
  var tier: String

  /// The tier that the member has: the same, or a higher one that was granted.
  var shown: String

  /// Since when the member has it by what counted.
  var enteredAt: Instant

  /// The entry of the ledger that brought it, if one did.
  var cause: LedgerEntry.ID?

  /// The last day of its term; `nil` where it has no end.
  var lastDay: CalendarDate?

  /// When the days of grace are over, once they have begun.
  var graceEndsAt: Instant?

  /// What counts at present.
  var window: TierWindow

  /// Up to when it was looked at.
  var asOf: Instant

  /// When what was counted last happened.
  var countedAt = Instant.earliest

  /// The number of its entry.
  var countedSequence: Int64 = 0

  /// At least the most that counted at once since the tier was entered, in a period that has spans
  /// since the one in hand began; of each kind.
  var peak = TierTotals.zero

  /// When the whole way was last looked at again without what was taken back.
  var takenBackAt = Instant.earliest

  static let blank = TierState(
    tier: "", shown: "", enteredAt: .earliest, window: TierWindow(start: .earliest),
    asOf: .earliest)

  /// Whether an event happened before what was counted already.
  func isLate(_ event: TierEvent) -> Bool {
    event.at < asOf || (event.at, event.sequence) < (countedAt, countedSequence)
  }
}

/// What counts for a tier at a time.
struct TierWindow: Hashable, Sendable, Codable {
  /// From when on what counted is in it.
  var start: Instant

  /// When time changes it next; `nil` where it does not.
  var end: Instant?

  /// What it comes to.
  var totals = TierTotals.zero

  /// What the span before it came to.
  var before = TierTotals.zero
}

/// Something that counts for tiers, or is taken back from what counted.
struct TierEvent: Hashable, Sendable {
  /// When it happened.
  var at: Instant

  /// When what it adds counts; of what is taken back that is when it had counted.
  var countsAt: Instant

  /// The number of its entry in the ledger, which orders what happened at the same instant.
  var sequence: Int64 = 0

  /// The entry.
  var entry: LedgerEntry.ID?

  /// The entry that it takes back from.
  var origin: LedgerEntry.ID?

  /// What it adds.
  var totals: TierTotals

  /// Why a member climbs by it who does.
  var reason = TierChange.Reason.reached

  /// Whether it takes back.
  var takesBack: Bool { totals.points < 0 || totals.spend < 0 || totals.count < 0 }

  static func precedes(_ a: TierEvent, _ b: TierEvent) -> Bool {
    (a.at, a.sequence) < (b.at, b.sequence)
  }
}

/// A tier that was granted for a time, which the member does not fall below.
struct TierFloor: Hashable, Sendable {
  /// The tier.
  var tier: String

  /// From when until before when.
  var span: Range<Instant>
}

/// A member's move from one tier to another.
struct TierMove: Hashable, Sendable {
  /// When.
  var at: Instant

  /// From which tier.
  var from: String

  /// To which.
  var to: String

  /// Why.
  var reason: TierChange.Reason

  /// The entry of the ledger that led to it.
  var cause: LedgerEntry.ID?
}

extension TierMove {
  /// Whether time alone moved the member.
  var isByTime: Bool { reason == .termEnded || reason == .reviewed || reason == .grantEnded }

  /// A move that was noted.
  init(_ change: TierChange) {
    self.init(
      at: change.at, from: change.from, to: change.to, reason: change.reason, cause: change.cause)
  }

  /// What is to be noted where a way turns out to have been another one than was noted.
  ///
  /// What is noted last holds from its instant on, so that a move which never was is taken back
  /// where none comes in its place.
  static func corrections(of noted: [TierMove], by moves: [TierMove]) -> [TierMove] {
    let same = zip(noted, moves).prefix { $0.at == $1.at && $0.to == $1.to }.count
    let rest = Array(moves.dropFirst(same))
    guard same < noted.count, rest.first.map({ $0.at > noted[same].at }) ?? true else {
      return rest
    }
    let wrong = noted[same]
    let tier = same == 0 ? wrong.from : noted[same - 1].to
    return [TierMove(at: wrong.at, from: wrong.to, to: tier, reason: .late, cause: nil)] + rest
  }
}
