/// A line of a member's history: what an entry did to what can be spent, and what that came to.
public struct LedgerLine: Hashable, Sendable {
  /// The entry; `nil` for what time has brought and nothing has put down yet.
  public let entry: LedgerEntry?

  /// What it did.
  public let kind: LedgerEntry.Kind

  /// When it happened.
  public let occurredAt: Instant

  /// How many points it added to what can be spent; below zero where it took some.
  public let change: Int64

  /// How many could be spent after it.
  public let available: Int64
}

/// Where a further part of a member's history begins.
public struct LedgerPlace: Hashable, Sendable, Codable {
  let entry: LedgerEntry.ID
  let available: Int64
}

extension LoyaltyOperations {
  /// What happened to a member's points, the latest first, each with what could be spent after it.
  ///
  /// - Parameters:
  ///   - member: Whose.
  ///   - currency: The name of the points, if not the programme's first.
  ///   - place: Where to go on, if not with the latest.
  ///   - limit: How many lines at most, besides those that nothing has put down yet.
  /// - Throws: ``LoyaltyError/Code/unknownReference``, ``LoyaltyError/Code/unknownCurrency``.
  /// - Complexity: O(log *n*) and then in the entries listed.
  public func history(
    of member: LoyaltyMember.ID, _ currency: String? = nil, after place: LedgerPlace? = nil,
    limit: Int = 50
  ) throws -> Page<LedgerLine, LedgerPlace> {
    let (member, currency) = try named(member, currency)
    var lines: [LedgerLine] = []
    var available: Int64
    if let place {
      available = place.available
    } else {
      let account = try account(of: member.id, currency)
      available = account?.available ?? 0
      if let account, account.nextDueAt <= transaction.now {
        lines = try unwritten(account)
      }
    }
    let order = try PreparedQuery(
      Query<LedgerEntry>(sortedBy: { _ in [.newestFirst] }), in: transaction.reader.catalog)
    let page = try entries.rowPage(
      Query(
        where: { $0.parties.contains(member.id) }, sortedBy: { _ in [.newestFirst] },
        after: place.map { order.cursor(after: $0.entry) }, limit: limit))
    for held in page.items {
      let entry = held.row
      let change = entry.change(of: member.id, in: currency)
      lines.append(
        LedgerLine(
          entry: entry, kind: entry.kind, occurredAt: entry.occurredAt, change: change,
          available: available))
      available &-= change
    }
    let next = page.next.map { LedgerPlace(entry: $0.id, available: available) }
    return Page(items: lines, next: next)
  }

  /// What time has brought to an account and nothing has put down yet, the latest first.
  private func unwritten(_ account: PointsAccount) throws -> [LedgerLine] {
    var available = account.available
    let lines = try settlement(of: account, until: transaction.now).steps.map { step in
      var change: Int64 = 0
      for leg in step.legs {
        if leg.from == .available { change &-= leg.points }
        if leg.to == .available { change &+= leg.points }
      }
      available &+= change
      return LedgerLine(
        entry: nil, kind: step.kind, occurredAt: step.at, change: change, available: available)
    }
    return lines.reversed()
  }
}
