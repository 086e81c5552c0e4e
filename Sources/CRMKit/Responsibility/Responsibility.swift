/// Who is responsible for which customers, and how much they may do for them.
///
/// Staff, teams, territories and limits are kept in the store. Where none is defined, nothing of
/// this costs anything: no contact and no order looks at them.
public struct Responsibility: Capability {
  static let key = RecordKey("tx.responsibility")

  let conditions = KeptModels<Territory, Condition>()

  /// The capability.
  public init() {}

  public var records: [any Record.Type] {
    [
      StaffMember.self, Team.self, TeamMembership.self, Territory.self, CustomerAssignment.self,
      DiscretionLimit.self, Goodwill.self,
    ]
  }

  public var lock: RecordLock? { Self.key.lock }

  public var events: [any Event.Type] {
    [
      StaffRegistered.self, StaffUpdated.self, TeamFounded.self, TeamUpdated.self,
      TeamJoined.self, TeamLeft.self, TerritoryDefined.self, TerritoryUpdated.self,
      CustomerAssigned.self, CustomerHandedOver.self, DiscretionLimitSet.self,
      DiscretionLimitWithdrawn.self, GoodwillAsked.self, GoodwillGranted.self,
      GoodwillDeclined.self,
    ]
  }

  public var reactions: [Reaction] {
    [
      Reaction(to: CustomerAdded.self) { try $1.responsibility.place($0.customer) },
      Reaction(to: CustomerRestored.self) { try $1.responsibility.place($0.customer) },
      Reaction(to: CustomerUpdated.self) { update, tx in
        try tx.responsibility.noticeOwner(update)
        try tx.responsibility.place(update.customer)
      },
    ]
  }

  public func verify(in transaction: Transaction, report: inout VerificationReport) throws {
    try transaction.responsibility.verify(&report)
  }

  public var duties: [Duty] {
    [
      Duty(Territory.self) {
        $0.owner == $1 && $0.isCurrent == true
      } pass: { territory, owner, tx in
        try tx.responsibility.give(territory, to: owner)
      }
    ]
  }
}

extension Transaction {
  /// Who is responsible for which customers.
  public var responsibility: ResponsibilityOperations { ResponsibilityOperations(self) }
}

/// Staff, teams, territories, owners, hand-overs and discretion.
public struct ResponsibilityOperations {
  let transaction: Transaction
  let staff: Records<StaffMember>
  let teams: Records<Team>
  let memberships: Records<TeamMembership>
  let territories: Records<Territory>
  let assignments: Records<CustomerAssignment>
  let limits: Records<DiscretionLimit>
  let grants: Records<Goodwill>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    staff = transaction.records(of: StaffMember.self, with: Responsibility.key)
    teams = transaction.records(of: Team.self, with: Responsibility.key)
    memberships = transaction.records(of: TeamMembership.self, with: Responsibility.key)
    territories = transaction.records(of: Territory.self, with: Responsibility.key)
    assignments = transaction.records(of: CustomerAssignment.self, with: Responsibility.key)
    limits = transaction.records(of: DiscretionLimit.self, with: Responsibility.key)
    grants = transaction.records(of: Goodwill.self, with: Responsibility.key)
  }

  static let longestReason = 1_000

  /// What is wrong with whom something is to be given to: they are not known, or there no more.
  func problem(with owner: Principal, in field: String) throws -> CRMError.Issue? {
    let now = transaction.now
    if let name = owner.teamName {
      guard let team = try teams.first(where: { $0.name == name }) else {
        return .init(field, "\(owner.rawValue) is no team")
      }
      return team.closedAt == nil ? nil : .init(field, "\(owner.rawValue) is closed")
    }
    guard let member = try staff.first(where: { $0.principal == owner }) else {
      return .init(field, "\(owner.rawValue) is no member of the staff")
    }
    return member.isPresent(at: now)
      ? nil : .init(field, "\(owner.rawValue) does not work here at present")
  }
}

extension Principal {
  /// The short name of a team; `nil` where it is none.
  var teamName: String? {
    rawValue.hasPrefix("team:") ? String(rawValue.dropFirst(5)) : nil
  }
}
