extension Metric {
  /// How high a customer's tier is, from 0 for the lowest, so that lifecycles and scores see it.
  ///
  ///     Metrics(custom: [.tierRank("club_tier", of: "status", in: "club")])
  ///     // and in a lifecycle: .quantity(.figure("club_tier"), .greaterOrEqual, 2)
  ///
  /// It changes when a change of tier is written: by what is posted, or when `advance` gets there.
  ///
  /// - Parameters:
  ///   - name: The name of the figure.
  ///   - group: The group of tiers.
  ///   - programme: The programme.
  public static func tierRank(_ name: String, of group: String, in programme: String) -> Metric {
    Metric(
      name,
      contributions: [
        Contribution(to: TierChanged.self) { change, tx in
          guard change.event.group == group, change.event.programme == programme else { return [] }
          return try recounting([change.event.member], tx)
        },
        Contribution(to: MemberMerged.self) { change, tx in
          try recounting([change.event.member, change.event.into], tx)
        },
        Contribution(to: MemberUnmerged.self) { change, tx in
          try recounting([change.event.member, change.event.from], tx)
        },
        Contribution(to: MemberErased.self) { change, _ in
          let name = LoyaltyMember.fields.customer.name
          return change.recorded.changes.compactMap { change in
            guard change.field == name, case .identifier(let high, let low) = change.before else {
              return nil
            }
            return .recounting(Customer.ID(high: high, low: low))
          }
        },
        Contribution(to: MemberReassigned.self) { change, _ in
          [.recounting(change.event.from), .recounting(change.event.to)]
        },
      ]
    ) { customer, tx in
      guard let member = try tx.loyalty.member(of: customer, in: programme),
        let tiers = try tx.loyalty.programme(programme).tierGroups.first(where: {
          $0.name == group
        })
      else { return [] }
      return try tx.loyalty.changesThatHold(of: member.id, in: group).map { change in
        let step = (tiers.rank(of: change.to) ?? 0) - (tiers.rank(of: change.from) ?? 0)
        return MetricEntry(amount: step, at: change.at)
      }
    }
  }

  /// The tiers of some memberships, and so of their aliases, are others now.
  private static func recounting(
    _ members: [LoyaltyMember.ID], _ tx: Transaction
  ) throws -> [MetricChange] {
    try members.flatMap { try tx.loyalty.family(of: $0) }.compactMap { id in
      try tx.loyalty.members.get(id).customer.map { .recounting($0) }
    }
  }
}
