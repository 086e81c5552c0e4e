/// Room under a cap that a refund gives back.
struct CapRelease {
  /// The use of the cap, as it is with nothing used.
  let use: CapUse

  /// How much less of it is used.
  let less: Int64
}

extension RefundRules {
  /// How much of each cap is used less by what is left of an order, in the order of the caps; none
  /// where refunds give no room back.
  func released(from before: Award?, to after: Award?) -> [Int64] {
    guard programme.programme.cap.refundFreesSpace, !programme.caps.isEmpty else { return [] }
    return programme.caps.map { cap in
      guard cap.isUsed(by: earning.request) else { return 0 }
      let points = programme.kinds[cap.kind].name
      let use = { (award: Award?) in award.map { cap.use(by: $0, of: points) } ?? 0 }
      return max(0, use(before) - use(after))
    }
  }
}

extension LoyaltyOperations {
  /// The room under caps that a refund of an earning gives back.
  func releases(by outcome: RefundOutcome, of earning: LedgerEntry) throws -> [CapRelease] {
    guard outcome.released.contains(where: { $0 > 0 }), let award = try earning.award(),
      let request = try earning.request(as: EarnRequest.self)
    else { return [] }
    let caps = try version(of: earning.programme, number: earning.programmeVersion).prepared.caps
    return zip(caps, outcome.released).compactMap { cap, less in
      guard less > 0 else { return nil }
      return CapRelease(
        use: CapUse(
          of: cap, in: earning.programme, by: earning.qualifier, for: request, on: award.day),
        less: less)
    }
  }

  /// Gives the room back.
  func release(by outcome: RefundOutcome, of earning: LedgerEntry) throws {
    for release in try releases(by: outcome, of: earning) {
      guard let old = try kept(release.use) else { continue }
      var new = old.row
      new.used = max(0, new.used - release.less)
      try capUses.put(new, instead: old)
    }
  }
}
