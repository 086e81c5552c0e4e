/// What a programme would have given for events, one after the other; pure.
///
/// It keeps in memory, for each member, what an award depends on: used caps, first purchases, what
/// is carried, tiers, and how far they have come towards what is given besides. Of the events it
/// keeps what each counted, once for every group of tiers that is climbed, as what happened late or
/// was taken back lets a whole way be looked at again; and, where it is told that something of one
/// is taken back later, its request and its award. Without such groups, and of events of which
/// nothing is taken back, it keeps nothing.
struct ProgrammeReplay {
  /// Who events are of.
  struct Member: Hashable, Sendable {
    var id: LoyaltyMember.ID
    var enrolledAt = Instant.earliest
    var birthday: Birthday?

    /// The tiers that somebody granted them, by the group.
    var floors: [String: [TierFloor]] = [:]

    /// When they could not take part.
    var blocked: [Range<Instant>] = []
  }

  let prepared: PreparedProgramme
  let days: LocalDays

  /// The groups of tiers that are climbed: the one that multiplies points before those that only
  /// give points for coming to a tier.
  private let groups: [TierGroup]
  private let isMultiplied: Bool

  var uses: [CapUse.ID: Int64] = [:]
  private var buyers: Set<LoyaltyMember.ID> = []
  private var carried: [LoyaltyMember.ID: [Fraction]] = [:]

  /// The ways of members through the groups, and where each member's are.
  private var climbs: [[TierReplay]] = []
  private var places: [LoyaltyMember.ID: Int] = [:]

  /// What it would have given besides.
  var bonuses: BonusReplay

  /// Events of which something is refunded or that are undone later, by their entries.
  var earned: [LedgerEntry.ID: Earned] = [:]

  /// Of what refunds take back, by their entries.
  var refunds: [LedgerEntry.ID: LedgerEntry.ID] = [:]

  /// What was undone, by the entries that did it.
  var undoings: [LedgerEntry.ID: LedgerEntry.ID] = [:]

  /// - Throws: ``CRMError/Code/invalid`` with every problem of the programme.
  init(_ programme: LoyaltyProgramme) throws {
    let problems = programme.problems()
    guard problems.isEmpty else { throw CRMError.invalid("loyalty_programmes", problems) }
    do {
      prepared = try PreparedProgramme(programme)
    } catch is Fraction.Overflow {
      throw LoyaltyError(.overflow, "rates")
    }
    days = LocalDays(in: programme.zone)
    let name = programme.tier.factors.first?.group
    let multiplying = programme.tierGroups.filter { $0.name == name }
    groups = multiplying + programme.tierGroups.filter { $0.name != name && $0.rewardsEntries }
    isMultiplied = !multiplying.isEmpty
    bonuses = BonusReplay(programme)
  }

  /// Whether it matters how a member's tiers came about.
  var looksAtTiers: Bool { !groups.isEmpty }

  /// The award for the next event.
  ///
  /// - Parameters:
  ///   - given: What was given for it, if that is known: it has the rate of the order's money, where
  ///     none is stated, and how the member stood where what could be spent decided that.
  ///   - entry: The entry of the event, if there is one.
  ///   - recordedAt: When it was recorded, if that is another time than when it happened.
  ///   - isTakenBack: Whether something of it is refunded later, or it is undone.
  /// - Throws: ``LoyaltyError`` of code `invalidAmount`, `noRate` or `overflow`; the event has left
  ///   nothing then.
  mutating func add(
    _ request: EarnRequest, of member: Member, at instant: Instant, given: Award? = nil,
    as entry: LedgerEntry.ID? = nil, recordedAt: Instant? = nil, isTakenBack: Bool = false
  ) throws -> Award {
    try request.check()
    var context = EarningContext(day: days.date(of: instant))
    if let currency = request.currency, currency != prepared.programme.money {
      context.moneyRate = try prepared.programme.statedRate(of: currency) ?? given?.moneyRate
    }
    context.isFirstPurchase = prepared.asksFirstPurchase && !buyers.contains(member.id)
    if prepared.asksBirthday { context.birthday = member.closeness(on: context.day) }
    if request.occasion == .order { context.carried = carried[member.id] ?? [] }
    let kept = prepared.caps.map { cap in
      cap.isUsed(by: request)
        ? CapUse(
          of: cap, in: prepared.programme.name, by: member.id, for: request, on: context.day
        ).id : nil
    }
    context.used = kept.map { id in id.flatMap { uses[$0] } ?? 0 }
    if isMultiplied { context.standing = try standing(of: member, at: instant, given) }
    let award = try EarningRules.evaluate(prepared, request, context)
    keep(award, request, of: member, kept)
    if let entry, isTakenBack {
      earned[entry] = Earned(request: request, member: member, at: instant, award: award)
    }
    guard !groups.isEmpty || bonuses.looksAtCounts else { return award }
    let plan = try EarningPlan(award, for: request, by: prepared, at: instant, in: days)
    try count(
      TierEvent(
        at: plan.qualifiesAt, countsAt: plan.qualifiesAt, entry: entry, totals: plan.counted),
      of: member, earning: entry, recordedAt: recordedAt ?? instant)
    return award
  }

  private mutating func standing(
    of member: Member, at instant: Instant, _ given: Award?
  ) throws -> TierAtEarning? {
    guard let group = groups.first else { return nil }
    // What a member could spend does not follow from what was earned.
    if group.period == .balance, let known = given?.standing, known.group == group.name {
      return known
    }
    return try climbs[place(of: member)].first?.standing(at: instant)
  }

  private mutating func place(of member: Member) -> Int {
    if let known = places[member.id] { return known }
    places[member.id] = climbs.count
    climbs.append(groups.map { TierReplay($0, days.zone, member) })
    return climbs.count - 1
  }

  /// Counts an event, or what is taken back of one, for tiers and for what else looks at it.
  mutating func count(
    _ event: TierEvent, of member: Member, earning: LedgerEntry.ID?, recordedAt: Instant
  ) throws {
    if !groups.isEmpty {
      let place = place(of: member)
      for (number, group) in groups.enumerated() {
        let moves = try climbs[place][number].count(event)
        if !moves.isEmpty { bonuses.reward(moves, of: member, in: group) }
      }
    }
    if bonuses.looksAtCounts {
      bonuses.count(event, of: member, earning: earning, recordedAt: recordedAt)
    }
  }

  private mutating func keep(
    _ award: Award, _ request: EarnRequest, of member: Member, _ kept: [CapUse.ID?]
  ) {
    for (cap, id) in zip(prepared.caps, kept) {
      guard let id else { continue }
      let use = cap.use(by: award, of: prepared.kinds[cap.kind].name)
      if use > 0 { uses[id] = (try? (uses[id] ?? 0).plus(use)) ?? .max }
    }
    if request.occasion == .order {
      if prepared.asksFirstPurchase { buyers.insert(member.id) }
      if prepared.programme.rounding.carriesRemainder {
        let before = carried[member.id] ?? prepared.kinds.map { _ in .zero }
        carried[member.id] = zip(prepared.kinds, before).map { kind, before in
          award.totals.first { $0.points == kind.name }?.remainder ?? before
        }
      }
    }
  }
}

extension ProgrammeReplay.Member {
  /// Whether they could not take part when something was recorded.
  func wasBlocked(at instant: Instant) -> Bool { blocked.contains { $0.contains(instant) } }

  fileprivate func closeness(on day: CalendarDate) -> EarningSeason.Birthday {
    guard let celebrated = birthday?.celebrated(in: day.year), celebrated.month == day.month
    else { return .any }
    return celebrated == day ? .day : .month
  }
}
