import CRMKit
import Testing

@testable import CRMKit

/// Following a club's ledger entry by entry, and holding what is kept against it.
struct LedgerFollowing {
  /// What the entries so far lead to.
  private(set) var replay = LedgerReplay()

  /// The number of the last entry followed.
  private(set) var sequence: Int64 = 0

  /// What the accounts of the ledger come to, of each kind of points.
  private(set) var sums: [String: Int64] = [:]

  /// What the entries followed last are about.
  struct Touched {
    var members: Set<LoyaltyMember.ID> = []
    var accounts: Set<PointsAccount.ID> = []
    var lots: Set<PointsLot.ID> = []
    var holds: Set<PointsHold.ID> = []
    var kinds: Set<LedgerEntry.Kind> = []
  }

  /// Follows what was recorded since the last time.
  mutating func follow(_ tx: Transaction) throws -> Touched {
    var touched = Touched()
    let end = try tx.loyalty.head(of: "club").sequence
    while sequence < end {
      sequence += 1
      let entry = try tx.loyalty.entries.get(LedgerEntry.identifier(in: "club", sequence))
      try replay.apply(entry)
      for posting in entry.postings { sums[posting.currency, default: 0] += posting.points }
      try #require(sums.values.allSatisfy { $0 == 0 }, "P02, entry \(sequence)")
      touched.add(entry)
    }
    return touched
  }

  /// Holds the records that were touched against what the entries lead to.
  ///
  /// - Parameter isWithLots: Whether the accounts are held against their open lots, too.
  func compare(_ touched: Touched, isWithLots: Bool = false, _ tx: Transaction) throws {
    for id in touched.accounts {
      try compare(id, tx)
      if isWithLots { try compareLots(of: id, tx) }
    }
    for id in touched.lots { try compare(id, tx) }
    for id in touched.holds {
      try #require(try tx.loyalty.holds.find(id) == replay.holds[id], "entry \(sequence)")
    }
  }

  /// Holds all records against what the entries lead to.
  func compareAll(_ tx: Transaction) throws {
    for account in replay.accounts {
      try compare(account.id, tx)
      try compareLots(of: account.id, tx)
    }
    for lot in replay.lots { try compare(lot.id, tx) }
    for hold in replay.holds.values {
      try #require(try tx.loyalty.holds.find(hold.id) == hold)
    }
  }

  private func compare(_ id: PointsAccount.ID, _ tx: Transaction) throws {
    let kept = try tx.loyalty.accounts.get(id)
    try #require(kept.exact == replay.account(id), "P05, entry \(sequence)")
  }

  /// Holds what an account has against its open lots.
  private func compareLots(of id: PointsAccount.ID, _ tx: Transaction) throws {
    let kept = try tx.loyalty.accounts.get(id)
    let open = try tx.loyalty.openLots(of: id, enoughFor: .max, by: .soonestExpiry)
    let remaining = open.reduce(0) { $0 + $1.row.remaining }
    try #require(kept.available == remaining - kept.deficit, "P03, entry \(sequence)")
    try #require(kept.deficit == 0 || open.isEmpty, "X15, entry \(sequence)")
  }

  private func compare(_ id: PointsLot.ID, _ tx: Transaction) throws {
    let kept = try tx.loyalty.lots.get(id)
    try #require(kept == replay.lot(id), "P05, entry \(sequence)")
    try #require(kept.balance.places == kept.balance.sources, "P04, entry \(sequence)")
    let parts = [
      kept.remaining, kept.held, kept.redeemed, kept.expired, kept.clawed, kept.transferred,
      kept.converted, kept.forfeited,
    ]
    try #require(parts.allSatisfy { $0 >= 0 }, "P04, entry \(sequence)")
  }
}

extension LedgerFollowing.Touched {
  fileprivate mutating func add(_ entry: LedgerEntry) {
    members.insert(entry.member)
    if entry.refusal == nil { kinds.insert(entry.kind) }
    for leg in entry.legs {
      for owner in [leg.fromMember, leg.toMember].compactMap(\.self) {
        members.insert(owner)
        accounts.insert(PointsAccount.identifier(of: owner, leg.currency))
      }
      lots.formUnion([leg.lot, leg.into].compactMap(\.self))
    }
    if let hold = entry.hold { holds.insert(hold) }
  }
}

extension LedgerPlayer {
  /// Holds what the last operation touched against the entries and the model, and now and then all.
  mutating func compare(_ tx: Transaction) throws {
    let touched = try following.withLock {
      let touched = try $0.follow(tx)
      try $0.compare(touched, isWithLots: number % 10 == 0, tx)
      return touched
    }
    guard number % 500 > 0 else { return try compareAll(tx) }
    guard model != nil else { return }
    for (place, member) in club.members.enumerated() where touched.members.contains(member) {
      try compare(place, tx)
    }
  }

  /// Holds all that is kept against the entries and the model.
  func compareAll(_ tx: Transaction) throws {
    try following.withLock { try $0.compareAll(tx) }
    for place in club.members.indices { try compare(place, tx) }
  }

  private func compare(_ member: Int, _ tx: Transaction) throws {
    guard let model else { return }
    for (kind, currency) in ["points", "miles"].enumerated() {
      let account = root(member) + kind * club.members.count
      let balance = try tx.loyalty.balance(of: club.members[member], currency)
      try #require(
        balance.available == model.available(account)
          && balance.pending == model.pending(account) && balance.held == model.held(account),
        "operation \(number): \(balance), not \(model.available(account)) …")
    }
  }
}
