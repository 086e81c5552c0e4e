/// One operation on a ledger while it is being made: the entry, and what it does to accounts and
/// lots.
///
/// What time has brought to an account is settled when the operation first touches it. Nothing is
/// written until the operation is posted, so one that is refused leaves no trace.
///
///     try tx.loyalty.post(request, key: key, for: member) { work in
///       try work.draw(120, of: "points", to: .redeemed)
///     }
final class LedgerWork {
  let loyalty: LoyaltyOperations

  /// Whose points they are: a member's, or those of the pool it shares with.
  let member: LoyaltyMember

  /// Whose operation it is.
  let actor: LoyaltyMember

  /// The version of the programme that holds when it happened.
  let version: ProgrammeVersion

  /// The programme as ``version`` has it, lent: it is large.
  var programme: LoyaltyProgramme { _read { yield version.prepared.programme } }

  /// The days of the programme's zone.
  var days: LocalDays { version.days }

  /// When balances are judged.
  let now: Instant

  // Nothing refers to these but the operation, one call at a time, which the compiler cannot see.
  /// The entry so far, until it is handed over (``takeEntry()``).
  @exclusivity(unchecked) var entry: LedgerEntry

  /// Entries of what time brought, in their order: before this one, and by it.
  private(set) var settled: [LedgerEntry] = []

  @exclusivity(unchecked) private(set) var sheet = LedgerSheet()

  /// Accounts of which the stored lots say when time next does something.
  private(set) var settledAccounts: Set<PointsAccount.ID> = []

  init(
    _ loyalty: LoyaltyOperations, _ member: LoyaltyMember, _ version: ProgrammeVersion,
    _ kind: LedgerEntry.Kind, at occurredAt: Instant, by actor: LoyaltyMember? = nil
  ) {
    self.loyalty = loyalty
    self.member = member
    self.actor = actor ?? member
    self.version = version
    now = loyalty.transaction.now
    entry = LedgerEntry(kind, of: member.id, at: occurredAt, by: version.programme)
    if self.actor.id != member.id { entry.counterparty = self.actor.id }
  }

  // MARK: Accounts

  /// The account of a member as it is now, with all that time has brought.
  ///
  /// - Parameters:
  ///   - currency: The name of the points.
  ///   - other: Whose, if not ``member``'s.
  /// - Throws: ``LoyaltyError/Code/unknownCurrency``.
  @discardableResult
  func account(_ currency: String, of other: LoyaltyMember.ID? = nil) throws -> PointsAccount {
    let place = try open(currency, of: other ?? member.id)
    return sheet.accounts[place].new
  }

  private func open(_ currency: String, of owner: LoyaltyMember.ID) throws -> Int {
    let id = PointsAccount.identifier(of: owner, currency)
    if let place = sheet.place(of: id) { return place }
    guard programme.terms(of: currency) != nil else {
      throw LoyaltyError(.unknownCurrency, currency)
    }
    let old = try loyalty.heldAccount(of: owner, currency)
    let account = old?.row ?? PointsAccount(id, of: owner, currency, in: programme.name)
    let place = sheet.take(account, old: old)
    try settle(place)
    return place
  }

  /// Puts down what time has brought to an account, at no instant before one.
  private func settle(_ place: Int, notBefore earliest: Instant = .earliest) throws {
    let account = sheet.accounts[place].new
    guard account.nextDueAt <= now else { return }
    let settlement = try loyalty.settlement(of: account, until: now, over: sheet)
    settledAccounts.insert(account.id)
    for lot in settlement.settledLots where sheet.place(of: lot.id) == nil {
      sheet.take(lot, old: try loyalty.lots.box(lot.id))
    }
    sheet.settle(settlement)
    for step in settlement.steps {
      // What comes back too late goes when it has come, not before.
      try note(step, of: account.member, at: max(step.at, earliest))
    }
  }

  private func note(
    _ step: LedgerSettlement.Step, of owner: LoyaltyMember.ID, at instant: Instant
  ) throws {
    var entry = LedgerEntry(step.kind, of: owner, at: instant, by: programme)
    entry.legs = step.legs
    entry.hold = step.hold
    if let id = step.hold {
      let hold = try hold(id)
      entry.reference = hold.reference
      entry.cause = hold.entry
      sheet.apply(entry)
    }
    settled.append(entry)
  }

