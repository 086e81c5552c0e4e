/// What it is measured against whether something comes in time.
///
/// What is due at an instant may be done at that very instant: it is late from the next
/// millisecond on. Queries, the agenda and what is kept of something done all go by that.
public enum Yardstick: String, Sendable, Codable, CaseIterable {
  /// When the firm said that it would be done.
  case promised
  /// When the customer asked to have it.
  case requested
}

extension Yardstick {
  /// The dates at which something is due that have passed by an instant, the earliest first.
  static func passed(by instant: Instant, _ dueAt: (Yardstick) -> Instant?)
    -> [(yardstick: Yardstick, dueAt: Instant)]
  {
    allCases.compactMap { yardstick in
      dueAt(yardstick).flatMap { $0 < instant ? (yardstick, $0) : nil }
    }.sorted { $0.dueAt < $1.dueAt }
  }
}

extension Instant {
  /// The first instant at which what is due at this one is late.
  var lateFrom: Instant { self + .milliseconds(1) }
}
