extension LoyaltyOperations {
  /// Asks for points to be given or taken by hand, for somebody else to approve.
  ///
  /// What the programme lets anybody do (``AdjustmentTerms/approvedUpTo``) is done at once.
  ///
  ///     let asked = try tx.loyalty.propose(500, for: ada, because: "Parcel lost", key: "case-7")
  ///     // and somebody else, later:
  ///     try tx.loyalty.approve(asked.id)
  ///
  /// - Parameters:
  ///   - points: How many are added; below zero where they are taken.
  ///   - currency: The name of the points, if not the programme's first.
  ///   - member: Whose.
  ///   - reason: Why; up to 1,000 bytes of UTF-8.
  ///   - life: How long added points last, from when they are.
  ///   - key: The host's name for the request; the same request again is found again.
  ///   - reference: What for, such as a case.
  /// - Throws: ``LoyaltyError/Code/reasonRequired``, ``LoyaltyError/Code/invalidAmount`` for none,
  ///   ``LoyaltyError/Code/idempotencyConflict``, ``LoyaltyError/Code/unknownReference``,
  ///   ``LoyaltyError/Code/unknownCurrency``; ``LoyaltyError/Code/insufficientPoints`` for what
  ///   would be done at once; ``CRMError/Code/invalid`` with every problem. Nothing has changed
  ///   then.
  @discardableResult
  public func propose(
    _ points: Int64, of currency: String? = nil, for member: LoyaltyMember.ID,
    because reason: String, lasting life: PointsLife = .byProgramme, key: String,
    reference: String? = nil
  ) throws -> ProposedAdjustment {
    try LoyaltyError.checkAdjustment(points, reason)
    try checkText(reason, key, reference)
    let (resolved, _) = try named(member, currency)
    let version = try version(of: resolved.programme)
    var asked = ProposedAdjustment(
      id: transaction.makeIdentifier(), member: member, programme: resolved.programme, key: key,
      points: points, currency: currency, reason: trimmed(reason), life: life,
      reference: reference, status: .requested, askedBy: transaction.attribution.actor,
      askedAt: transaction.now)
    if let known = try known(asked) { return known }
    try check(life, version.days)
    return try transaction.operation {
      if !version.programme.needsApproval(points) {
        asked.entry = try post(asked)
        asked.status = .approved
        asked.decidedAt = transaction.now
      }
      return try adjustments.insert(
        asked,
        emitting: AdjustmentProposed(adjustment: asked.id, member: member, points: points))
    }
  }

  /// Approves what somebody else asked for: the points move now.
  ///
  /// - Parameter decision: What there is to say to it; up to 1,000 bytes of UTF-8.
  /// - Throws: ``LoyaltyError/Code/selfApproval``, ``LoyaltyError/Code/alreadyResolved``;
  ///   ``LoyaltyError/Code/insufficientPoints`` where more are to be taken than there are, unless
  ///   ``AdjustmentTerms/allowsNegative``; ``CRMError/Code/notFound``. Nothing has changed then, and
  ///   it stays asked for.
  @discardableResult
  public func approve(_ id: ProposedAdjustment.ID, because decision: String? = nil) throws
    -> ProposedAdjustment
  {
    var asked = try decided(id, .approved, decision)
    guard asked.askedBy != asked.decidedBy else {
      throw LoyaltyError(.selfApproval, asked.askedBy.rawValue)
    }
    return try transaction.operation {
      asked.entry = try post(asked)
      return try keep(asked)
    }
  }

  /// Rejects what somebody asked for, or takes back what one asked for oneself; no points move.
  ///
  /// - Parameter decision: What there is to say to it; up to 1,000 bytes of UTF-8.
  /// - Throws: ``LoyaltyError/Code/alreadyResolved``, ``CRMError/Code/notFound``; nothing has
  ///   changed then.
  @discardableResult
  public func reject(_ id: ProposedAdjustment.ID, because decision: String? = nil) throws
    -> ProposedAdjustment
  {
    try keep(try decided(id, .rejected, decision))
  }

  /// What was asked for in a programme and is in a state, the earliest first.
  public func proposals(
    in programme: String, _ status: ProposedAdjustment.Status = .requested,
    after cursor: Cursor<ProposedAdjustment>? = nil, limit: Int = 50
  ) throws -> Page<ProposedAdjustment, Cursor<ProposedAdjustment>> {
    try adjustments.page(
      Query(
        where: { $0.programme == programme && $0.status == status },
        sortedBy: { [.ascending($0.askedAt)] }, after: cursor, limit: limit))
  }

  var adjustments: Records<ProposedAdjustment> { records() }

  // MARK: Checking

  private func checkText(_ reason: String, _ key: String, _ reference: String?) throws {
    let problems =
      TextRules.problems(of: reason, in: "reason", within: 1_000)
      + TextRules.problems(of: key, in: "key", within: 200)
      + TextRules.problems(of: reference, in: "reference", within: 200)
    guard problems.isEmpty else {
      throw CRMError.invalid(ProposedAdjustment.schema.name, problems)
    }
  }

