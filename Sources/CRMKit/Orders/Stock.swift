/// How much there is of something, by when it came and went; pure.
///
/// What comes and goes at one instant came first.
struct Stock {
  private var moves: [(at: Instant, amount: Int64)] = []

  /// Notes that so much came, or with a negative amount went.
  mutating func move(_ amount: Int64, at instant: Instant) {
    moves.append((instant, amount))
  }

  /// The least there is at an instant and from then on: so much can go at that instant.
  ///
  /// - Complexity: O(*n* log *n*) in the moves.
  func least(from instant: Instant) -> Int64 {
    var (there, least): (Int64, Int64) = (0, 0)
    for move in moves.sorted(by: { ($0.at, $1.amount) < ($1.at, $0.amount) }) {
      let (sum, overflow) = there.addingReportingOverflow(move.amount)
      there = overflow ? (move.amount < 0 ? .min : .max) : sum
      least = move.at <= instant ? there : min(there, least)
    }
    return least
  }
}
