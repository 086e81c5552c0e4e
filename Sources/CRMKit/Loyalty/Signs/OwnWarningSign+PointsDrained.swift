extension OwnWarningSign {
  /// Shows when a member spent all or most of the points at once, as those do who mean to leave.
  ///
  ///     CRM.standardCapabilities.replacing(Warnings(signs: [.pointsDrained()]))
  ///
  /// Points that were redeemed, given away or converted count; points that lapsed or were taken
  /// back do not. The entry of the ledger is what it shows by, so that one is warned of once.
  ///
  /// - Parameters:
  ///   - name: The name, by which a model uses it: ``WarningSign/own(_:)``.
  ///   - share: How much of what there was has to be spent.
  ///   - least: How many points there have to have been.
  ///   - span: For how long it shows.
  /// - Complexity: The last hundred entries of each membership are looked at.
  public static func pointsDrained(
    _ name: String = "points_drained", by share: Rate = .percent(80), ofAtLeast least: Int64 = 100,
    showingFor span: LifecycleSpan = .days(90)
  ) -> OwnWarningSign {
    OwnWarningSign(name) { customer, tx in
      let drain = PointsDrain(share: share, least: least, span: span)
      return try tx.loyalty.memberships(of: customer).flatMap { member in
        let zone = try tx.loyalty.programme(member.programme).zone
        return try tx.loyalty.points(of: member).flatMap { points in
          try tx.loyalty.history(of: member.id, points, limit: 100).items.compactMap {
            drain.warning(of: $0, points, member.id, in: zone)
          }
        }
      }
    }
  }
}

/// What counts as spending most of the points.
private struct PointsDrain {
  let share: Rate
  let least: Int64
  let span: LifecycleSpan

  /// The time in which a line of a member's history is a sign; `nil` for one that is none.
  func warning(
    of line: LedgerLine, _ points: String, _ member: LoyaltyMember.ID, in zone: Zone
  ) -> WarningCase? {
    guard let entry = line.entry, Self.spending.contains(entry.kind) else { return nil }
    let held = entry.change(of: .held, of: member, in: points)
    let spent = 0 - (line.change &+ held)
    let (before, overflow) = max(line.available, 0).addingReportingOverflow(spent)
    guard spent > 0, !overflow, before >= least, isDrained(spent, of: before) else { return nil }
    return WarningCase(
      key: entry.id.description, from: line.occurredAt,
      until: span.end(from: line.occurredAt, in: zone),
      found: [("points", "spent \(spent) of \(before) \(points)")])
  }

  private func isDrained(_ spent: Int64, of before: Int64) -> Bool {
    let whole = before.multipliedFullWidth(by: share.partsPerMillion)
    let part = spent.multipliedFullWidth(by: 1_000_000)
    return (part.high, part.low) >= (whole.high, whole.low)
  }

  private static let spending: [LedgerEntry.Kind] = [.redeem, .capture, .transfer, .convert]
}