  /// Puts down what time has already brought to what the operation itself did.
  ///
  /// - Returns: The entries of it, which come after the operation's.
  func settleAgain() throws -> [LedgerEntry] {
    let before = settled
    settled = []
    for place in sheet.accounts.indices { try settle(place, notBefore: entry.occurredAt) }
    defer { settled = before }
    return settled
  }

  // MARK: Moving points

  /// Moves points, and notes the leg.
  ///
  /// - Precondition: `points` is at least 1.
  func move(
    _ points: Int64, of currency: String, from: LedgerAccount,
    _ fromMember: LoyaltyMember.ID? = nil,
    to: LedgerAccount, _ toMember: LoyaltyMember.ID? = nil, lot: PointsLot.ID? = nil,
    into: PointsLot.ID? = nil, absorbing absorbed: Int64 = 0
  ) throws {
    try move(
      LedgerLeg(
        currency: currency, points: points, from: from, fromMember: fromMember, to: to,
        toMember: toMember, lot: lot, into: into, absorbed: absorbed))
  }

  /// Moves points as a leg says, and notes it.
  ///
  /// - Precondition: At least one point moves.
  func move(_ leg: LedgerLeg) throws {
    precondition(leg.points > 0, "Points that move are at least one.")
    if let owner = leg.fromMember { _ = try open(leg.currency, of: owner) }
    if let owner = leg.toMember { _ = try open(leg.currency, of: owner) }
    if let id = leg.lot { try takeUp(id) }
    if let id = leg.into { try takeUp(id) }
    try sheet.apply(leg, in: 0, entry.kind)
    entry.legs.append(leg)
  }

  /// Credits points to a lot that the entry opens, or has opened; what is owed is settled first.
  ///
  /// - Parameters:
  ///   - opening: How the lot lives, and whose it is.
  ///   - source: Where they come from.
  ///   - draw: The lot of another account that they come from, and whose it is.
  func credit(
    _ points: Int64, _ opening: LotOpening, from source: LedgerAccount,
    _ sourceMember: LoyaltyMember.ID? = nil, lot: PointsLot.ID? = nil
  ) throws {
    let place = try open(opening.currency, of: opening.member)
    if sheet.place(of: opening.lot) == nil { try open(opening) }
    if opening.followsActivity {
      try beginActivity(of: opening.member, opening.currency, after: sourceMember)
      if let day = opening.activeAt {
        try noteActivation(of: opening.member, opening.currency, at: day)
      }
    }
    let target: LedgerAccount = opening.isPending ? .pending : .available
    let absorbed = opening.isPending ? 0 : min(sheet.accounts[place].new.deficit, points)
    try move(
      points, of: opening.currency, from: source, sourceMember, to: target, opening.member,
      lot: lot, into: opening.lot, absorbing: absorbed)
    guard let lot = sheet.lot(opening.lot), lot.remaining > 0 else { return }
    wake(place, at: lot.queuedUntil)
  }

  /// Opens a lot with nothing in it.
  func open(_ opening: LotOpening) throws {
    _ = try open(opening.currency, of: opening.member)
    sheet.take(opening.empty(in: 0), old: nil)
    entry.openings.append(opening)
  }

  /// Makes sure that time does something to an account no later than at an instant.
  func wake(_ place: Int, at instant: Instant) {
    sheet.change(place) { $0.nextDueAt = min($0.nextDueAt, instant) }
  }

  /// Makes sure that time does something to an account that is open no later than at an instant.
  func wake(_ account: PointsAccount, at instant: Instant) {
    if let place = sheet.place(of: account.id) { wake(place, at: instant) }
  }

  /// Draws points that can be spent, in the programme's order.
  ///
  /// - Returns: From which lots.
  /// - Throws: ``LoyaltyError/Code/insufficientPoints``; nothing has moved then.
  @discardableResult
  func draw(
    _ points: Int64, of currency: String, from owner: LoyaltyMember.ID? = nil,
    to target: LedgerAccount, _ toMember: LoyaltyMember.ID? = nil
  ) throws -> [PointsDraw] {
    let owner = owner ?? member.id
    let draws = try planDraw(points, of: currency, from: owner)
    entry.legs.reserveCapacity(entry.legs.count + draws.count)
    for draw in draws {
      try move(
        draw.points, of: currency, from: .available, owner, to: target, toMember, lot: draw.lot,
        into: target == .held ? draw.lot : nil)
    }
    return draws
  }

