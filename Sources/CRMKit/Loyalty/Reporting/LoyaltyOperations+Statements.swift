extension LoyaltyOperations {
  /// Closes a member's statement up to the end of a day; from then on it never changes.
  ///
  /// The first one begins with the day on which the member joined or something first happened to
  /// their points, each further one with the day after the one before. The same day again gives the
  /// statement that is closed. Where another membership was joined with it meanwhile, or shares its
  /// points with it as a pool, that one's last statement of its own is closed with it, so that
  /// nothing that happened is in none.
  ///
  /// - Parameters:
  ///   - member: Whose.
  ///   - currency: The name of the points, if not the programme's first.
  ///   - day: The last day, in the programme's zone; it is over.
  /// - Throws: ``LoyaltyError/Code/periodOpen`` where the day is not over,
  ///   ``LoyaltyError/Code/periodClosed`` where a later one is closed already,
  ///   ``LoyaltyError/Code/unknownReference``, ``LoyaltyError/Code/unknownCurrency``. Nothing has
  ///   changed then.
  /// - Complexity: O(*n*) in the entries about the member.
  @discardableResult
  public func closeStatement(
    of member: LoyaltyMember.ID, _ currency: String? = nil, through day: CalendarDate
  ) throws -> MemberStatement {
    let (_, currency) = try named(member, currency)
    let version = try version(of: resolve(member).programme)
    let member = try owner(of: member, at: version.days.lastInstant(of: day))
    let last = try lastStatement(of: member.id, currency)
    if let last, day <= last.lastDay {
      return try closedStatement(of: member.id, currency, through: day)
    }
    try checkOver(day, version)
    return try transaction.operation {
      let closing = try close(member, currency, through: day, after: last, by: version)
      var waiting = closing.joined
      while let id = waiting.popLast() {
        let last = try lastStatement(of: id, currency)
        waiting +=
          try closeLast(of: id, currency, through: day, after: last, by: version)?.joined ?? []
      }
      return closing.statement
    }
  }

  /// On whose account a member's points were at an instant.
  private func owner(of member: LoyaltyMember.ID, at instant: Instant) throws -> LoyaltyMember {
    let own = try resolve(member, asOf: instant, knownAt: nil)
    return try members.get(holder(of: own, asOf: instant, knownAt: nil))
  }

  private func checkOver(_ day: CalendarDate, _ version: ProgrammeVersion) throws {
    guard version.days.lastInstant(of: day) < transaction.now else {
      throw LoyaltyError(.periodOpen, "\(day)")
    }
  }

  private func close(
    _ member: LoyaltyMember, _ currency: String, through day: CalendarDate,
    after last: MemberStatement?, by version: ProgrammeVersion
  ) throws -> (statement: MemberStatement, joined: [LoyaltyMember.ID]) {
    try transaction.operation {
      let work = LedgerWork(self, member, version, .evaluate, at: transaction.now)
      try work.account(currency)
      if !work.settled.isEmpty { try writeSettled(work) }
      var (statement, joined) = try draft(
        transaction.makeIdentifier(), of: member, currency, through: day, after: last)
      statement.closedAt = transaction.now
      statement = try kept(statement)
      statement.digest = statement.computedDigest
      statement = try statements.insert(
        statement,
        emitting: StatementClosed(statement: statement.id, member: member.id, lastDay: day))
      return (statement, joined)
    }
  }

  /// Closes the last statement of who has no points of their own any more; `nil` where that is done,
  /// or there is nothing to tell.
  private func closeLast(
    of id: LoyaltyMember.ID, _ currency: String, through day: CalendarDate,
    after last: MemberStatement?, by version: ProgrammeVersion
  ) throws -> (statement: MemberStatement, joined: [LoyaltyMember.ID])? {
    let member = try members.get(id)
    let end = version.days.lastInstant(of: day)
    guard try owner(of: id, at: end).id != id, last.map({ $0.lastDay < day }) ?? true,
      try account(of: id, currency) != nil,
      try !draft(.zero, of: member, currency, through: day, after: last).statement.lines.isEmpty
    else { return nil }
    return try close(member, currency, through: day, after: last, by: version)
  }

  /// Closes the statements of the members of a programme, so many at a time.
  ///
  /// - Parameters:
  ///   - programme: The name of the programme.
  ///   - currency: The name of the points, if not the programme's first.
  ///   - day: The last day; it is over.
  ///   - cursor: Where to go on, if not at the beginning.
  ///   - limit: How many members at most.
  /// - Returns: The statements, with the last ones of who was joined with a member, and where to go
  ///   on; those closed beyond the day are left out.
  /// - Throws: As ``closeStatement(of:_:through:)``.
  @discardableResult
  public func closeStatements(
    of programme: String, _ currency: String? = nil, through day: CalendarDate,
    after cursor: Cursor<PointsAccount>? = nil, limit: Int = 100
  ) throws -> Page<MemberStatement, Cursor<PointsAccount>> {
    let version = try version(of: programme)
    guard let terms = version.programme.terms(of: currency) else {
      throw LoyaltyError(.unknownCurrency, currency ?? "")
    }
    let (name, end) = (terms.name, version.days.lastInstant(of: day))
    try checkOver(day, version)
    let page = try accounts.page(
      Query(
        where: { $0.programme == programme && $0.currency == name },
        sortedBy: { _ in [.oldestFirst] }, after: cursor, limit: limit))
    var closed: [MemberStatement] = []
    for account in page.items {
      let member = try members.get(account.member)
      let last = try lastStatement(of: member.id, name)
      if let last, last.lastDay >= day {
        if last.lastDay == day { closed.append(last) }
      } else if try owner(of: member.id, at: end).id != member.id {
        let end = try closeLast(of: member.id, name, through: day, after: last, by: version)
        if let end { closed.append(end.statement) }
      } else if member.enrolledAt <= end {
        closed.append(
          try close(member, name, through: day, after: last, by: version).statement)
      }
    }
    return Page(items: closed, next: page.next)
  }

  /// The closed statements of a member, the latest first: also those of memberships that were
  /// joined with it, and those of the pools with which it shared its points on the last day.
  public func statements(
    of member: LoyaltyMember.ID, _ currency: String? = nil,
    after cursor: Cursor<MemberStatement>? = nil, limit: Int = 50
  ) throws -> Page<MemberStatement, Cursor<MemberStatement>> {
    let (_, currency) = try named(member, currency)
    let isTheirs = try statementFilter(of: resolve(member))
    return try statements.page(
      Query(
        where: { $0.currency == currency && isTheirs },
        sortedBy: { [.descending($0.lastDay), .descending($0.closedAt)] },
        after: cursor, limit: limit))
  }

  private func statementFilter(of member: LoyaltyMember) throws -> Filter<MemberStatement> {
    let fields = MemberStatement.fields
    let days = try version(of: member.programme).days
    let family = try family(of: member.id)
    var filter = fields.member == member.id
    for alias in family where alias != member.id { filter = filter || fields.member == alias }
    for id in family {
      // An alias shares with whom the other shares.
      let joined = try id == member.id ? nil : mergeEntry(of: id)?.occurredAt
      for stay in try poolStays(of: members.get(id)) {
        let first = days.date(of: stay.from)
        var isTheirs = fields.member == stay.pool && fields.lastDay >= first
        if let end = [stay.until, joined].compactMap(\.self).min() {
          isTheirs = isTheirs && fields.lastDay < days.date(of: end)
        }
        filter = filter || isTheirs
      }
    }
    return filter
  }

  /// What a member's next statement says so far: what happened since the last one was closed.
  ///
  /// - Throws: ``LoyaltyError/Code/unknownReference``, ``LoyaltyError/Code/unknownCurrency``.
  /// - Complexity: O(*n*) in the entries about the member.
  public func openStatement(
    of member: LoyaltyMember.ID, _ currency: String? = nil
  ) throws -> MemberStatement {
    let (member, currency) = try named(member, currency)
    let days = try version(of: member.programme).days
    let last = try lastStatement(of: member.id, currency)
    let today = days.date(of: transaction.now)
    let through = max(today, last?.lastDay.plus(days: 1) ?? today)
    return try draft(.zero, of: member, currency, through: through, after: last).statement
  }

  // MARK: Finding

  var statements: Records<MemberStatement> { records() }

  private func lastStatement(of member: LoyaltyMember.ID, _ currency: String) throws
    -> MemberStatement?
  {
    try statements.first(
      where: { $0.member == member && $0.currency == currency },
      sortedBy: { [.descending($0.number)] })
  }

  private func closedStatement(
    of member: LoyaltyMember.ID, _ currency: String, through day: CalendarDate
  ) throws -> MemberStatement {
    let closed = try statements.first(where: {
      $0.member == member && $0.currency == currency && $0.lastDay == day
    })
    guard let closed else { throw LoyaltyError(.periodClosed, "\(day)") }
    return closed
  }

  // MARK: Making

  private func draft(
    _ id: MemberStatement.ID, of member: LoyaltyMember, _ currency: String,
    through day: CalendarDate,
    after last: MemberStatement?
  ) throws -> (statement: MemberStatement, joined: [LoyaltyMember.ID]) {
    let days = try version(of: member.programme).days
    let end = days.lastInstant(of: day)
    var fold = StatementFold(
      of: member.id, currency, until: end,
      after: last.map { ($0, days.lastInstant(of: $0.lastDay)) })
    try entries.scan(
      Query(where: { $0.parties.contains(member.id) }, sortedBy: { _ in [.oldestFirst] })
    ) { held in
      try fold.apply(held.row) { try explanation(of: $0, currency, for: member.id).text }
      return true
    }
    if let account = try account(of: member.id, currency), account.nextDueAt <= transaction.now {
      for step in try settlement(of: account, until: transaction.now).steps { fold.apply(step) }
    }
    let first = min(member.enrolledAt, fold.lines.map(\.occurredAt).min() ?? .latest)
    let statement = MemberStatement(
      id: id, member: member.id, programme: member.programme,
      currency: currency, number: (last?.number ?? 0) + 1,
      firstDay: last?.lastDay.plus(days: 1) ?? min(days.date(of: first), day), lastDay: day,
      opening: last?.closing ?? StatementBalance(), lines: fold.lines, closing: fold.closing,
      expiring: fold.expiring(), lastSequence: try head(of: member.programme).sequence,
      digest: Blob([]))
    return (statement, fold.joined)
  }

  /// A statement in the form in which it is kept.
  private func kept(_ statement: MemberStatement) throws -> MemberStatement {
    do throws(StorageError) {
      return try MemberStatement.schema.hold(statement).row
    } catch {
      throw CRMError.translated(error)
    }
  }

  // MARK: Verifying

  /// Notes closed statements that were changed, do not add up or do not follow each other.
  ///
  /// - Complexity: O(*n*) in the statements.
  func verifyStatements(_ report: inout VerificationReport) throws {
    var last: MemberStatement?
    try statements.scan(
      Query(sortedBy: {
        [.ascending($0.member), .ascending($0.currency), .ascending($0.number)]
      })
    ) { held in
      let statement = held.row
      let previous = last.flatMap {
        $0.member == statement.member && $0.currency == statement.currency ? $0 : nil
      }
      last = statement
      if let problem = Self.problem(with: statement, after: previous) {
        report.noteDamage(
          of: MemberStatement.schema.name, id: statement.id.description, problem)
      }
      return true
    }
  }

  private static func problem(
    with statement: MemberStatement, after previous: MemberStatement?
  ) -> String? {
    if statement.digest != statement.computedDigest { return "it was changed after it was closed" }
    if !statement.addsUp { return "its lines do not add up" }
    let isNext =
      statement.number == (previous?.number ?? 0) + 1
      && statement.opening == (previous?.closing ?? StatementBalance())
      && (previous.map { $0.lastDay.plus(days: 1) == statement.firstDay } ?? true)
    return isNext ? nil : "it does not follow the statement before"
  }
}