  private func check(_ life: PointsLife, _ days: LocalDays) throws {
    guard case .until(let day) = life, day < days.date(of: transaction.now) else { return }
    throw CRMError.invalid(
      ProposedAdjustment.schema.name, [.init("life", "ends on \(day), which is over")])
  }

  /// What was asked for before under the key.
  private func known(_ asked: ProposedAdjustment) throws -> ProposedAdjustment? {
    let known = try adjustments.first(where: {
      $0.programme == asked.programme && $0.key == asked.key
    })
    if let known {
      let asked = try ProposedAdjustment.kept(asked)
      if let field = asked.firstDifference(from: known) {
        throw LoyaltyError(.idempotencyConflict, field)
      }
      return known
    }
    let index = LedgerEntry.index(key: asked.key, in: asked.programme)
    if try entries.first(where: { $0.keys.contains(index) }) != nil {
      throw LoyaltyError(.idempotencyConflict, "key")
    }
    return nil
  }

  /// Refuses a key under which points were asked for by hand, and were not given.
  ///
  /// - Throws: ``LoyaltyError/Code/idempotencyConflict``.
  func checkUnasked(_ key: String, in programme: String) throws {
    let haveAsked = try transaction.recall(of: ProposedAdjustment.self) {
      try adjustments.first() != nil
    }
    guard haveAsked,
      let asked = try adjustments.first(where: { $0.programme == programme && $0.key == key }),
      asked.entry == nil
    else { return }
    throw LoyaltyError(.idempotencyConflict, "key")
  }

  /// What was asked for, with who decides on it now.
  private func decided(
    _ id: ProposedAdjustment.ID, _ status: ProposedAdjustment.Status, _ decision: String?
  ) throws -> ProposedAdjustment {
    var asked = try adjustments.get(id)
    let problems = TextRules.problems(of: decision, in: "decision", within: 1_000)
    guard problems.isEmpty else {
      throw CRMError.invalid(ProposedAdjustment.schema.name, problems)
    }
    guard asked.status == .requested else {
      throw LoyaltyError(.alreadyResolved, asked.status.rawValue)
    }
    asked.status = status
    asked.decidedBy = transaction.attribution.actor
    asked.decidedAt = transaction.now
    asked.decision = decision.map(trimmed)
    return asked
  }

  // MARK: Writing

  private func keep(_ asked: ProposedAdjustment) throws -> ProposedAdjustment {
    try adjustments.update(
      asked,
      withoutWords: AdjustmentDecided(
        adjustment: asked.id, member: asked.member, status: asked.status))
  }

  /// Moves the points that were asked for.
  ///
  /// Too few of them are noticed before, as the ledger would remember the refusal under the key and
  /// nobody could approve it later.
  private func post(_ asked: ProposedAdjustment) throws -> LedgerEntry.ID {
    let (member, currency) = try named(asked.member, asked.currency)
    let allowsNegative = try version(of: member.programme).programme.adjustment.allowsNegative
    if asked.points < 0, !allowsNegative {
      let available = max(0, try settledAccount(of: member.id, currency)?.available ?? 0)
      guard available >= -asked.points else {
        throw LoyaltyError(
          .insufficientPoints, requested: -asked.points, allowed: available, currency)
      }
    }
    return try post(
      AdjustRequest(
        member: asked.member, points: asked.points, currency: asked.currency,
        reason: asked.reason, life: asked.life, reference: asked.reference),
      key: asked.key, isApproved: true
    ).get().id
  }
}

extension ProposedAdjustment {
  /// The adjustment in the form in which it is kept.
  fileprivate static func kept(_ asked: ProposedAdjustment) throws -> ProposedAdjustment {
    do throws(StorageError) {
      return try schema.hold(asked).row
    } catch {
      throw CRMError.translated(error)
    }
  }
}

extension LoyaltyProgramme {
  /// Whether somebody else has to approve that points are given or taken by hand.
  func needsApproval(_ points: Int64) -> Bool {
    adjustment.approvedUpTo.map { points.magnitude > $0.magnitude } ?? false
  }
}

extension LoyaltyError {
  /// Refuses points by hand that make no sense.
  ///
  /// - Throws: ``LoyaltyError/Code/invalidAmount``, ``LoyaltyError/Code/overflow``,
  ///   ``LoyaltyError/Code/reasonRequired``.
  static func checkAdjustment(_ points: Int64, _ reason: String) throws(LoyaltyError) {
    guard points != 0 else {
      throw LoyaltyError(.invalidAmount, requested: 0, allowed: 1, "points")
    }
    guard points > .min else { throw LoyaltyError(.overflow, requested: points) }
    guard !isBlank(reason) else { throw LoyaltyError(.reasonRequired) }
  }
}
