/// Which of several statements on what a customer spends stands; pure.
///
/// It is the rule by which values of files are believed (``FactRules``): the most trusted source's
/// word, among sources trusted alike the one true last, then the one recorded last.
struct WalletRules {
  private let ranks: [WalletSource: Int]
  private let lowest: Int

  init(trust: [WalletSource]) {
    ranks = Dictionary(zip(trust, 0...)) { first, _ in first }
    lowest = trust.count
  }

  /// The statement that stands of each category, by the UTF-8 bytes of its name.
  ///
  /// - Complexity: O(*n* log *n*) in the statements.
  func standing(_ statements: [WalletStatement]) -> [WalletStatement] {
    var best: [String: WalletStatement] = [:]
    for statement in statements where statement.withdrawnAt == nil {
      if let other = best[statement.category], isPreferred(other, to: statement) { continue }
      best[statement.category] = statement
    }
    return best.values.sorted { $0.category.utf8.lexicographicallyPrecedes($1.category.utf8) }
  }

  /// What keeps a statement from standing: `nil` for the one that stands, and for one that was
  /// taken back.
  func decision(against statement: WalletStatement, for other: WalletStatement) -> Fact.Decision? {
    guard statement.withdrawnAt == nil, statement.id != other.id else { return nil }
    return rank(of: statement.source) == rank(of: other.source) ? .recency : .trust
  }

  private func isPreferred(_ statement: WalletStatement, to other: WalletStatement) -> Bool {
    let (rank, otherRank) = (rank(of: statement.source), rank(of: other.source))
    // Identifiers are made in the order of recording.
    return rank == otherRank
      ? (statement.trueAt, statement.id) > (other.trueAt, other.id) : rank < otherRank
  }

  private func rank(of source: WalletSource) -> Int { ranks[source] ?? lowest }
}
