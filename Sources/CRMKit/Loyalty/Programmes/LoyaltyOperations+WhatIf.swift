extension LoyaltyOperations {
  /// What a changed programme would have given for all that has earned points, member by member.
  ///
  /// What was given is what the ledger has, by the rules of its time, less what refunds were to take
  /// back; what would have been is computed event by event in the order of the ledger, with caps,
  /// first purchases and tiers as they would have come, and refunds by the changed programme. What
  /// programmes give of themselves is compared as well: for coming to tiers, for badges and
  /// challenges, for friends who were brought (``WhatIfReport/Parts``). The same programme, in force
  /// all the time, gives the same.
  ///
  /// What somebody undid is left out of both. Whether refunded points were still there, and what
  /// became of points later, is left aside in both. Memberships that were joined are one from the
  /// beginning, tiers by balance are those that members had, and a tier that was granted in the
  /// millisecond of an event was granted before it. Nothing is written.
  ///
  /// - Parameters:
  ///   - changed: The programme, of the name of the one it is compared with; its version does not
  ///     matter.
  ///   - span: What happened in it is added up, if not all; what happened before counts towards caps
  ///     and tiers as it would have.
  /// - Throws: ``CRMError/Code/invalid`` with every problem of the programme;
  ///   ``LoyaltyError/Code/unknownReference``.
  /// - Complexity: O(*n*) in the entries of the ledger.
  public func whatIf(_ changed: LoyaltyProgramme, in span: Range<Instant>? = nil) throws
    -> WhatIfReport
  {
    var replay = try LedgerWhatIf(self, changed, in: span)
    guard try versions()[changed.name] != nil else {
      throw LoyaltyError(.unknownReference, "programme “\(changed.name)”")
    }
    try replay.run()
    return replay.whatIf.report
  }
}

/// A ledger, replayed by a changed programme.
private struct LedgerWhatIf {
  private let loyalty: LoyaltyOperations
  private let name: String
  private let taken: TakenBack
  private(set) var whatIf: WhatIf
  private var members: [LoyaltyMember.ID: ProgrammeReplay.Member] = [:]
  private var floors: [LoyaltyMember.ID: [String: [TierFloor]]] = [:]

  /// Events that were left out, with what followed from them.
  private var leftOut: Set<LedgerEntry.ID> = []

  init(
    _ loyalty: LoyaltyOperations, _ changed: LoyaltyProgramme, in span: Range<Instant>?
  ) throws {
    self.loyalty = loyalty
    name = changed.name
    taken = try TakenBack(in: changed.name, loyalty)
    whatIf = try WhatIf(changed, in: span, besides: taken.corrected)
  }

  mutating func run() throws {
    if whatIf.after.looksAtTiers { try readGrants() }
    if whatIf.after.bonuses.looksAtReferrals { try readReferrals() }
    var kinds: [LedgerEntry.Kind] = [.earn, .refund, .reverse]
    // Nothing is given of itself to who was erased, from the entry on by which they were.
    if whatIf.after.bonuses.looksAtCounts { kinds.append(.forfeit) }
    try loyalty.entries.scan(
      Query(
        where: { [name] in $0.programme == name && $0.kind.isOne(of: kinds) },
        sortedBy: { _ in [.oldestFirst] })
    ) { held in
      try add(held.row)
      return true
    }
  }

  private mutating func add(_ entry: LedgerEntry) throws {
    switch entry.kind {
    case .refund: try addRefund(entry)
    case .reverse:
      guard let undone = entry.cause, entry.refusal == nil else { return }
      try whatIf.undo(undone, by: entry)
    case .forfeit:
      guard entry.refusal == nil, entry.changesMembership else { return }
      whatIf.erase(try member(entry.member).id)
    default:
      if let source = entry.bonusSource { return try addBonus(entry, source) }
      guard let given = try entry.award(), let request = try entry.request(as: EarnRequest.self)
      else { return }
      let isAdded = try whatIf.add(
        request, of: try member(entry.qualifier), given: given, as: entry,
        isTakenBack: taken.wasTaken(entry.id), isUndone: taken.undone.contains(entry.id))
      if !isAdded { leftOut.insert(entry.id) }
    }
  }

