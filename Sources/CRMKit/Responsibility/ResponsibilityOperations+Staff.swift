extension ResponsibilityOperations {
  // MARK: Staff

  /// Registers someone who works for the firm.
  ///
  /// - Parameters:
  ///   - principal: Who they are wherever something is done or owned.
  ///   - name: What they are called; up to 200 bytes of UTF-8.
  ///   - roles: What they do, in words of the host's own.
  ///   - instant: Since when, if not since now.
  /// - Throws: ``CRMError/Code/invalid`` with every problem; ``CRMError/Code/duplicate`` where
  ///   the principal is registered already. Nothing has changed then.
  @discardableResult
  public func register(
    _ principal: Principal, _ name: String, roles: [String] = [], since instant: Instant? = nil
  ) throws -> StaffMember {
    let joinedAt = instant ?? transaction.now
    var problems = Self.problems(ofName: name, roles: roles)
    problems += TextRules.problems(of: principal, in: "principal")
    problems += futureProblems("joined_at", joinedAt, now: transaction.now)
    if principal.teamName != nil { problems.append(.init("principal", "is a team")) }
    guard problems.isEmpty else { throw CRMError.invalid("staff", problems) }
    let member = StaffMember(
      id: transaction.makeIdentifier(), principal: principal, name: trimmed(name), roles: roles,
      joinedAt: joinedAt, modifiedAt: transaction.now, version: 1)
    return try staff.insert(
      member, emitting: StaffRegistered(member: member.id, principal: principal))
  }

  /// Changes what someone is called and what they do.
  ///
  /// - Throws: ``CRMError/Code/conflict`` where it was changed since it was read,
  ///   ``CRMError/Code/invalid``, ``CRMError/Code/notFound``; nothing has changed then.
  @discardableResult
  public func update(_ member: StaffMember) throws -> StaffMember {
    let old = try staff.get(member.id)
    var problems = Self.problems(ofName: member.name, roles: member.roles)
    for (field, isSame) in [
      ("principal", member.principal == old.principal),
      ("joined_at", member.joinedAt == old.joinedAt), ("left_at", member.leftAt == old.leftAt),
    ] where !isSame && old.version == member.version {
      problems.append(.init(field, "cannot be edited"))
    }
    guard problems.isEmpty else { throw CRMError.invalid("staff", problems) }
    var changed = member
    changed.name = trimmed(member.name)
    return try staff.update(changed, emitting: StaffUpdated(member: member.id))
  }

  /// Notes that someone works for the firm no more, and takes them out of their teams.
  ///
  /// - Throws: ``CRMError/Code/notAllowed`` while they have anything open, naming how much of
  ///   what: hand it over first (``handOverAll(from:to:note:content:)``).
  ///   ``CRMError/Code/notFound``. Nothing has changed then.
  @discardableResult
  public func leave(_ principal: Principal) throws -> StaffMember {
    var member = try self.member(principal)
    guard member.leftAt == nil else { return member }
    let open = try openWork(of: principal)
    guard open.isEmpty else {
      let counts = Dictionary(open.map { ($0.kind, 1) }, uniquingKeysWith: +)
      throw CRMError(
        .notAllowed, "\(principal.rawValue) has \(open.count) things open.",
        recovery: "Hand them over first.",
        issues: counts.sorted { $0.key < $1.key }.map { .init($0.key, "\($0.value) are open") },
        record: "staff", identifier: member.id.description)
    }
    member.leftAt = transaction.now
    return try transaction.operation {
      for membership in try memberships.all(where: { $0.member == member.id })
      where membership.holds(at: transaction.now) {
        try end(membership)
      }
      return try staff.update(member, emitting: StaffUpdated(member: member.id))
    }
  }

  /// Who someone is.
  ///
  /// - Throws: ``CRMError/Code/notFound``, suggesting the nearest name there is.
  public func member(_ principal: Principal) throws -> StaffMember {
    if let member = try staff.first(where: { $0.principal == principal }) { return member }
    let known = try staff.all().map(\.principal.rawValue)
    let hint = nearest(to: principal.rawValue, among: known).map { "Did you mean “\($0)”?" }
    throw CRMError(
      .notFound, "“\(principal.rawValue)” is no member of the staff.",
      recovery: hint ?? "Register them first.", record: "staff")
  }

  /// A part of a query's staff, and the place to go on from.
  public func staff(_ query: Query<StaffMember>) throws -> Page<StaffMember, Cursor<StaffMember>> {
    try staff.page(query)
  }

  private static func problems(ofName name: String, roles: [String]) -> [CRMError.Issue] {
    var problems = TextRules.problems(of: name, in: "name", within: 200)
    guard roles.count <= 50 else { return problems + [.init("roles", "has more than 50 entries")] }
    var known: Set<String> = []
    for (index, role) in roles.enumerated() {
      problems += TextRules.problems(of: role, in: "roles[\(index)]", within: 100)
      if !known.insert(role).inserted {
        problems.append(.init("roles[\(index)]", "is given twice"))
      }
    }
    return problems
  }
}
