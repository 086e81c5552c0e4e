extension LoyaltyOperations {
  /// Brings what a membership has set aside to the one it is joined with, as it is: the same holds,
  /// until the same instants.
  func carryHolds(of source: LoyaltyMember.ID, to other: LoyaltyMember.ID) throws {
    for hold in try openHolds(of: members.get(source)) {
      try carry(hold, from: source, to: other) { lot, work in
        let opening = work.opening(try work.currency(of: lot), of: lot, nil, for: other)
        try work.open(opening)
        return opening.lot
      }
    }
  }

  /// The entries that brought holds along with a membership that was joined with another.
  func carriedHolds(with merge: LedgerEntry) throws -> [LedgerEntry] {
    guard let alias = merge.counterparty else { return [] }
    return try entries.all(
      where: {
        $0.parties.contains(alias) && $0.counterparty == alias && $0.member == merge.member
      },
      sortedBy: { _ in [.oldestFirst] }
    ).filter { $0.sequence > merge.sequence && $0.carriesHold }
  }

  /// Gives a hold that an entry brought back to whose it was, unless it is over.
  func carryBack(_ entry: LedgerEntry) throws {
    guard let hold = try entry.hold.flatMap({ try holds.find($0) }), hold.status == .open,
      let source = entry.counterparty
    else { return }
    try carry(hold, from: entry.member, to: source) { lot, work in
      guard let origin = entry.legs.first(where: { $0.into == lot.id })?.lot else {
        throw StorageError.damaged(
          PointsHold.schema.name, id: hold.id.description, "it is of points that came otherwise")
      }
      let old = try work.lot(origin)
      try work.date(LotOpening(old, of: source, work.currency(of: old), living: lot))
      return origin
    }
  }

  private func carry(
    _ hold: PointsHold, from source: LoyaltyMember.ID, to other: LoyaltyMember.ID,
    into place: (PointsLot, LedgerWork) throws -> PointsLot.ID
  ) throws {
    let taker = try members.get(other)
    let work = try LedgerWork(
      self, taker, version(of: taker.programme, at: transaction.now),
      hold.isReview ? .review : .hold, at: transaction.now)
    work.entry.counterparty = source
    try work.carry(hold.id, from: source) { try place($0, work) }
    try write(work)
  }
}

extension LedgerWork {
  /// Brings a hold of another member's to the member.
  ///
  /// - Parameter place: The lot to which the points of one go.
  fileprivate func carry(
    _ id: PointsHold.ID, from source: LoyaltyMember.ID,
    into place: (PointsLot) throws -> PointsLot.ID
  ) throws {
    let hold = try hold(id)
    let other = try loyalty.accounts.get(hold.account)
    (entry.hold, entry.holdExpiresAt) = (id, hold.expiresAt)
    (entry.cause, entry.reference) = (hold.entry, hold.reference)
    for part in hold.parts {
      let lot = try lot(part.lot)
      try move(
        part.points, of: other.currency, from: .held, source, to: .held, member.id, lot: lot.id,
        into: place(lot))
    }
    try wake(for: other.currency, at: hold.expiresAt)
    try takeOverLapse(of: other)
  }

  /// The name of a lot's points.
  fileprivate func currency(of lot: PointsLot) throws -> String {
    try loyalty.accounts.get(lot.account).currency
  }
}

extension LedgerEntry {
  /// Whether it brought a hold from one member to another.
  var carriesHold: Bool { (kind == .hold || kind == .review) && legs.first?.from == .held }
}
