/// What another programme would have given for the same events; pure.
///
/// What is earned is compared, and what refunds take back of it: not rewards for tiers, achievements
/// and referrals, nor what becomes of points later.
///
///     var whatIf = try WhatIf(doubled, insteadOf: club)
///     for event in history { try whatIf.add(event.request, for: event.member) }
///     print(whatIf.report.kinds[0].difference, "points more")
public struct WhatIf {
  private var before: ProgrammeReplay?
  private var after: ProgrammeReplay
  private var sums: [LoyaltyMember.ID: [Sum]] = [:]
  private let names: [String]
  private let programme: LoyaltyProgramme
  private var events = 0
  private var left = 0

  private struct Sum {
    var before: Int64 = 0
    var after: Int64 = 0
  }

  /// A changed programme instead of another.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem of either.
  public init(_ changed: LoyaltyProgramme, insteadOf programme: LoyaltyProgramme) throws {
    try self.init(changed)
    before = try ProgrammeReplay(programme)
  }

  /// A changed programme instead of what was given.
  init(_ changed: LoyaltyProgramme) throws {
    after = try ProgrammeReplay(changed)
    programme = changed
    names = changed.points.map(\.name)
  }

  /// Replays an event, in the order in which events were recorded.
  ///
  /// An event in money that either programme has no rate for is left out and counted.
  ///
  /// - Parameters:
  ///   - request: What happened; it says when.
  ///   - member: To whom.
  ///   - enrolledAt: Since when they are a member, of which tiers can depend.
  ///   - birthday: Their birthday, where rules ask for it.
  /// - Throws: ``LoyaltyError`` of code `invalidAmount` or `overflow`.
  public mutating func add(
    _ request: EarnRequest, for member: LoyaltyMember.ID, enrolledAt: Instant = .earliest,
    birthday: Birthday? = nil
  ) throws {
    let member = ProgrammeReplay.Member(id: member, enrolledAt: enrolledAt, birthday: birthday)
    let at = request.occurredAt ?? enrolledAt
    do {
      let given = try before?.add(request, of: member, at: at)
      let award = try after.add(request, of: member, at: at)
      try note(award, given, of: member.id)
    } catch let error as LoyaltyError where error.code == .noRate {
      left += 1
    }
  }

  /// Replays an event for which an award was given.
  ///
  /// - Parameters:
  ///   - entry: Its entry.
  ///   - isRefunded: Whether something of it is refunded later.
  ///   - isUndone: Whether all of it was undone, so that nothing was given in the end.
  mutating func add(
    _ request: EarnRequest, of member: ProgrammeReplay.Member, at instant: Instant, given: Award,
    as entry: LedgerEntry.ID, isRefunded: Bool, isUndone: Bool
  ) throws {
    do {
      let award = try after.add(
        request, of: member, at: instant, moneyRate: given.moneyRate, as: entry,
        isRefunded: isRefunded && !isUndone)
      if !isUndone { try note(award, given, of: member.id) }
    } catch let error as LoyaltyError where error.code == .noRate {
      left += 1
    }
  }

  /// Takes back what a refund took back, and would have.
  mutating func refund(
    _ request: RefundRequest, of earning: LedgerEntry.ID, _ outcome: RefundOutcome,
    by entry: LedgerEntry.ID, at instant: Instant
  ) throws {
    guard let member = after.earned[earning]?.member.id, var sum = sums[member] else { return }
    let totals = try after.refund(request, of: earning, by: entry, at: instant)
    for (place, name) in names.enumerated() {
      sum[place].before -= outcome.total(of: name)?.wanted ?? 0
      sum[place].after -= totals.first { $0.points == name }?.wanted ?? 0
    }
    sums[member] = sum
  }

  private mutating func note(
    _ award: Award, _ given: Award?, of member: LoyaltyMember.ID
  ) throws {
    events += 1
    var sum = sums[member] ?? names.map { _ in Sum() }
    do {
      for (place, name) in names.enumerated() {
        sum[place].before = try sum[place].before.plus(given?.granted(of: name) ?? 0)
        sum[place].after = try sum[place].after.plus(award.granted(of: name))
      }
    } catch {
      throw LoyaltyError(.overflow, "points")
    }
    sums[member] = sum
  }

  // MARK: Reporting

  /// What the events so far come to.
  ///
  /// - Complexity: O(*m* log *m*) in the members.
  public var report: WhatIfReport {
    let members = sums.keys.sorted()
    let kinds = names.indices.map { place in
      var (before, after): (Int64, Int64) = (0, 0)
      for member in members {
        // What one member can have all of them can; sums beyond 64 bits stop there.
        let sum = sums[member]?[place] ?? Sum()
        before = (try? before.plus(sum.before)) ?? .max
        after = (try? after.plus(sum.after)) ?? .max
      }
      return WhatIfReport.Kind(
        points: names[place], before: before, after: after,
        costDifference: programme.expectedCost(of: after - before, points: names[place]))
    }
    let differences = members.flatMap { member in
      names.indices.map { place in
        let sum = sums[member]?[place] ?? Sum()
        return WhatIfReport.Difference(
          member: member, points: names[place], before: sum.before, after: sum.after)
      }
    }
    return WhatIfReport(events: events, withoutRate: left, kinds: kinds, members: differences)
  }
}

/// What another programme would have given for the same events.
public struct WhatIfReport: Hashable, Sendable {
  /// How many events were replayed.
  public let events: Int

  /// How many were left out, as there is no rate for their money.
  public let withoutRate: Int

  /// What was given of each kind of points, in the order of the changed programme.
  public let kinds: [Kind]

