extension ResponsibilityOperations {
  // MARK: Teams

  /// Founds a team or a department.
  ///
  /// - Parameters:
  ///   - name: Its short name, for good; up to 100 bytes of UTF-8.
  ///   - title: What it is called; up to 200 bytes of UTF-8.
  ///   - parent: The short name of the team it belongs to, if to one.
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/duplicate`` where
  ///   there is one of the name, ``CRMError/Code/notFound`` for an unknown parent; nothing has
  ///   changed then.
  @discardableResult
  public func found(_ name: String, _ title: String, in parent: String? = nil) throws -> Team {
    let problems =
      TextRules.problems(of: name, in: "name", within: 100)
      + TextRules.problems(of: title, in: "title", within: 200)
    guard problems.isEmpty else { throw CRMError.invalid("teams", problems) }
    let team = Team(
      id: transaction.makeIdentifier(), name: name, title: trimmed(title),
      parent: try parent.map { try self.team($0).id }, foundedAt: transaction.now,
      modifiedAt: transaction.now, version: 1)
    return try teams.insert(team, emitting: TeamFounded(team: team.id))
  }

  /// Changes what a team is called and where it belongs.
  ///
  /// - Throws: ``CRMError/Code/conflict`` where it was changed since it was read,
  ///   ``CRMError/Code/invalid`` also where it would belong to itself over others,
  ///   ``CRMError/Code/notFound``; nothing has changed then.
  @discardableResult
  public func update(_ team: Team) throws -> Team {
    let old = try teams.get(team.id)
    var problems = TextRules.problems(of: team.title, in: "title", within: 200)
    if team.name != old.name { problems.append(.init("name", "cannot change")) }
    if team.foundedAt != old.foundedAt || team.closedAt != old.closedAt {
      problems.append(.init("closed_at", "cannot be edited"))
    }
    if let parent = team.parent, try ancestors(from: parent).contains(where: { $0.id == team.id }) {
      problems.append(.init("parent", "is the team itself, or belongs to it"))
    }
    guard problems.isEmpty || old.version != team.version else {
      throw CRMError.invalid("teams", problems)
    }
    return try teams.update(team, emitting: TeamUpdated(team: team.id))
  }

  /// Closes a team; who was in it is so no more.
  ///
  /// - Throws: ``CRMError/Code/notAllowed`` while it has anything open or teams belong to it,
  ///   naming what; ``CRMError/Code/notFound``. Nothing has changed then.
  @discardableResult
  public func close(_ name: String) throws -> Team {
    var team = try self.team(name)
    guard team.closedAt == nil else { return team }
    let open = try openWork(of: team.principal).count
    let below = try teams.all(where: { $0.parent == team.id }).filter { $0.closedAt == nil }.count
    var issues: [CRMError.Issue] = []
    if open > 0 { issues.append(.init("open", "\(open) things are open")) }
    if below > 0 { issues.append(.init("teams", "\(below) belong to it")) }
    guard issues.isEmpty else {
      throw CRMError(
        .notAllowed, "The team “\(name)” cannot be closed yet.",
        recovery: "Hand over what it has open, and move the teams that belong to it.",
        issues: issues, record: "teams", identifier: team.id.description)
    }
    team.closedAt = transaction.now
    return try transaction.operation {
      for membership in try memberships.all(where: { $0.team == team.id })
      where membership.holds(at: transaction.now) {
        try end(membership)
      }
      return try teams.update(team, emitting: TeamUpdated(team: team.id))
    }
  }

