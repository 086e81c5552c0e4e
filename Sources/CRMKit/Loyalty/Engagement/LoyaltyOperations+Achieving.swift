extension LoyaltyOperations {
  var achieved: Records<Achievement> { records() }

  /// The badges and challenges a member has reached and not lost again, by name.
  ///
  /// - Throws: ``LoyaltyError/Code/unknownReference``.
  public func achievements(of member: LoyaltyMember.ID) throws -> [Achievement] {
    let id = try resolve(member).id
    return try achieved.all(where: { $0.member == id }, sortedBy: { [.ascending($0.name)] })
      .filter { $0.lostAt == nil }
  }

  /// Looks which badges and challenges an entry reaches, or takes away.
  ///
  /// - Complexity: O(log *n*), and O(*n*) in what counts in its time where one is new.
  func reckonAchievements(after entry: LedgerEntry, in programme: LoyaltyProgramme) throws {
    let versions = try versions()[programme.name] ?? []
    guard let countsAt = entry.qualifiesAt, entry.refusal == nil,
      versions.contains(where: { !$0.prepared.programme.achievements.isEmpty })
    else { return }
    let member = try resolve(qualifier(of: entry)).id
    if versions.count > 1 { try forgetProgress(of: member, at: countsAt, besides: programme) }
    for terms in programme.achievements {
      let span = terms.span(in: programme.zone)
      guard span.contains(countsAt) else { continue }
      let name = terms.name
      let known = try achieved.first(where: { $0.member == member && $0.name == name })
      let isHeld = known.map { $0.lostAt == nil } ?? false
      if isHeld, !terms.rollbackAfterCompletion {
        // It is not looked at any more, and would miss what counts from here on.
        let id = AchievementProgress.identifier(of: member, name)
        if try progress.find(id) != nil { try progress.remove(id) }
        continue
      }
      let totals = try totals(towards: terms, in: span, of: member, with: entry)
      let isReached = terms.goal.missing(from: totals) == 0
      if let known, isHeld, !isReached {
        try lose(known, after: entry)
      } else if !isHeld, isReached {
        try reach(terms, known, by: member, after: entry)
      }
    }
  }

  private func reach(
    _ terms: AchievementTerms, _ known: Achievement?, by member: LoyaltyMember.ID,
    after entry: LedgerEntry
  ) throws {
    let event = AchievementChanged(member: member, achievement: terms.name, isLost: false)
    var new =
      known
      ?? Achievement(
        id: transaction.makeIdentifier(), member: member, name: terms.name,
        reachedAt: entry.occurredAt, cause: entry.id)
    (new.reachedAt, new.cause, new.lostAt) = (entry.occurredAt, entry.id, nil)
    let request = BonusRequest(member: member, name: terms.name, points: terms.reward)
    new.reward = try give(
      request, key: BonusKey.achievement(terms.name, to: member, after: entry.sequence),
      at: entry.occurredAt, because: entry.id)?.id
    if known == nil {
      try achieved.insert(new, emitting: event, at: entry.occurredAt)
    } else {
      try achieved.update(new, emitting: event, at: entry.occurredAt)
    }
  }

  private func lose(_ held: Achievement, after entry: LedgerEntry) throws {
    var lost = held
    lost.lostAt = entry.occurredAt
    if let reward = held.reward {
      // One that somebody has undone already stays undone.
      try reverse(reward, because: held.name, key: BonusKey.lost(reward))
    }
    try achieved.update(
      lost,
      emitting: AchievementChanged(member: held.member, achievement: held.name, isLost: true),
      at: entry.occurredAt)
  }
}

extension LoyaltyProgramme {
  private static let mostAchievements = 200

  /// Every problem of the badges and challenges.
  func achievementProblems() -> [CRMError.Issue] {
    guard achievements.count <= Self.mostAchievements else {
      return [.init("achievements", "has more than \(Self.mostAchievements) entries")]
    }
    var known: Set<String> = []
    return achievements.enumerated().flatMap { index, terms -> [CRMError.Issue] in
      let place = "achievements[\(index)]"
      var problems = TextRules.problems(of: terms.name, in: "\(place).name", within: 60)
      if !known.insert(terms.name).inserted {
        problems.append(.init("\(place).name", "is that of another one, “\(terms.name)”"))
      }
      if terms.goal.amount < 1 { problems.append(.init("\(place).goal", "is less than 1")) }
      if case .spend(let goal) = terms.goal, goal.currency != money {
        let reason = "is in \(goal.currency.rawValue), not in \(money.rawValue)"
        problems.append(.init("\(place).goal", reason))
      }
      if terms.reward < 0 { problems.append(.init("\(place).reward", "is less than 0")) }
      if let from = terms.from, let through = terms.through, through < from {
        problems.append(.init("\(place).through", "lies before from"))
      }
      return problems
    }
  }
}
