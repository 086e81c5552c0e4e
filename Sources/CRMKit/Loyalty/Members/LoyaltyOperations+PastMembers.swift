extension LoyaltyOperations {
  /// The membership that an identifier stood for at an instant, as far as it was known at another:
  /// an alias stands for the other from when they were joined until they were parted.
  ///
  /// - Throws: ``LoyaltyError/Code/unknownReference``.
  /// - Complexity: O(log *n*), and for who was ever joined with another in the entries about them.
  func resolve(_ id: LoyaltyMember.ID, asOf instant: Instant, knownAt known: Instant?) throws
    -> LoyaltyMember
  {
    var seen: Set<LoyaltyMember.ID> = []
    var next = id
    while true {
      guard let member = try members.find(next) else {
        throw LoyaltyError(.unknownReference, "member \(id)")
      }
      // Where the clock went back two can have been each other's alias at one instant.
      guard seen.insert(next).inserted,
        let other = try stood(member, asOf: instant, knownAt: known)
      else { return member }
      next = other
    }
  }

  /// The membership in whose place another one stood at an instant; `nil` where it was its own.
  private func stood(
    _ member: LoyaltyMember, asOf instant: Instant, knownAt known: Instant?
  ) throws -> LoyaltyMember.ID? {
    guard member.mergedInto != nil || !member.partedFrom.isEmpty else { return nil }
    let last = try lastTie(of: member.id) { tie in
      tie.occurredAt <= instant && known.map { tie.recordedAt <= $0 } ?? true
    }
    guard let last, last.kind == .merge else { return nil }
    return try last.request(as: MergeRequest.self)?.into ?? last.member
  }

  /// The last entry of some by which a membership became an alias or was parted again.
  func lastTie(of alias: LoyaltyMember.ID, where isMeant: (LedgerEntry) -> Bool) throws
    -> LedgerEntry?
  {
    var found: LedgerEntry?
    try entries.scan(
      Query(
        where: { $0.parties.contains(alias) && $0.counterparty == alias },
        sortedBy: { _ in [.newestFirst] })
    ) { held in
      if held.row.isTie, isMeant(held.row) { found = held.row }
      return found == nil
    }
    return found
  }
}

extension LedgerEntry {
  /// Whether it made its counterparty an alias, or parted it again.
  fileprivate var isTie: Bool { (kind == .merge || kind == .unmerge) && refusal == nil }
}
