extension LoyaltyOperations {
  /// How many points a member has, with all that time has brought, whether anything ran or not.
  ///
  /// - Parameters:
  ///   - member: Whose.
  ///   - currency: The name of the points, if not the programme's first.
  /// - Throws: ``LoyaltyError/Code/unknownReference``, ``LoyaltyError/Code/unknownCurrency``.
  /// - Complexity: O(log *n*), however much has happened.
  public func balance(of member: LoyaltyMember.ID, _ currency: String? = nil) throws
    -> PointsBalance
  {
    let (member, currency) = try named(member, currency)
    var balance = PointsBalance(member: member.id, currency: currency, asOf: transaction.now)
    if let account = try settledAccount(of: member.id, currency) {
      balance.available = account.available
      balance.pending = account.pending
      balance.held = account.held
    }
    return balance
  }

  /// How many points a member had at an instant, or will have if nothing else happens.
  ///
  /// They are those of the pool with which they were shared then; of who has become an alias since
  /// their own until then.
  ///
  /// - Parameters:
  ///   - member: Whose.
  ///   - currency: The name of the points, if not the programme's first.
  ///   - instant: The instant: what happened up to it counts, whenever it was recorded.
  ///   - known: What was not recorded by then is left out; `nil` for nothing.
  /// - Throws: As ``balance(of:_:)``.
  /// - Complexity: O(*n*) in the entries about the member.
  public func balance(
    of member: LoyaltyMember.ID, _ currency: String? = nil, asOf instant: Instant,
    knownAt known: Instant? = nil
  ) throws -> PointsBalance {
    let (_, currency) = try named(member, currency)
    let own = try resolve(member, asOf: instant, knownAt: known)
    let member = try holder(of: own, asOf: instant, knownAt: known)
    var balance = PointsBalance(member: member, currency: currency, asOf: instant)
    var replay = LedgerReplay(of: member)
    try entries.scan(
      Query(where: { $0.parties.contains(member) }, sortedBy: { _ in [.oldestFirst] })
    ) { held in
      if let known, held.row.recordedAt > known { return false }
      try replay.apply(held.row)
      if held.row.occurredAt <= instant { balance.add(held.row.legs) }
      return true
    }
    let id = PointsAccount.identifier(of: member, currency)
    guard let account = replay.account(id) else { return balance }
    var settlement = LedgerSettlement(
      account, lots: replay.lots.filter { $0.account == id && $0.isAlive },
      holds: replay.holds.values.filter { $0.account == id }.sorted { $0.id < $1.id })
    try settlement.settle(until: instant)
    for step in settlement.steps { balance.add(step.legs) }
    return balance
  }

  /// When points of a member end, the soonest first, up to and with a day; those that end later
  /// or never come last, as one without an end.
  ///
  /// What is listed comes to what can be spent, plus what is owed.
  ///
  /// - Parameter day: Up to which day points are listed one by one; `nil` for all that end.
  /// - Throws: As ``balance(of:_:)``.
  /// - Complexity: O(*k*) in the member's open lots.
  public func expiring(
    of member: LoyaltyMember.ID, _ currency: String? = nil, by day: CalendarDate? = nil
  ) throws -> [ExpiringPoints] {
    let (member, currency) = try named(member, currency)
    guard let account = try account(of: member.id, currency) else { return [] }
    let settlement = try settlement(of: account, until: transaction.now)
    let touched = settlement.settledLots
    let open = try openLots(of: account.id, enoughFor: .max, by: .soonestExpiry)
    var lots = open.map(\.row).filter { lot in !touched.contains { $0.id == lot.id } }
    lots += touched.filter { !$0.isPending && $0.remaining > 0 }
    let limit = try day.flatMap(version(of: member.programme).days.end(of:))
    return ExpiringPoints.list(of: lots, lapsing: settlement.account.lapsesAt, by: limit)
  }

  /// The points of a member that end next, and when; `nil` where none ends.
  ///
  /// - Throws: As ``balance(of:_:)``.
  /// - Complexity: O(log *n*), and in the lots that end then.
  public func nextExpiry(of member: LoyaltyMember.ID, _ currency: String? = nil) throws
    -> ExpiringPoints?
  {
    let (member, currency) = try named(member, currency)
    guard let account = try account(of: member.id, currency) else { return nil }
    guard transaction.now < account.nextDueAt, account.lapsesAt == nil else {
      return try expiring(of: member.id, currency).first { $0.expiresAt != nil }
    }
    let id = account.id
    var next: ExpiringPoints?
    try lots.scan(
      Query(
        where: { $0.account == id && $0.queue == 0 },
        sortedBy: { _ in PointsLot.soonestFirst })
    ) { held in
      guard let end = held.row.expiresAt, next == nil || next?.expiresAt == end else {
        return false
      }
      let points = held.row.remaining &+ (next?.points ?? 0)
      next = ExpiringPoints(
        lastValidDay: held.row.lastValidDay, expiresAt: end, points: points)
      return true
    }
    return next
  }

  // MARK: Finding

  /// The member an identifier stands for, and the points a name stands for.
  func named(_ id: LoyaltyMember.ID, _ currency: String?) throws -> (LoyaltyMember, String) {
    let member = try holder(of: try resolve(id))
    let version = try version(of: member.programme)
    guard let terms = version.prepared.programme.terms(of: currency) else {
      throw LoyaltyError(.unknownCurrency, currency ?? "")
    }
    return (member, terms.name)
  }

  /// An account as it is now, with all that time has brought.
  func settledAccount(of member: LoyaltyMember.ID, _ currency: String) throws -> PointsAccount? {
    guard let account = try account(of: member, currency) else { return nil }
    guard account.nextDueAt <= transaction.now else { return account }
    return try settlement(of: account, until: transaction.now).account
  }
}

extension PointsBalance {
  /// Adds what legs moved.
  fileprivate mutating func add(_ legs: [LedgerLeg]) {
    for leg in legs where leg.currency == currency {
      if leg.fromMember == member { add(-leg.points, to: leg.from) }
      if leg.toMember == member { add(leg.points, to: leg.to) }
    }
  }

  private mutating func add(_ points: Int64, to account: LedgerAccount) {
    switch account {
    case .available: available &+= points
    case .pending: pending &+= points
    case .held: held &+= points
    default: break
    }
  }
}

extension PointsLot {
  /// Whether time can still do anything to it.
  fileprivate var isAlive: Bool { remaining > 0 || held > 0 }
}

extension ExpiringPoints {
  /// What ends when, of open lots.
  fileprivate static func list(
    of lots: [PointsLot], lapsing lapse: Instant?, by limit: Instant?
  ) -> [ExpiringPoints] {
    var sums: [Instant: ExpiringPoints] = [:]
    var rest: Int64 = 0
    for lot in lots {
      guard let end = lot.end(lapsing: lapse), limit.map({ end <= $0 }) ?? true else {
        rest &+= lot.remaining
        continue
      }
      let day = end == lot.expiresAt ? lot.lastValidDay : nil
      sums[end, default: ExpiringPoints(lastValidDay: day, expiresAt: end, points: 0)].points &+=
        lot.remaining
    }
    let ending = sums.sorted { $0.key < $1.key }.map(\.value)
    guard rest > 0 else { return ending }
    return ending + [ExpiringPoints(lastValidDay: nil, expiresAt: nil, points: rest)]
  }
}
