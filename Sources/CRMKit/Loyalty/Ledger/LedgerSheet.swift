/// Accounts, lots and holds as an operation changes them, before they are written.
struct LedgerSheet {
  /// A record before and after.
  struct Kept<R: Record> {
    /// As it was read; `nil` for a new one.
    let old: Held<R>?
    /// As it is to be.
    var new: R
  }

  private(set) var accounts: [Kept<PointsAccount>] = []
  private(set) var lots: [Kept<PointsLot>] = []
  private(set) var holds: [Kept<PointsHold>] = []

  /// Where lots are, once there are so many that looking through them takes longer.
  private var lotPlaces: [PointsLot.ID: Int] = [:]

  private static let few = 16

  // By their places, as a record that is handed to a closure is copied.
  func place(of account: PointsAccount.ID) -> Int? {
    accounts.indices.first { accounts[$0].new.id == account }
  }

  func place(of lot: PointsLot.ID) -> Int? {
    if lots.count > Self.few { return lotPlaces[lot] }
    return lots.indices.first { lots[$0].new.id == lot }
  }

  func lot(_ id: PointsLot.ID) -> PointsLot? { place(of: id).map { lots[$0].new } }

  /// Takes up an account, unless it is there.
  ///
  /// - Returns: Its place.
  mutating func take(_ account: PointsAccount, old: Held<PointsAccount>?) -> Int {
    if let place = place(of: account.id) { return place }
    accounts.append(Kept(old: old, new: account))
    return accounts.count - 1
  }

  /// Takes up lots as they were read, but those that are there.
  mutating func take(_ some: ArraySlice<Held<PointsLot>>) {
    lots.reserveCapacity(lots.count + some.count)
    for lot in some { take(lot.row, old: lot) }
  }

  /// Takes up a lot, unless it is there.
  mutating func take(_ lot: PointsLot, old: Held<PointsLot>?) {
    guard place(of: lot.id) == nil else { return }
    lots.append(Kept(old: old, new: lot))
    if lots.count == Self.few + 1 {
      lotPlaces.reserveCapacity(lots.capacity)
      for (place, kept) in lots.enumerated() { lotPlaces[kept.new.id] = place }
    } else if lots.count > Self.few {
      lotPlaces[lot.id] = lots.count - 1
    }
  }

  /// Takes up a hold, unless it is there.
  mutating func take(_ hold: PointsHold, old: Held<PointsHold>?) {
    if !holds.contains(where: { $0.new.id == hold.id }) {
      holds.append(Kept(old: old, new: hold))
    }
  }

  mutating func change(_ place: Int, _ edit: (inout PointsAccount) throws -> Void) rethrows {
    try edit(&accounts[place].new)
  }

  /// Puts what a settlement led to in place of what it began with.
  mutating func settle(_ settlement: LedgerSettlement) {
    if let place = place(of: settlement.account.id) { accounts[place].new = settlement.account }
    for lot in settlement.settledLots {
      if let place = place(of: lot.id) { lots[place].new = lot }
    }
  }

  /// Does to accounts and lots what a leg does; those it names must have been taken up.
  ///
  /// - Parameters:
  ///   - sequence: The number of its entry; 0 while it has none.
  ///   - kind: What its entry is.
  mutating func apply(_ leg: LedgerLeg, in sequence: Int64, _ kind: LedgerEntry.Kind) throws {
    for place in accounts.indices { try accounts[place].new.apply(leg) }
    if let lot = leg.lot, let place = place(of: lot) {
      try lots[place].new.apply(leg, in: sequence, kind)
    }
    if let lot = leg.into, lot != leg.lot, let place = place(of: lot) {
      try lots[place].new.apply(leg, in: sequence, kind)
    }
  }

  /// Gives a lot other days.
  mutating func date(_ opening: LotOpening) {
    if let place = place(of: opening.lot) { opening.date(&lots[place].new) }
  }

  /// Notes what an entry did with a hold.
  mutating func apply(_ entry: LedgerEntry) {
    for place in holds.indices where holds[place].new.id == entry.hold {
      holds[place].new.apply(entry)
    }
  }

  /// Says by which entry the lots were opened that have none yet.
  mutating func number(_ entry: LedgerEntry) {
    for place in lots.indices where lots[place].old == nil && lots[place].new.sequence == 0 {
      lots[place].new.sequence = entry.sequence
      if lots[place].new.originEntry == .zero { lots[place].new.originEntry = entry.id }
    }
  }
}
