extension LoyaltyOperations {
  /// What a programme brought its members in a period, beside what it brought and cost the firm.
  ///
  /// - Parameters:
  ///   - programme: The name of the programme; its terms of today say what points are worth.
  ///   - period: From when until before when; what happened in it counts.
  /// - Throws: ``LoyaltyError`` of code `unknownReference` or `overflow`.
  /// - Complexity: O(*n*) in the entries and claims of the programme.
  public func sides(of programme: String, in period: Range<Instant>) throws -> LoyaltySides {
    var sum = SidesSum(try self.programme(programme), of: nil, in: period)
    let paying = try add(
      claims.all(where: { $0.programme == programme }), to: &sum)
    try entries.scan(
      Query(where: { $0.programme == programme }, sortedBy: { _ in [.oldestFirst] })
    ) { held in
      let isForReward = paying.contains(held.id, held.row.cause)
      try sum.add(held.row, by: held.row.qualifier, isForReward: isForReward)
      return true
    }
    let now = transaction.now
    try addUnwritten(
      accounts.all(where: { $0.programme == programme && $0.nextDueAt <= now }), to: &sum)
    return try sum.sides()
  }

  /// The same of one member, with what it was joined with.
  ///
  /// - Throws: As ``sides(of:in:)``.
  /// - Complexity: O(*k*) in the entries and claims of the member.
  public func sides(of member: LoyaltyMember.ID, in period: Range<Instant>) throws -> LoyaltySides {
    let member = try resolve(member)
    let family = try family(of: member.id)
    var sum = SidesSum(try programme(member.programme), of: family, in: period)
    let paying = try add(claims.all(where: { $0.member.isOne(of: family) }), to: &sum)
    // What is about two of them is found twice.
    var shared: Set<LedgerEntry.ID> = []
    for id in try places(of: family) {
      try entries.scan(
        Query(where: { $0.parties.contains(id) }, sortedBy: { _ in [.oldestFirst] })
      ) { held in
        if held.row.counterparty != nil, !shared.insert(held.id).inserted { return true }
        try sum.add(
          held.row, by: qualifier(of: held.row),
          isForReward: paying.contains(held.id, held.row.cause))
        return true
      }
    }
    for terms in try self.programme(member.programme).points {
      try addUnwritten(family.compactMap { try account(of: $0, terms.name) }, to: &sum)
    }
    return try sum.sides()
  }

  /// Adds what time has brought to accounts and nothing has put down yet.
  private func addUnwritten(_ accounts: [PointsAccount], to sum: inout SidesSum) throws {
    for account in accounts where account.nextDueAt <= transaction.now {
      for step in try settlement(of: account, until: transaction.now).steps { try sum.add(step) }
    }
  }

  /// Adds claims, and returns the entries that pay for them.
  private func add(_ claims: [RewardClaim], to sum: inout SidesSum) throws -> Set<LedgerEntry.ID> {
    for claim in claims { try sum.add(claim) }
    return Set(claims.map(\.entry))
  }
}

extension Set<LedgerEntry.ID> {
  /// Whether an entry is one of them, or undoes one.
  fileprivate func contains(_ entry: LedgerEntry.ID, _ cause: LedgerEntry.ID?) -> Bool {
    contains(entry) || (cause.map { contains($0) } ?? false)
  }
}
