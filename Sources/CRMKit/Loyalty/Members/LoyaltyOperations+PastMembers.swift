extension LoyaltyOperations {
  /// The membership that an identifier stood for at an instant, as far as it was known at another:
  /// an alias stands for the other from when they were joined until they were parted.
  ///
  /// - Throws: ``LoyaltyError/Code/unknownReference``.
  /// - Complexity: O(log *n*), and for who was ever joined with another in the entries about them.
  func resolve(_ id: LoyaltyMember.ID, asOf instant: Instant, knownAt known: Instant?) throws
    -> LoyaltyMember
  {
    try resolve(id) { tie in
      tie.occurredAt <= instant && known.map { tie.recordedAt <= $0 } ?? true
    }
  }

  /// The membership that an identifier stands for by some of the entries that joined and parted
  /// memberships.
  private func resolve(_ id: LoyaltyMember.ID, by isMeant: (LedgerEntry) -> Bool) throws
    -> LoyaltyMember
  {
    var seen: Set<LoyaltyMember.ID> = []
    var next = id
    while true {
      guard let member = try members.find(next) else {
        throw LoyaltyError(.unknownReference, "member \(id)")
      }
      // Where the clock went back two can have been each other's alias at one instant.
      guard seen.insert(next).inserted, member.mergedInto != nil || !member.partedFrom.isEmpty,
        let tie = try lastTie(of: next, where: isMeant), tie.kind == .merge
      else { return member }
      next = try target(of: tie)
    }
  }

  /// The membership with which another was joined, whatever name the host used for it.
  private func target(of merge: LedgerEntry) throws -> LoyaltyMember.ID {
    guard let into = try merge.request(as: MergeRequest.self)?.into else { return merge.member }
    return try resolve(into) { $0.sequence < merge.sequence }.id
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