  private mutating func addRefund(_ entry: LedgerEntry) throws {
    guard let outcome = try entry.refund(), let earning = entry.cause, entry.refusal == nil,
      let request = try entry.request(as: RefundRequest.self)
    else { return }
    try whatIf.refund(
      request, of: earning, outcome, by: entry,
      isUndone: taken.undone.contains(entry.id) || taken.undone.contains(earning))
  }

  private mutating func addBonus(_ entry: LedgerEntry, _ source: BonusSource) throws {
    if taken.undone.contains(entry.id) || entry.cause.map(leftOut.contains) ?? false { return }
    try whatIf.add(entry, of: source, to: try member(entry.qualifier).id)
  }

  // MARK: Members

  private mutating func member(_ id: LoyaltyMember.ID) throws -> ProgrammeReplay.Member {
    if let known = members[id] { return known }
    let member = try loyalty.resolve(id)
    let customer =
      try whatIf.after.prepared.asksBirthday
      ? member.customer.map { try loyalty.transaction.customers.get($0) } : nil
    let new = ProgrammeReplay.Member(
      id: member.id, enrolledAt: member.enrolledAt, birthday: customer?.birthday,
      floors: floors[member.id] ?? [:], blocked: member.blocked)
    members[id] = new
    return new
  }

  private mutating func readGrants() throws {
    for grant in try loyalty.tierGrants.all(sortedBy: { [.ascending($0.grantedAt)] }) {
      guard let floor = grant.floor else { continue }
      let member = try loyalty.resolve(grant.member).id
      floors[member, default: [:]][grant.group, default: []].append(floor)
    }
  }

  private mutating func readReferrals() throws {
    let all = try loyalty.referrals.all(where: { [name] in $0.programme == name })
    for referral in all.sorted(by: { ($0.attributedAt, $0.id) < ($1.attributedAt, $1.id) }) {
      let friend = try loyalty.resolve(referral.friend).id
      whatIf.bring(friend, by: try member(referral.referrer), referral)
    }
  }
}

/// What of a ledger was taken back later.
private struct TakenBack {
  /// Entries that were undone, and not done again by undoing that.
  private(set) var undone: Set<LedgerEntry.ID> = []

  /// What the programme gave of itself and somebody took back, by its key.
  private(set) var corrected: Set<String> = []

  /// Earnings of which something was refunded, and entries that were undone, be it for a time.
  private var taken: Set<LedgerEntry.ID> = []

  init(in programme: String, _ loyalty: LoyaltyOperations) throws {
    var byHand: [LedgerEntry.ID] = []
    try loyalty.entries.scan(
      Query(
        where: { $0.programme == programme && $0.kind == .reverse },
        sortedBy: { _ in [.newestFirst] })
    ) { held in
      guard held.row.refusal == nil, let cause = held.row.cause else { return true }
      taken.insert(cause)
      if undone.contains(held.id) { return true }
      undone.insert(cause)
      let key = held.row.key
      if key != BonusKey.lost(cause), key != BonusKey.cancelled(cause) { byHand.append(cause) }
      return true
    }
    try loyalty.entries.scan(
      Query(where: { $0.programme == programme && $0.kind == .refund })
    ) { held in
      if let cause = held.row.cause { taken.insert(cause) }
      return true
    }
    for id in byHand {
      guard let entry = try loyalty.entries.find(id), entry.bonusSource != nil else { continue }
      if let key = entry.key { corrected.insert(key) }
    }
  }

  func wasTaken(_ id: LedgerEntry.ID) -> Bool { taken.contains(id) }
}

extension LoyaltyMember {
  /// When they could not take part.
  fileprivate var blocked: [Range<Instant>] {
    var spans: [Range<Instant>] = []
    var start: Instant?
    for change in statusReasons {
      if change.status == .blocked {
        start = start ?? change.at
      } else if let since = start {
        spans.append(since..<max(since, change.at))
        start = nil
      }
    }
    return spans + (start.map { [$0..<(.latest)] } ?? [])
  }
}
