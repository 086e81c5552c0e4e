/// Which of several facts on one field stands; pure.
struct FactRules {
  private let ranks: [FactSource: Int]
  private let lowest: Int

  /// The rules of an order of trust, the most trusted source first.
  init(trust: [FactSource]) {
    ranks = Dictionary(zip(trust, 0...)) { first, _ in first }
    lowest = trust.count
  }

  /// The facts of one field, each with what becomes of it.
  ///
  /// - Complexity: O(*n*) in the number of facts.
  func settled(_ facts: [Fact]) -> [Fact] {
    var latest: [FactSource: Fact] = [:]
    for fact in facts where fact.status != .withdrawn {
      if let other = latest[fact.source], isLater(other, than: fact) { continue }
      latest[fact.source] = fact
    }
    let standing = latest.values.max { isPreferred($1, to: $0) }
    return facts.map { fact in
      guard fact.status != .withdrawn, let standing, let last = latest[fact.source] else {
        return fact.settled(.withdrawn)
      }
      if fact.id == standing.id { return fact.settled(.standing) }
      if fact.id != last.id { return fact.settled(.superseded, .recency, by: last.id) }
      if fact.value == standing.value { return fact.settled(.agreeing) }
      let decision: Fact.Decision =
        rank(of: fact.source) == rank(of: standing.source) ? .recency : .trust
      return fact.settled(.lost, decision, by: standing.id)
    }
  }

  /// Facts that lost on one customer's fields, each with the one that stands.
  static func disagreements(of lost: [Fact], with standing: [Fact]) -> [Disagreement] {
    lost.compactMap { fact in
      standing.first { $0.id == fact.outdoneBy }.map { Disagreement(lost: fact, standing: $0) }
    }
  }

  /// Whether a fact is preferred to another, be it of the same source or of another.
  func isPreferred(_ fact: Fact, to other: Fact) -> Bool {
    let (rank, otherRank) = (rank(of: fact.source), rank(of: other.source))
    return rank == otherRank ? isLater(fact, than: other) : rank < otherRank
  }

  private func rank(of source: FactSource) -> Int { ranks[source] ?? lowest }

  /// Identifiers are made in the order of recording.
  private func isLater(_ fact: Fact, than other: Fact) -> Bool {
    (fact.trueAt, fact.id) > (other.trueAt, other.id)
  }
}

extension Fact {
  fileprivate func settled(_ status: Status, _ decision: Decision? = nil, by other: Fact.ID? = nil)
    -> Fact
  {
    var copy = self
    copy.status = status
    copy.decision = decision
    copy.outdoneBy = other
    return copy
  }
}
