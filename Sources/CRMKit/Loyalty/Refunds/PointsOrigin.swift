/// Where points of one kind are that an entry gave: the lots it opened, and those to which their
/// points came when they were given back, or when their member was merged, or shares a pool.
struct PointsOrigin {
  /// Whose they are by now.
  let owner: LoyaltyMember.ID

  /// The kind of points.
  let currency: String

  /// The lots on the owner's account, those that the entry opened first.
  private(set) var lots: [PointsLot.ID] = []

  /// How many of the points ended or were given up, so that nobody had anything of them.
  private(set) var lost: Int64 = 0

  /// Looks where the points of an entry are.
  ///
  /// - Parameter owner: Who answers for them, if not whose operation's points are looked at.
  /// - Complexity: O(log *n*), and in the lots.
  init(
    of entry: LedgerEntry, in currency: String, owner other: LoyaltyMember.ID? = nil,
    _ work: LedgerWork
  ) throws {
    self.currency = currency
    let opened = entry.openings.filter { $0.currency == currency }
    owner = other ?? work.member.id
    let sharing = try work.loyalty.resolve(entry.qualifier)
    let places = Set(
      ([sharing.id] + sharing.pools).map { PointsAccount.identifier(of: $0, currency) })
    let parted = Set(
      try work.loyalty.places(of: [sharing.id]).map { PointsAccount.identifier(of: $0, currency) })
    let account = try work.account(currency, of: owner).id
    let derived = try work.loyalty.lots.all(
      where: { $0.derivedFrom.contains(entry.id) }, sortedBy: { _ in [.oldestFirst] })
    for id in opened.map(\.lot) + derived.map(\.id) {
      let lot = try work.lot(id)
      let isElsewhere = lot.account != account
      let isWhereJoined =
        try parted.contains(lot.account) && work.loyalty.cameByMerging(lot, of: entry)
      if !places.contains(lot.account), !isWhereJoined, !opened.contains(where: { $0.lot == id }) {
        continue
      }
      lost = try lost.adding(lot.lost())
      if !isElsewhere { lots.append(id) }
    }
  }

  /// Takes points back that are there, pending ones first.
  ///
  /// - Parameter target: Where they go: to where they had come from.
  /// - Returns: How many are not there.
  func take(
    _ points: Int64, to target: LedgerAccount = .issued, on work: LedgerWork
  ) throws -> Int64 {
    guard points > 0 else { return 0 }
    return try work.take(points, of: currency, of: owner, from: lots, to: target)
  }
}

extension LoyaltyOperations {
  /// Whether points of an entry came to a lot as their member became an alias.
  fileprivate func cameByMerging(_ lot: PointsLot, of entry: LedgerEntry) throws -> Bool {
    let opener = try entries.find(LedgerEntry.identifier(in: entry.programme, lot.sequence))
    return opener.map { $0.kind == .merge || $0.carriesHold } ?? false
  }
}
