extension LoyaltyOperations {
  var capUses: Records<CapUse> { records() }
  var remainders: Records<CarriedRemainder> { records() }

  /// Gives a member the points that an event earns by the rules that held when it happened.
  ///
  /// An order earns once, whatever the key: what is told of it again is found by its number. An
  /// event that earns nothing is remembered too.
  ///
  ///     try tx.loyalty.earn(
  ///       .order("77", [EarnLine(try Money("9.99", .eur))]), for: member, key: "evt-1")
  ///
  /// - Parameters:
  ///   - request: What happened.
  ///   - member: To whom.
  ///   - key: The host's name for the request.
  /// - Returns: What became of it; refused with ``LoyaltyError/Code/ineligible`` for a member who
  ///   is blocked, or whose birthday it was not. ``LedgerEntry/award()`` tells how points came
  ///   about.
  /// - Throws: ``LoyaltyError`` of code `invalidAmount`, `currencyMismatch`, `noRate`, `overflow`,
  ///   `unknownReference` or `idempotencyConflict`, and ``CRMError/Code/invalid`` for texts; nothing
  ///   has changed then.
  /// - Complexity: O(log *n*), and in the rules times the lines.
  @discardableResult
  public func earn(_ request: EarnRequest, for member: LoyaltyMember.ID, key: String) throws
    -> LoyaltyResult
  {
    let request = try checked(request, of: member)
    let naturalKey = try naturalKey(of: request, for: member)
    return try transaction.operation {
      let result = try post(
        request, key: key, naturalKey: naturalKey, for: member, at: request.occurredAt
      ) { work in
        try work.checkActive()
        let plan = try plan(request, for: work.actor, work.version, at: work.entry.occurredAt)
        try post(plan, request, in: work)
        try keepCounts(of: plan.award, request, for: work.actor, work.version.prepared)
      }
      if request.occasion == .order { try unpark(refundsOf: request.name, after: result) }
      return result
    }
  }

  /// What ``earn(_:for:key:)`` would give a member now, without a trace.
  ///
  /// - Throws: As it does, and its refusals; ``LoyaltyError/Code/idempotencyConflict`` apart, as
  ///   there is no key.
  /// - Complexity: As it.
  public func simulate(_ request: EarnRequest, for member: LoyaltyMember.ID) throws
    -> EarningPlan
  {
    let request = try checked(request, of: member)
    let member = try resolve(member)
    guard member.status == .active else {
      throw LoyaltyError(.ineligible, member.status.rawValue)
    }
    let at = request.occurredAt ?? transaction.now
    return try plan(request, for: member, try version(of: member.programme, at: at), at: at)
  }

  private func checked(_ request: EarnRequest, of member: LoyaltyMember.ID) throws -> EarnRequest {
    let problems = request.textProblems()
    guard problems.isEmpty else { throw CRMError.invalid(LedgerEntry.schema.name, problems) }
    try request.check()
    var request = request
    request.member = member
    return request
  }

  /// What an event is found by, whatever the key; `nil` for what can happen any number of times.
  private func naturalKey(of request: EarnRequest, for id: LoyaltyMember.ID) throws -> String? {
    switch request.occasion {
    case .order: return Self.naturalKey(ofOrder: request.name)
    case .activity: return nil
    case .birthday:
      let member = try resolve(id)
      let at = request.occurredAt ?? transaction.now
      let year = try version(of: member.programme, at: at).days.date(of: at).year
      let name = { (id: LoyaltyMember.ID) in "birthday \(year) of \(id)" }
      // Of memberships that were joined since, one may have had the day already.
      let known = try family(of: member.id).first {
        try isKnown(naturalKey: name($0), in: member.programme)
      }
      return name(known ?? member.id)
    }
  }

  static func naturalKey(ofOrder number: String) -> String { "order \(number)" }

  // MARK: Planning

  func plan(
    _ request: EarnRequest, for member: LoyaltyMember, _ version: ProgrammeVersion,
    at occurredAt: Instant
  ) throws -> EarningPlan {
    let context = try context(of: request, for: member, version, at: occurredAt)
    let award = try EarningRules.evaluate(version.prepared, request, context)
    return try EarningPlan(
      award, for: request, by: version.prepared, at: occurredAt, in: version.days)
  }

  private func post(_ plan: EarningPlan, _ request: EarnRequest, in work: LedgerWork) throws {
    work.entry.reference = request.occasion == .order ? request.name : request.subject
    for credit in plan.credits {
      var opening = work.opening(credit.currency, credit.life)
      opening.price = credit.price
      try work.credit(credit.points, opening, from: .issued)
      try work.noteActivity(.earn, in: credit.currency)
    }
    work.entry.outcome = Payload(plan.award)
    work.entry.qualifiesAt = plan.qualifiesAt
    work.entry.qualifyingPoints = plan.qualifyingPoints
    work.entry.qualifyingSpend = plan.qualifyingSpend
    work.entry.qualifyingCount = plan.qualifyingCount
  }

  // MARK: What is counted

  /// Adds what an award used up of caps, and keeps what it left over.
  private func keepCounts(
    of award: Award, _ request: EarnRequest, for member: LoyaltyMember,
    _ programme: PreparedProgramme
  ) throws {
    try keepCapUses(of: award, request, for: member.id, programme)
    guard programme.programme.rounding.carriesRemainder, request.occasion == .order else { return }
    for total in award.totals {
      let id = CarriedRemainder.identifier(of: member.id, total.points)
      let old = try remainders.find(id)
      let new = CarriedRemainder(
        id: id, member: member.id, points: total.points, remainder: total.remainder)
      if new != old { try remainders.put(new, instead: old) }
    }
  }

  /// Adds what an award used up of caps.
  private func keepCapUses(
    of award: Award, _ request: EarnRequest, for member: LoyaltyMember.ID,
    _ programme: PreparedProgramme
  ) throws {
    for cap in programme.caps where cap.isUsed(by: request) {
      let use = cap.use(by: award, of: programme.kinds[cap.kind].name)
      guard use > 0 else { continue }
      let blank = CapUse(
        of: cap, in: programme.programme.name, by: member, for: request, on: award.day)
      let old = try kept(blank)
      var new = old?.row ?? blank
      let (sum, overflow) = new.used.addingReportingOverflow(use)
      new.used = overflow ? .max : sum
      try capUses.keep(new, over: old)
    }
  }

  /// The use of a cap as it is kept.
  func kept(_ blank: CapUse) throws -> Held<CapUse>? {
    guard let found = try capUses.held(blank.id) else { return nil }
    guard found.row.isAlike(blank) else {
      throw StorageError.damaged(
        CapUse.schema.name, id: blank.id.description, "it is of another cap")
    }
    return found
  }
}

extension EarnRequest {
  private static let mostLines = 10_000

  /// What is wrong with its texts, field by field.
  fileprivate func textProblems() -> [CRMError.Issue] {
    var problems = TextRules.problems(of: name, in: "name", within: 200)
    problems += TextRules.problems(of: subject, in: "subject", within: 200)
    guard lines.count <= Self.mostLines else {
      return problems + [.init("lines", "has more than 10,000 entries")]
    }
    for (index, line) in lines.enumerated() {
      if let item = line.item {
        problems += TextRules.problems(of: item, in: "lines[\(index)].item", within: 200)
      }
      if let category = line.category {
        problems += TextRules.problems(of: category, in: "lines[\(index)].category", within: 200)
      }
    }
    return problems
  }
}