  /// What each member was given, by their identifiers.
  public let members: [Difference]

  /// What was given of a kind of points.
  public struct Kind: Hashable, Sendable {
    /// The kind of points.
    public let points: String
    /// How many were given.
    public let before: Int64
    /// How many the changed programme would have given.
    public let after: Int64
    /// What that is expected to cost more: what the points are worth, as far as they are expected
    /// to be spent (``AccountingTerms/expectedRedemption``); `nil` where they cannot be put into
    /// money.
    public let costDifference: Money?

    /// How many more that is.
    public var difference: Int64 { after - before }
  }

  /// What a member was given.
  public struct Difference: Hashable, Sendable {
    /// The member.
    public let member: LoyaltyMember.ID
    /// The kind of points.
    public let points: String
    /// How many they were given.
    public let before: Int64
    /// How many the changed programme would have given them.
    public let after: Int64

    /// How many more that is.
    public var difference: Int64 { after - before }
  }
}

extension LoyaltyProgramme {
  /// What points are expected to cost, rounded half to even; `nil` where they cannot be put into
  /// money, or it would exceed 64 bits.
  func expectedCost(of count: Int64, points: String) -> Money? {
    guard let worth = terms(of: points)?.worth,
      let price = Fraction(worth.money.minorUnits, over: worth.points),
      let share = Fraction(accounting.expectedRedemption.partsPerMillion, over: 1_000_000),
      let cost = try? Fraction(count) * price * share
    else { return nil }
    return Money(minorUnits: cost.rounded(.halfEven), worth.money.currency)
  }
}

extension LoyaltyOperations {
  /// What a changed programme would have given for all that has earned points, member by member.
  ///
  /// What was given is what the ledger has, by the rules of its time, less what refunds were to take
  /// back; what would have been is computed event by event in the order of the ledger, with caps,
  /// first purchases and tiers as they would have come, and refunds by the changed programme.
  /// Whether refunded points were still there is left aside in both. Nothing is written.
  ///
  /// - Parameters:
  ///   - changed: The programme, of the name of the one it is compared with; its version does not
  ///     matter.
  ///   - span: What happened in it is looked at, if not all.
  /// - Throws: ``CRMError/Code/invalid`` with every problem of the programme;
  ///   ``LoyaltyError/Code/unknownReference``.
  /// - Complexity: O(*n*) in the entries of the ledger.
  public func whatIf(_ changed: LoyaltyProgramme, in span: Range<Instant>? = nil) throws
    -> WhatIfReport
  {
    var whatIf = try WhatIf(changed)
    guard try versions()[changed.name] != nil else {
      throw LoyaltyError(.unknownReference, "programme “\(changed.name)”")
    }
    let (name, asksBirthday) = (changed.name, whatIf.asksBirthday)
    var members: [LoyaltyMember.ID: ProgrammeReplay.Member] = [:]
    let undone = try undoneEntries(in: name)
    let refunded = try refundedEarnings(in: name)
    try entries.scan(
      Query(
        where: { $0.programme == name && ($0.kind == .earn || $0.kind == .refund) },
        sortedBy: { _ in [.oldestFirst] })
    ) { held in
      let entry = held.row
      if entry.kind == .refund {
        guard span?.contains(entry.occurredAt) ?? true, !undone.contains(entry.id),
          let outcome = try entry.refund(), let earning = entry.cause,
          let request = try entry.request(as: RefundRequest.self)
        else { return true }
        try whatIf.refund(
          request, of: earning, outcome, by: entry.id, at: entry.occurredAt)
        return true
      }
      guard let given = try entry.award(),
        let request = try entry.request(as: EarnRequest.self),
        span?.contains(entry.occurredAt) ?? true
      else { return true }
      let earner = entry.qualifier
      let member = try members[earner] ?? replayed(earner, asksBirthday)
      members[earner] = member
      try whatIf.add(
        request, of: member, at: entry.occurredAt, given: given, as: entry.id,
        isRefunded: refunded.contains(entry.id), isUndone: undone.contains(entry.id))
      return true
    }
    return whatIf.report
  }

  /// Entries that were undone, and not done again by undoing that.
  private func undoneEntries(in programme: String) throws -> Set<LedgerEntry.ID> {
    var undone: Set<LedgerEntry.ID> = []
    try entries.scan(
      Query(
        where: { $0.programme == programme && $0.kind == .reverse },
        sortedBy: { _ in [.newestFirst] })
    ) { held in
      if held.row.refusal == nil, let cause = held.row.cause, !undone.contains(held.id) {
        undone.insert(cause)
      }
      return true
    }
    return undone
  }

  /// Earnings of which something was refunded.
  private func refundedEarnings(in programme: String) throws -> Set<LedgerEntry.ID> {
    var refunded: Set<LedgerEntry.ID> = []
    try entries.scan(Query(where: { $0.programme == programme && $0.kind == .refund })) { held in
      if let cause = held.row.cause { refunded.insert(cause) }
      return true
    }
    return refunded
  }

  private func replayed(_ id: LoyaltyMember.ID, _ asksBirthday: Bool) throws
    -> ProgrammeReplay.Member
  {
    let member = try resolve(id)
    let customer =
      try asksBirthday ? member.customer.map { try transaction.customers.get($0) } : nil
    return ProgrammeReplay.Member(
      id: member.id, enrolledAt: member.enrolledAt, birthday: customer?.birthday)
  }
}

extension WhatIf {
  fileprivate var asksBirthday: Bool { after.prepared.asksBirthday }
}
