/// A member's place among those who earned most.
public struct LeaderboardPlace: Hashable, Sendable {
  /// The place, 1 for the first; members with as many points share one.
  public let place: Int

  /// The member.
  public let member: LoyaltyMember.ID

  /// How many points they earned, less what was taken back of them since.
  public let points: Int64
}

extension LoyaltyOperations {
  /// Who earned most in a time.
  ///
  /// What was earned then counts, less what was taken back of it, or went as what it waited for did
  /// not happen, whenever that was. Points that ended, went to others or were spent change nothing.
  ///
  /// - Parameters:
  ///   - programme: The name of the programme.
  ///   - currency: The name of the points, if not the programme's first.
  ///   - span: From which instant until before which.
  ///   - limit: How many places at most.
  /// - Returns: The first first; of those with as many points by identifier.
  /// - Throws: ``LoyaltyError/Code/unknownReference``, ``LoyaltyError/Code/unknownCurrency``.
  /// - Complexity: O(*n*) in the entries of the store.
  public func leaderboard(
    in programme: String, of currency: String? = nil, during span: Range<Instant>, limit: Int = 10
  ) throws -> [LeaderboardPlace] {
    guard let points = try self.programme(programme).terms(of: currency)?.name else {
      throw LoyaltyError(.unknownCurrency, currency ?? "")
    }
    var earned: [LoyaltyMember.ID: Int64] = [:]
    var counted: [LedgerEntry.ID: LoyaltyMember.ID] = [:]
    var lots: [PointsLot.ID: LoyaltyMember.ID] = [:]
    try entries.scan(
      Query(where: { $0.programme == programme }, sortedBy: { _ in [.oldestFirst] })
    ) { held in
      let entry = held.row
      if entry.kind == .cancelPending {
        for leg in entry.legs where leg.currency == points && leg.to == .issued {
          guard let earner = leg.lot.flatMap({ lots[$0] }) else { continue }
          earned[earner, default: 0] &-= leg.points
        }
        return true
      }
      var earner = entry.cause.flatMap { counted[$0] }
      if entry.kind == .earn { earner = span.contains(entry.occurredAt) ? entry.qualifier : nil }
      if let earner, entry.refusal == nil { counted[entry.id] = earner }
      for opening in entry.openings where opening.currency == points {
        lots[opening.lot] = counted[opening.originEntry]
      }
      guard let earner, entry.refusal == nil else { return true }
      let change = entry.change(of: .issued, of: nil, in: points)
      earned[earner] = (earned[earner] ?? 0) &- change
      return true
    }
    // What has waited in vain by now is gone, whether or not that is put down yet.
    let now = transaction.now
    for lot in try self.lots.all(where: { $0.queue == 1 && $0.cancelAt <= now }) {
      if let earner = lots[lot.id] { earned[earner, default: 0] &-= lot.remaining }
    }
    return try places(of: earned, limit: limit)
  }

  private func places(
    of earned: [LoyaltyMember.ID: Int64], limit: Int
  ) throws -> [LeaderboardPlace] {
    var sums: [LoyaltyMember.ID: Int64] = [:]
    for (member, points) in earned { sums[try resolve(member).id, default: 0] &+= points }
    let sorted = sums.filter { $0.value > 0 }.sorted {
      $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value
    }
    var places: [LeaderboardPlace] = []
    for (index, sum) in sorted.prefix(max(0, limit)).enumerated() {
      let isShared = places.last?.points == sum.value
      places.append(
        LeaderboardPlace(
          place: isShared ? places.last?.place ?? 1 : index + 1, member: sum.key,
          points: sum.value))
    }
    return places
  }
}
