/// Accounts, lots and holds made anew from the entries of a ledger alone.
///
/// A pure rule: the entries say everything, so what is kept beside them can be held against it.
struct LedgerReplay {
  /// Accounts in the order in which they were first touched.
  private(set) var accounts: [PointsAccount] = []

  /// Lots in the order in which they were opened.
  private(set) var lots: [PointsLot] = []

  /// Holds by their identifiers.
  private(set) var holds: [PointsHold.ID: PointsHold] = [:]

  private let member: LoyaltyMember.ID?
  private var accountPlaces: [PointsAccount.ID: Int] = [:]
  private var lotPlaces: [PointsLot.ID: Int] = [:]

  /// Begins with nothing.
  ///
  /// - Parameters:
  ///   - member: Whose accounts alone are made; `nil` for all.
  ///   - count: About how many entries there are.
  init(of member: LoyaltyMember.ID? = nil, about count: Int = 0) {
    self.member = member
    lots.reserveCapacity(count)
    lotPlaces.reserveCapacity(count)
  }

  /// The account of an identifier.
  func account(_ id: PointsAccount.ID) -> PointsAccount? { accountPlaces[id].map { accounts[$0] } }

  /// The lot of an identifier.
  func lot(_ id: PointsLot.ID) -> PointsLot? { lotPlaces[id].map { lots[$0] } }

  /// Does what an entry did.
  ///
  /// - Throws: `StorageError` where it cannot have done that, ``LoyaltyError/Code/overflow``.
  /// - Complexity: O(1) in its legs.
  mutating func apply(_ entry: LedgerEntry) throws {
    for opening in entry.openings where member == nil || opening.member == member {
      open(opening, in: entry)
    }
    for leg in entry.legs { try apply(leg, of: entry) }
    for lapse in entry.lapses where member == nil || lapse.member == member {
      let place = place(of: lapse.member, lapse.currency, entry.programme)
      accounts[place].lapsesAt = lapse.at
    }
    guard let hold = entry.hold else { return }
    guard member == nil || entry.member == member else {
      // It may have gone to somebody else.
      holds[hold] = nil
      return
    }
    if let placed = PointsHold(entry) { holds[hold] = placed } else { holds[hold]?.apply(entry) }
  }

  private mutating func open(_ opening: LotOpening, in entry: LedgerEntry) {
    if let place = lotPlaces[opening.lot] {
      opening.date(&lots[place])
    } else {
      lotPlaces[opening.lot] = lots.count
      lots.append(opening.empty(in: entry.sequence))
    }
  }

  private mutating func apply(_ leg: LedgerLeg, of entry: LedgerEntry) throws {
    guard leg.points > 0, leg.absorbed >= 0, leg.absorbed <= leg.points else {
      throw StorageError.damaged(
        LedgerEntry.schema.name, field: "legs", id: entry.id.description,
        "a leg moves less than a point")
    }
    if let owner = leg.fromMember, member == nil || owner == member {
      let place = place(of: owner, leg.currency, entry.programme)
      try accounts[place].apply(leg)
    }
    // An account from which and to which points go has taken both from one call.
    if let owner = leg.toMember, owner != leg.fromMember, member == nil || owner == member {
      let place = place(of: owner, leg.currency, entry.programme)
      try accounts[place].apply(leg)
    }
    if let lot = leg.lot { try apply(leg, to: lot, of: leg.fromMember, entry) }
    if let lot = leg.into, lot != leg.lot { try apply(leg, to: lot, of: leg.toMember, entry) }
  }

  private mutating func apply(
    _ leg: LedgerLeg, to lot: PointsLot.ID, of owner: LoyaltyMember.ID?, _ entry: LedgerEntry
  ) throws {
    if let place = lotPlaces[lot] {
      try lots[place].apply(leg, in: entry.sequence, entry.kind)
    } else if member == nil || owner == member {
      throw StorageError.damaged(
        LedgerEntry.schema.name, field: "legs", id: entry.id.description,
        "it names a lot that no entry opened")
    }
  }

  private mutating func place(
    of owner: LoyaltyMember.ID, _ currency: String, _ programme: String
  ) -> Int {
    let id = PointsAccount.identifier(of: owner, currency)
    if let place = accountPlaces[id] { return place }
    accountPlaces[id] = accounts.count
    accounts.append(PointsAccount(id, of: owner, currency, in: programme))
    return accounts.count - 1
  }
}

extension PointsAccount {
  /// An account on which there is nothing.
  init(
    _ id: PointsAccount.ID, of member: LoyaltyMember.ID, _ currency: String, in programme: String
  ) {
    self.init(
      id: id, member: member, programme: programme, currency: currency, available: 0, pending: 0,
      held: 0, deficit: 0, earned: 0, redeemed: 0, expired: 0, nextDueAt: .latest)
  }

  /// Whether there never was anything on it, so that no entry speaks of it.
  var isBlank: Bool { exact == PointsAccount(id, of: member, currency, in: programme) }
}
