extension LoyaltyOperations {
  /// Notes uses of caps and remainders that do not follow from the awards of the ledger.
  ///
  /// - Complexity: O(*n*) in the entries.
  func verifyEarning(_ report: inout VerificationReport) throws {
    var uses: [CapUse.ID: CapUse] = [:]
    var left: [CarriedRemainder.ID: CarriedRemainder] = [:]
    let versions = try versions()
    try entries.scan(Query(sortedBy: { _ in [.oldestFirst] })) { held in
      let entry = held.row
      if entry.kind == .refund { try release(entry, &uses) }
      guard entry.kind == .earn, let award = try entry.award(),
        let request = try entry.request(as: EarnRequest.self),
        let version = versions[entry.programme]?.first(where: {
          $0.programme.version == award.programmeVersion
        })
      else { return true }
      count(award, request, of: entry.qualifier, version.prepared, &uses)
      guard version.programme.rounding.carriesRemainder, request.occasion == .order else {
        return true
      }
      for total in award.totals {
        let id = CarriedRemainder.identifier(of: entry.qualifier, total.points)
        left[id] = CarriedRemainder(
          id: id, member: entry.qualifier, points: total.points, remainder: total.remainder)
      }
      return true
    }
    try compare(capUses, with: uses, &report)
    try compare(remainders, with: left, &report)
  }

  private func release(_ refund: LedgerEntry, _ uses: inout [CapUse.ID: CapUse]) throws {
    guard let outcome = try refund.refund(), let cause = refund.cause else { return }
    for release in try releases(by: outcome, of: try entries.get(cause)) {
      // A refund that was undone has given its room already when there is another one.
      guard let used = uses[release.use.id]?.used else { continue }
      uses[release.use.id]?.used = max(0, used - release.less)
    }
  }

  private func count(
    _ award: Award, _ request: EarnRequest, of member: LoyaltyMember.ID,
    _ programme: PreparedProgramme, _ uses: inout [CapUse.ID: CapUse]
  ) {
    for cap in programme.caps where cap.isUsed(by: request) {
      let use = cap.use(by: award, of: programme.kinds[cap.kind].name)
      guard use > 0 else { continue }
      let blank = CapUse(
        of: cap, in: programme.programme.name, by: member, for: request, on: award.day)
      let (sum, overflow) = (uses[blank.id]?.used ?? 0).addingReportingOverflow(use)
      uses[blank.id] = blank
      uses[blank.id]?.used = overflow ? .max : sum
    }
  }

  private func compare<R: Record>(
    _ records: Records<R>, with expected: [R.ID: R], _ report: inout VerificationReport
  ) throws {
    var expected = expected
    try records.scan { held in
      if expected.removeValue(forKey: held.id) != held.row {
        report.noteDamage(
          of: R.schema.name, id: held.id.description, "it does not follow from the ledger")
      }
      return true
    }
    for id in expected.keys.sorted() {
      report.noteDamage(
        of: R.schema.name, id: id.description, "it follows from the ledger, and is missing")
    }
  }
}
