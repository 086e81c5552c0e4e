extension LoyaltyOperations {
  /// Notes standings in tiers that do not follow from the ledger and from the moves that were noted.
  ///
  /// - Complexity: O(*n* log *n*) in what counted.
  func verifyTiers(_ report: inout VerificationReport) throws {
    let versions = try versions()
    try standings.scan { held in
      let standing = held.row
      let groups = (versions[standing.programme] ?? []).map { version in
        version.programme.tierGroups.first { $0.name == standing.group }
      }.drop { $0 == nil }
      // What counts while there is no such group counts for nothing in it.
      guard let group = groups.last ?? nil, !groups.contains(nil) else { return true }
      for problem in try problems(of: standing, group) {
        report.noteDamage(of: TierStanding.schema.name, id: standing.id.description, problem)
      }
      return true
    }
  }

  private func problems(of standing: TierStanding, _ group: TierGroup) throws -> [String] {
    var problems: [String] = []
    let (member, name) = (standing.member, standing.group)
    let last = try tierChanges.first(
      where: { $0.member == member && $0.group == name },
      sortedBy: { [.descending($0.number)] })
    if last?.number ?? 0 != standing.changes {
      problems.append("\(standing.changes) moves were noted, not \(last?.number ?? 0)")
    }
    let led =
      standing.ahead == 0
      ? last
      : try changesThatHold(of: member, in: name)
        .dropLast(standing.ahead).last
    if let led, led.to != standing.tier {
      problems.append("its tier is “\(standing.tier)”, the last move led to “\(led.to)”")
    }
    guard group.period != .balance else { return problems }
    let window = standing.windowStart..<max(standing.windowStart, standing.asOf + .milliseconds(1))
    // The standing of an alias is that of when it became one.
    let isAlias = try members.find(member)?.status == .merged
    let joined = try isAlias ? mergeEntry(of: member)?.sequence : nil
    let counted = try counted(by: family(of: member), in: window, limit: nil).filter { event in
      joined.map { event.sequence < $0 } ?? true
    }
    if counted.reduce(.zero, { $0 + $1.totals }) != standing.state.window.totals {
      problems.append("what counts is not what the ledger says")
    }
    return problems
  }
}