  /// The lots that points would be drawn from, which are taken up.
  ///
  /// - Throws: ``LoyaltyError/Code/insufficientPoints``.
  func planDraw(_ points: Int64, of currency: String, from owner: LoyaltyMember.ID) throws
    -> [PointsDraw]
  {
    let account = try account(currency, of: owner)
    guard account.available >= points else {
      throw LoyaltyError(
        .insufficientPoints, requested: points, allowed: max(0, account.available), currency)
    }
    let lots = try loyalty.openLots(
      of: account.id, enoughFor: points, by: programme.drawOrder, over: sheet)
    let (draws, short) = LedgerRules.draw(points, from: lots)
    guard short == 0 else {
      throw StorageError.damaged(
        PointsAccount.schema.name, id: account.id.description, "its lots have fewer points")
    }
    sheet.take(lots.prefix(draws.count))
    return draws
  }

  /// A lot as the operation has changed it, with all that time has brought.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  func lot(_ id: PointsLot.ID) throws -> PointsLot {
    try takeUp(id)
    return try sheet.lot(id) ?? loyalty.lots.get(id)
  }

  /// Takes up a lot, unless it is there.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  private func takeUp(_ id: PointsLot.ID) throws {
    guard sheet.place(of: id) == nil else { return }
    let old = try loyalty.lots.box(id)
    if sheet.place(of: old.row.account) == nil {
      let account = try loyalty.accounts.get(old.row.account)
      _ = try open(account.currency, of: account.member)
    }
    sheet.take(old.row, old: old)
  }

  /// Gives a lot other days than it had.
  func date(_ opening: LotOpening) throws {
    _ = try lot(opening.lot)
    sheet.date(opening)
    entry.openings.append(opening)
    guard let lot = sheet.lot(opening.lot) else { return }
    wake(try open(opening.currency, of: opening.member), at: lot.queuedUntil)
  }

  // MARK: Holds

  /// A hold as the operation has changed it.
  ///
  /// - Throws: ``LoyaltyError/Code/unknownReference``.
  func hold(_ id: PointsHold.ID) throws -> PointsHold {
    if let kept = sheet.holds.first(where: { $0.new.id == id }) { return kept.new }
    guard let hold = try loyalty.holds.held(id) else {
      throw LoyaltyError(.unknownReference, "hold \(id)")
    }
    sheet.take(hold.row, old: hold)
    return hold.row
  }

  /// Makes sure that a hold of the member lapses in time.
  func wake(for currency: String, at instant: Instant) throws {
    wake(try open(currency, of: member.id), at: instant)
  }

  /// Says until when points last that last as long as the member is active.
  ///
  /// - Parameter owner: Whose points, if not ``member``'s.
  func extend(_ currency: String, of owner: LoyaltyMember.ID? = nil, until instant: Instant) throws
  {
    let owner = owner ?? member.id
    let place = try open(currency, of: owner)
    entry.lapses.append(PointsLapse(member: owner, currency: currency, at: instant))
    sheet.change(place) { $0.lapsesAt = instant }
    wake(place, at: instant)
  }

  // MARK: Posting

  /// Hands the entry over to be posted, without a copy: it is large, and so is what it refers to.
  func takeEntry() -> LedgerEntry {
    var taken = LedgerEntry(entry.kind, of: entry.member, at: entry.occurredAt, by: programme)
    swap(&taken, &entry)
    return taken
  }

  /// Gives the entry its number, after which nothing of it changes.
  func number(_ entry: LedgerEntry) { sheet.number(entry) }

  /// Notes the hold that an entry places, or what it did with one.
  func noteHold(_ entry: LedgerEntry) {
    if let hold = PointsHold(entry) { sheet.take(hold, old: nil) }
    sheet.apply(entry)
  }
}

extension LedgerEntry {
  /// An entry that does nothing yet; its number and hash are given when it is posted.
  fileprivate init(
    _ kind: Kind, of member: LoyaltyMember.ID, at occurredAt: Instant,
    by programme: LoyaltyProgramme
  ) {
    self.init(
      id: .zero, programme: programme.name, kind: kind, member: member, occurredAt: occurredAt,
      recordedAt: occurredAt, programmeVersion: programme.version, legs: [], openings: [],
      lapses: [], qualifyingPoints: 0, qualifyingCount: 0, previousHash: Blob([]), hash: Blob([]))
  }
}