  /// Takes someone into a team; one who is in it already keeps the place, with the role said.
  ///
  /// - Parameters:
  ///   - principal: Who.
  ///   - team: The short name of the team.
  ///   - role: What they are there, such as `lead`.
  /// - Throws: ``CRMError/Code/notFound``; ``CRMError/Code/invalid`` for one who left or a team
  ///   that is closed. Nothing has changed then.
  @discardableResult
  public func join(_ principal: Principal, _ team: String, as role: String? = nil) throws
    -> TeamMembership
  {
    let member = try self.member(principal)
    let found = try self.team(team)
    var problems = TextRules.problems(of: role, in: "role", within: 100)
    if let problem = try problem(with: principal, in: "member") { problems.append(problem) }
    if let problem = try problem(with: found.principal, in: "team") { problems.append(problem) }
    guard problems.isEmpty else { throw CRMError.invalid("team_memberships", problems) }
    let joining = TeamJoined(team: found.id, member: member.id)
    let present = try memberships.all(where: { $0.member == member.id && $0.team == found.id })
    if var membership = present.first(where: { $0.holds(at: transaction.now) }) {
      membership.role = role
      return try memberships.update(membership, emitting: joining)
    }
    return try memberships.insert(
      TeamMembership(
        id: transaction.makeIdentifier(), team: found.id, member: member.id, role: role,
        from: transaction.now), emitting: joining)
  }

  /// Takes someone out of a team; that they were in it stays.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func leave(_ principal: Principal, team: String) throws {
    let member = try self.member(principal)
    let found = try self.team(team)
    try transaction.operation {
      for membership in try memberships.all(where: {
        $0.member == member.id && $0.team == found.id
      }) where membership.holds(at: transaction.now) {
        try end(membership)
      }
    }
  }

  /// The team of a short name.
  ///
  /// - Throws: ``CRMError/Code/notFound``, suggesting the nearest name there is.
  public func team(_ name: String) throws -> Team {
    if let team = try teams.first(where: { $0.name == name }) { return team }
    let hint = nearest(to: name, among: try teams.all().map(\.name)).map { "Did you mean “\($0)”?" }
    throw CRMError(
      .notFound, "There is no team “\(name)”.", recovery: hint ?? "Found it first.",
      record: "teams")
  }

  /// Who was in a team at an instant, who joined first first.
  ///
  /// - Parameters:
  ///   - team: The short name of the team.
  ///   - instant: When, if not now.
  ///   - includesBelow: Whether those of the teams that belong to it count, each once.
  /// - Complexity: O(*k*) in the memberships of the teams, past ones too.
  public func members(of team: String, at instant: Instant? = nil, includingBelow: Bool = false)
    throws -> [StaffMember]
  {
    let instant = instant ?? transaction.now
    var all = [try self.team(team)]
    if includingBelow {
      var next = 0
      while next < all.count {
        let parent = all[next].id
        all += try teams.all(where: { $0.parent == parent }, sortedBy: { _ in [.oldestFirst] })
        next += 1
      }
    }
    let ids = all.map(\.id)
    let rows = try memberships.all(
      where: { $0.team.isOne(of: ids) }, sortedBy: { [.ascending($0.from)] })
    var known: Set<StaffMember.ID> = []
    let members = rows.filter { $0.holds(at: instant) }.map(\.member).filter {
      known.insert($0).inserted
    }
    let found = try staff.find(members)
    return members.compactMap { found[$0] }
  }

  /// The teams someone was in at an instant, by short name; those these belong to are not named.
  public func teams(of principal: Principal, at instant: Instant? = nil) throws -> [Team] {
    let instant = instant ?? transaction.now
    guard let member = try staff.first(where: { $0.principal == principal }) else { return [] }
    let ids = try memberships.all(where: { $0.member == member.id }).filter {
      $0.holds(at: instant)
    }.map(\.team)
    return try teams.find(ids).values.sorted { $0.name < $1.name }
  }

  // MARK: Steps

  func end(_ membership: TeamMembership) throws {
    var ended = membership
    ended.until = transaction.now
    try memberships.update(
      ended, emitting: TeamLeft(team: membership.team, member: membership.member))
  }

  /// A team and those it belongs to, from below.
  func ancestors(from id: Team.ID) throws -> [Team] {
    var all: [Team] = []
    var next: Team.ID? = id
    while let id = next, !all.contains(where: { $0.id == id }), let team = try teams.find(id) {
      all.append(team)
      next = team.parent
    }
    return all
  }
}
