extension LoyaltyOperations {
  /// Undoes an entry: points that it took come back, points that it gave are taken back.
  ///
  /// What comes back goes to the lots it came from, and waits again where it waited and what it waits
  /// for has not come; where these have ended meanwhile, the programme
  /// says what becomes of it (``RestoreTerms``). Points earned are taken back as far as they were
  /// there or enjoyed, never those that expired; for what is not there any more the programme says
  /// who bears it (``ClawbackTerms``). An entry is undone once, and undoing can be undone once.
  ///
  /// - Parameters:
  ///   - id: The entry.
  ///   - reason: Why.
  ///   - key: The host's name for the request.
  /// - Returns: What became of it; refused with ``LoyaltyError/Code/alreadyReversed``, or
  ///   ``LoyaltyError/Code/insufficientPoints`` where points that went to somebody are spent.
  /// - Throws: ``LoyaltyError/Code/notReversible`` for holds, what time did, joining and leaving
  ///   pools, forgetting members, what was refused and what was refunded in part, for rewards whose coupon was used and those that were given back;
  ///   ``LoyaltyError/Code/unknownReference``. Nothing has changed then.
  @discardableResult
  public func reverse(_ id: LedgerEntry.ID, because reason: String? = nil, key: String) throws
    -> LoyaltyResult
  {
    guard let entry = try entries.find(id) else {
      throw LoyaltyError(.unknownReference, "entry \(id)")
    }
    let request = ReverseRequest(entry: id, reason: reason)
    return try transaction.operation {
      let result = try post(request, key: key, for: entry.member) { work in
        work.entry.cause = id
        work.entry.reference = entry.reference
        try checkReversible(entry)
        try LedgerReversal(of: entry, in: work).run()
      }
      try followClaim(of: id, after: result)
      return result
    }
  }

  private func checkReversible(_ entry: LedgerEntry) throws {
    let effects = try entries.all(where: { $0.causes.contains(entry.id) }).filter {
      $0.refusal == nil
    }
    if effects.contains(where: { $0.kind == .reverse }) {
      throw LoyaltyError(.alreadyReversed, "\(entry.sequence)")
    }
    var isReversible = entry.refusal == nil && !effects.contains { $0.kind == .refund }
    switch entry.kind {
    case .earn, .redeem, .capture, .adjust, .transfer, .forfeit, .convert, .refund: break
    case .reverse:
      let undone = try entry.cause.flatMap { try entries.find($0) }
      if undone?.kind == .reverse { isReversible = false }
    default: isReversible = false
    }
    if try isClaimFixed(entry) || entry.changesMembership { isReversible = false }
    if !isReversible { throw LoyaltyError(.notReversible, "\(entry.sequence)") }
  }
}

/// Undoing an entry, leg by leg from the last to the first.
struct LedgerReversal {
  private let entry: LedgerEntry
  private let work: LedgerWork

  /// Points of a lot that the entry itself let expire, and so gave to no one.
  private var lost: [PointsLot.ID: Int64] = [:]

  init(of entry: LedgerEntry, in work: LedgerWork) {
    self.entry = entry
    self.work = work
    for leg in entry.legs where leg.to == .expired {
      if let lot = leg.lot { lost[lot, default: 0] += leg.points }
    }
  }

  /// Moves everything back.
  func run() throws {
    try openAccounts()
    try negateQualification()
    var lost = lost
    try takeGiven()
    for leg in entry.legs.reversed() where leg.to != .expired && !leg.isWithinOneLot {
      var leg = leg
      if isGiven(leg) { continue }
      if let lot = leg.into, let gone = lost[lot] {
        leg.points -= min(gone, leg.points)
        lost[lot] = gone - min(gone, leg.points)
        if leg.points == 0 { continue }
      }
      try undo(leg)
    }
  }

  private func openAccounts() throws {
    for leg in entry.legs {
      for owner in [leg.fromMember, leg.toMember].compactMap(\.self) {
        try work.account(leg.currency, of: try current(owner))
      }
    }
    work.entry.counterparty = entry.counterparty
  }

  private func negateQualification() throws {
    guard let at = entry.qualifiesAt else { return }
    work.entry.qualifiesAt = at
    work.entry.qualifyingPoints = 0 &- entry.qualifyingPoints
    work.entry.qualifyingCount = 0 - entry.qualifyingCount
    work.entry.qualifyingSpend = try entry.qualifyingSpend.map { try .zero($0.currency) - $0 }
  }

  /// Whether a leg gave points that the programme gives, by earning or by hand.
  private func isGiven(_ leg: LedgerLeg) -> Bool {
    (entry.kind == .earn || entry.kind == .adjust) && leg.toMember != nil && leg.into != nil
      && (leg.from == .issued || leg.from == .adjusted)
  }

  /// Takes back what the entry gave, from wherever it is by now, pending or not: it may have come to
  /// a pool, or to a member with whom this one was joined.
  private func takeGiven() throws {
    var taken: Set<String> = []
    for leg in entry.legs where isGiven(leg) && taken.insert(leg.currency).inserted {
      guard let owner = leg.toMember else { continue }
      let given = entry.legs.reduce(0) {
        isGiven($1) && $1.currency == leg.currency ? $0 + $1.points : $0
      }
      let origin = try PointsOrigin(
        of: entry, in: leg.currency, owner: try current(owner), work)
      let left = try origin.take(max(0, given - origin.lost), to: leg.from, on: work)
      if left > 0 { try work.bear(left, of: leg.currency, of: origin.owner, to: leg.from) }
    }
  }

  private func undo(_ leg: LedgerLeg) throws {
    switch (try leg.fromMember.map(current), try leg.toMember.map(current)) {
    case (let giver?, let taker?): try giveBack(leg, from: taker, to: giver)
    case (nil, let taker?):
      if leg.from == .issued || leg.from == .adjusted {
        try work.claw(leg, of: taker)
      } else {
        for draw in try work.plan(leg.points, of: leg.currency, from: taker, first: leg.into) {
          try work.move(
            draw.points, of: leg.currency, from: .available, taker, to: leg.from, lot: draw.lot)
        }
      }
    case (let giver?, nil):
      try work.restore(
        leg.points, of: leg.currency, to: giver, leg.lot, from: leg.to,
        wasPending: leg.from == .pending)
    case (nil, nil): try work.move(leg.points, of: leg.currency, from: leg.to, to: leg.from)
    }
  }

  /// Whose account stands for that of a member by now; what was earned in a pool is answered for
  /// by who earned it.
  private func current(_ member: LoyaltyMember.ID) throws -> LoyaltyMember.ID {
    let owner = entry.kind == .earn && member == entry.member ? entry.qualifier : member
    return try work.loyalty.holder(of: work.loyalty.resolve(owner)).id
  }

  /// Takes points back from who got them, for who gave them.
  private func giveBack(
    _ leg: LedgerLeg, from taker: LoyaltyMember.ID, to giver: LoyaltyMember.ID
  ) throws {
    for draw in try work.plan(leg.points, of: leg.currency, from: taker, first: leg.into) {
      try work.restore(
        draw.points, of: leg.currency, to: giver, leg.lot, from: .available, taker, draw.lot)
    }
  }
}

extension LedgerLeg {
  /// Whether points only change their state, as those that become active do.
  fileprivate var isWithinOneLot: Bool { lot != nil && lot == into }
}
