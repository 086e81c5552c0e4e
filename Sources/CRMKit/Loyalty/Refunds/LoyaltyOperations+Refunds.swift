extension LoyaltyOperations {
  /// Takes back what an order earned, as far as it is refunded, and gives points back that paid
  /// for it.
  ///
  /// What is left of the order is held against the rules by which it earned; what it earned beyond
  /// that is taken back, pending points first, never more than was enjoyed. What becomes of points
  /// that are no longer there says the version of the programme in force at the refund
  /// (``ClawbackTerms``); how much goes back to points that paid says that of the order
  /// (``RefundTerms``). How often an order is refunded changes nothing in all.
  ///
  ///     let refund = try tx.loyalty.refund(
  ///       .amount(try Money("40.00", .eur)), of: "77", from: ada, number: "1", key: "refund-77-1")
  ///     let cash = try refund.get().refund()?.cash   // what to give back as money
  ///
  /// - Parameters:
  ///   - part: Which part of the order.
  ///   - order: The host's number of it, by which it earned.
  ///   - member: Who earned.
  ///   - number: The host's number of the refund; an order is refunded once under each.
  ///   - key: The host's name for the request.
  ///   - occurredAt: When, if not now.
  /// - Returns: What became of it. Where the order is not known and the programme lets refunds wait
  ///   (``RefundTerms/UnknownOrder/park(days:)``), there is none yet (``LoyaltyResult/isParked``).
  /// - Throws: ``LoyaltyError/Code/unknownReference``, ``LoyaltyError/Code/exceedsOrder``,
  ///   ``LoyaltyError/Code/invalidAmount``, ``LoyaltyError/Code/currencyMismatch``,
  ///   ``LoyaltyError/Code/idempotencyConflict``; nothing has changed then.
  /// - Complexity: O(log *n*), in the rules and the lines, in the refunds of the order and in the
  ///   lots drawn.
  @discardableResult
  public func refund(
    _ part: RefundedPart, of order: String, from member: LoyaltyMember.ID, number: String,
    key: String, at occurredAt: Instant? = nil
  ) throws -> LoyaltyResult {
    var request = RefundRequest(part, from: member, number: number, at: occurredAt)
    request.order = order
    let owner = try resolve(member)
    if let earning = try earning(of: order, in: owner.programme) {
      if try resolve(earning.qualifier).id == owner.id {
        return try refund(request, of: earning, key: key)
      }
      guard let known = try replay(of: request, of: earning, key: key, sentFor: owner) else {
        throw LoyaltyError(.unknownReference, "order “\(order)” of the member")
      }
      return known
    }
    return try park(request, of: owner, key: key)
  }

  /// Takes back what something else than an order earned, such as a review; or an order, by the
  /// entry that earned.
  ///
  /// What the programme gave of itself, such as for a tier, was not earned;
  /// ``reverse(_:because:key:)`` takes it back.
  ///
  /// - Parameters:
  ///   - part: Which part of it; only orders can be refunded in part.
  ///   - earning: The entry.
  ///   - number: The host's number of the refund; an entry is refunded once under each.
  ///   - key: The host's name for the request.
  ///   - occurredAt: When, if not now.
  /// - Returns: What became of it.
  /// - Throws: As ``refund(_:of:from:number:key:at:)``.
  @discardableResult
  public func refund(
    _ part: RefundedPart, of earning: LedgerEntry.ID, number: String, key: String,
    at occurredAt: Instant? = nil
  ) throws -> LoyaltyResult {
    guard let entry = try entries.find(earning), entry.kind == .earn, entry.refusal == nil,
      entry.bonusSource == nil
    else {
      throw LoyaltyError(.unknownReference, "earning \(earning)")
    }
    var request = RefundRequest(part, from: entry.qualifier, number: number, at: occurredAt)
    request.earning = earning
    return try refund(request, of: entry, key: key)
  }

  /// The refunds of an order or of what else earned, in their order, without those that were
  /// undone.
  ///
  /// - Complexity: O(log *n*), and in the refunds.
  public func refunds(of earning: LedgerEntry.ID) throws -> [LedgerEntry] {
    try effects(of: earning).filter { $0.kind == .refund }
  }

  /// What became of a refund that was sent for a membership while this was joined with the one that
  /// had earned.
  private func replay(
    of request: RefundRequest, of earning: LedgerEntry, key: String, sentFor owner: LoyaltyMember
  ) throws -> LoyaltyResult? {
    guard try places(of: [owner.id]).contains(try resolve(earning.qualifier).id) else { return nil }
    let request = try transaction.prepared(request.naming(earning))
    return try replay(
      of: request, key: key, naturalKey: request.naturalKey, in: earning.programme)
  }

  // MARK: Refunding

  /// Refunds what is known to have earned.
  ///
  /// - Parameter instant: When, if the request leaves that open and it is not now.
  @discardableResult
  func refund(
    _ request: RefundRequest, of earning: LedgerEntry, key: String, at instant: Instant? = nil
  ) throws -> LoyaltyResult {
    let request = request.naming(earning)
    return try transaction.operation {
      var restoring: PointsRestoring?
      let result = try post(
        request, key: key, naturalKey: request.naturalKey, for: earning.qualifier,
        at: request.occurredAt ?? instant
      ) { work in
        let refund = try prepare(request, of: earning)
        let plan = try PointsRestoring(
          refund.reckoning.share,
          of: try redemptions(for: earning.reference, in: earning.programme))
        // What comes back makes up for what is missing, so that it comes first then.
        if !plan.parts.isEmpty, try isShort(refund, as: work) {
          try restore(plan) { try trial(like: work) }
        } else {
          restoring = plan
        }
        try release(by: try refund.run(on: work), of: earning)
      }
      if let restoring, let entry = result.entry {
        let member = try resolve(entry.member)
        let version = try version(of: entry.programme, at: entry.occurredAt)
        try restore(restoring) {
          LedgerWork(self, member, version, .refund, at: entry.occurredAt)
        }
      }
      return result
    }
  }

  /// What a refund would come to.
  func prepare(_ request: RefundRequest, of earning: LedgerEntry) throws -> LedgerRefund {
    let effects = try effects(of: earning.id)
    let refunds = effects.filter { $0.kind == .refund }
    let version = try version(of: earning.programme, number: earning.programmeVersion)
    let rules = RefundRules(
      earning: .init(
        request: try earning.request(as: EarnRequest.self) ?? .activity(""),
        award: try earning.award(),
        granted: effects.contains { $0.kind == .reverse } ? [] : earning.granted),
      programme: version.prepared, days: version.days,
      earlier: try refunds.compactMap { refund in
        guard let request = try refund.request(as: RefundRequest.self),
          let outcome = try refund.refund()
        else { return nil }
        return RefundRules.Earlier(request: request, outcome: outcome)
      })
    return LedgerRefund(
      earning: earning, rules: rules, reckoning: try rules.reckon(request),
      qualified: try effects.reduce(Qualification(earning)) { try $0.adding($1) })
  }

  /// Whether some of the points are not there that a refund takes back.
  private func isShort(_ refund: LedgerRefund, as work: LedgerWork) throws -> Bool {
    let outcome = try refund.run(on: try trial(like: work))
    return outcome.totals.contains { $0.taken < $0.claw }
  }

  // MARK: Points that paid

  /// What paid for an order with points and was not undone, in its order.
  func redemptions(for order: String?, in programme: String) throws
    -> [PointsRestoring.Redemption]
  {
    guard let order else { return [] }
    let index = LedgerEntry.index(reference: order, in: programme)
    return try entries.all(
      where: { $0.paidFor.contains(index) }, sortedBy: { _ in [.oldestFirst] }
    ).compactMap { entry in
      let effects = try effects(of: entry.id)
      if effects.contains(where: { $0.kind == .reverse }) { return nil }
      if try isForReward(entry) { return nil }
      var restored: [String: Int64] = [:]
      for leg in effects.filter({ $0.kind == .refund }).flatMap(\.legs) where leg.from == .redeemed
      {
        restored[leg.currency, default: 0] += leg.points
      }
      return PointsRestoring.Redemption(entry: entry, restored: restored)
    }
  }

  /// Whether points were spent on a reward: one may be called as an order is numbered.
  private func isForReward(_ entry: LedgerEntry) throws -> Bool {
    // A claim that was looked at goes on with the entry that let it pass.
    let asked = [entry.id] + (entry.kind == .capture ? [entry.cause].compactMap(\.self) : [])
    return try asked.contains { id in try claim(of: id) != nil }
  }

  /// Gives points back, each redemption's by an entry of its own.
  func restore(_ plan: PointsRestoring, by begin: () throws -> LedgerWork) throws {
    for part in plan.parts {
      let work = try begin()
      try work.restore(part)
      try write(work)
    }
  }

  /// An operation of the same kind that nobody has asked for.
  private func trial(like work: LedgerWork) throws -> LedgerWork {
    let at = work.entry.occurredAt
    return LedgerWork(
      self, work.member, try version(of: work.programme.name, at: at), work.entry.kind, at: at,
      by: work.actor)
  }

  // MARK: Finding

  /// The entry that earned by an order, if there is one.
  func earning(of order: String, in programme: String) throws -> LedgerEntry? {
    let index = LedgerEntry.index(
      naturalKey: Self.naturalKey(ofOrder: order), in: programme)
    let entry = try entries.first(where: { $0.keys.contains(index) })
    return entry?.refusal == nil ? entry : nil
  }

  /// What an entry led to, in its order: refunds and reversals of it that were not undone.
  ///
  /// - Parameter last: The number of the entry up to which the ledger is looked at.
  func effects(of id: LedgerEntry.ID, through last: Int64 = .max) throws -> [LedgerEntry] {
    try entries.all(where: { $0.causes.contains(id) }, sortedBy: { _ in [.oldestFirst] }).filter {
      guard $0.refusal == nil, $0.kind == .refund || $0.kind == .reverse, $0.sequence <= last
      else { return false }
      return try !effects(of: $0.id, through: last).contains { $0.kind == .reverse }
    }
  }
}

extension RefundRequest {
  /// The request with what it is about told in one way, however the host told it: an order by its
  /// number, anything else by its entry; and with who earned it.
  fileprivate func naming(_ earning: LedgerEntry) -> RefundRequest {
    var request = self
    let order = earning.reference.flatMap { reference in
      earning.naturalKey == LoyaltyOperations.naturalKey(ofOrder: reference) ? reference : nil
    }
    request.member = earning.qualifier
    request.order = order
    request.earning = order == nil ? earning.id : nil
    return request
  }

  /// What is refunded once: a document of the host's, of an order or of another earning.
  var naturalKey: String {
    let subject = order.map { "order \($0)" } ?? earning.map { "entry \($0)" } ?? ""
    return "refund of \(subject)\u{1F}\(number)"
  }
}

extension LedgerEntry {
  /// What a refund did and why; `nil` of any other entry, and of one that gives points back which
  /// paid for an order.
  ///
  /// - Throws: `StorageError` where this program cannot read it.
  public func refund() throws -> RefundOutcome? {
    guard kind == .refund else { return nil }
    return try outcome?.value(as: RefundOutcome.self) { $0 }
  }

  /// How many points of each kind were earned by it.
  var granted: [(points: String, count: Int64)] {
    var sums: [(points: String, count: Int64)] = []
    for leg in legs where leg.from == .issued {
      if let place = sums.firstIndex(where: { $0.points == leg.currency }) {
        sums[place].count += leg.points
      } else {
        sums.append((leg.currency, leg.points))
      }
    }
    return sums
  }
}
