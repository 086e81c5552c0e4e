extension LoyaltyOperations {
  /// What a programme owes for points at an instant: in points, in money, by month of earning.
  ///
  /// It follows from the entries of the ledger, with all that time has brought. The same question
  /// asked again has the same answer, whatever happened later; ``LiabilityReport/knownAt`` leaves out
  /// also what was recorded late.
  ///
  /// - Parameters:
  ///   - programme: The name of the programme.
  ///   - currency: The name of the points, if not the programme's first.
  ///   - instant: The instant, if not now: what happened up to it counts.
  ///   - known: What was not recorded by then is left out; `nil` for nothing.
  /// - Throws: ``LoyaltyError/Code/unknownReference``, ``LoyaltyError/Code/unknownCurrency``,
  ///   ``LoyaltyError/Code/overflow``.
  /// - Complexity: O(*n*) in the entries of the programme.
  public func liability(
    of programme: String, _ currency: String? = nil, asOf instant: Instant? = nil,
    knownAt known: Instant? = nil
  ) throws -> LiabilityReport {
    let reports = try liabilities(
      of: programme, currency, asOf: [instant ?? transaction.now], knownAt: known)
    guard let report = reports.first?.report else {
      throw LoyaltyError(.unknownReference, "programme “\(programme)”")
    }
    return report
  }

  /// The same at the end of a day, in the programme's zone.
  public func liability(
    of programme: String, _ currency: String? = nil, atEndOf day: CalendarDate,
    knownAt known: Instant? = nil
  ) throws -> LiabilityReport {
    let end = try version(of: programme).days.lastInstant(of: day)
    return try liability(of: programme, currency, asOf: end, knownAt: known)
  }

  /// What came and went in each part of the calendar, in points and in money; it adds up.
  ///
  /// Revenue of a period is what is earned by its end less what was by its beginning, both rounded,
  /// so that periods add up to the whole without drift.
  ///
  /// - Parameters:
  ///   - programme: The name of the programme.
  ///   - currency: The name of the points, if not the programme's first.
  ///   - from: A day of the first period.
  ///   - through: A day of the last one; at most 1,000 periods are told apart.
  ///   - unit: What a period is.
  ///   - known: What was not recorded by then is left out; `nil` for nothing.
  /// - Throws: As ``liability(of:_:asOf:knownAt:)``; ``CRMError/Code/invalid`` for days in the wrong
  ///   order or too many periods.
  /// - Complexity: O(*n*) in the entries of the programme, and in its origins for each period.
  public func rollForward(
    of programme: String, _ currency: String? = nil, from: CalendarDate, through: CalendarDate,
    by unit: CalendarUnit, knownAt known: Instant? = nil
  ) throws -> [LiabilityPeriod] {
    let days = try version(of: programme).days
    let starts = try Self.starts(from: from, through: through, by: unit)
    let ends = starts.map { unit.end(of: $0).plus(days: -1) }
    let instants = [days.start(of: starts[0]).before] + ends.map(days.lastInstant)
    let reports = try liabilities(of: programme, currency, asOf: instants, knownAt: known)
    return try ends.indices.map { place in
      try LiabilityPeriod(
        from: starts[place], through: ends[place], reports[place].report,
        reports[place + 1].report, reports[place + 1].flow)
    }
  }

  private static let mostPeriods = 1_000

  private static func starts(
    from: CalendarDate, through: CalendarDate, by unit: CalendarUnit
  ) throws -> [CalendarDate] {
    guard from <= through else {
      throw CRMError.invalid("liability", [.init("through", "lies before \(from)")])
    }
    var starts = [unit.start(of: from)]
    while let last = starts.last, case let next = unit.end(of: last), next <= through, next > last {
      guard starts.count < mostPeriods else {
        throw CRMError.invalid(
          "liability", [.init("through", "is more than \(mostPeriods) periods after \(from)")])
      }
      starts.append(next)
    }
    return starts
  }

  // MARK: Folding

  /// Reports by several ascending instants, each with what came and went since the one before.
  private func liabilities(
    of programme: String, _ currency: String?, asOf instants: [Instant], knownAt known: Instant?
  ) throws -> [(report: LiabilityReport, flow: PointsFlow)] {
    let versions = try instants.map {
      try version(of: programme, at: $0, knownAt: known)
    }
    guard let terms = try version(of: programme).programme.terms(of: currency) else {
      throw LoyaltyError(.unknownCurrency, currency ?? "")
    }
    var fold = LiabilityFold(of: terms.name, by: instants)
    try self.fold(programme, knownAt: known, into: &fold)
    var reports: [(report: LiabilityReport, flow: PointsFlow)] = []
    try fold.cumulated { index, sum in
      let report = try LiabilityReport(
        of: versions[index], fold, sum, asOf: instants[index], knownAt: known)
      reports.append((report, fold.spans[index].flow))
    }
    return reports
  }

  private func fold(
    _ programme: String, knownAt known: Instant?, into fold: inout LiabilityFold
  ) throws {
    var replay = LedgerReplay()
    try entries.scan(
      Query(where: { $0.programme == programme }, sortedBy: { _ in [.oldestFirst] })
    ) { held in
      if let known, held.row.recordedAt > known { return false }
      try replay.apply(held.row)
      try fold.apply(held.row)
      return true
    }
    guard let last = fold.instants.last else { return }
    for step in try replay.unwritten(until: last, of: fold.currency) { try fold.apply(step) }
  }

  /// The version of a programme that held at an instant, of those defined by another.
  private func version(
    of programme: String, at instant: Instant, knownAt known: Instant?
  ) throws -> ProgrammeVersion {
    guard let known else { return try version(of: programme, at: instant) }
    let defined = try definitions.all(where: { $0.name == programme && $0.definedAt <= known })
    let numbers = Set(defined.map(\.version))
    let versions = (try versions()[programme] ?? []).filter {
      numbers.contains($0.programme.version)
    }
    guard let first = versions.first else { return try version(of: programme, at: instant) }
    return versions.last { $0.effectiveFrom <= instant } ?? first
  }
}

extension LedgerReplay {
  /// What time has brought until an instant and no entry has put down, account by account.
  fileprivate func unwritten(
    until instant: Instant, of currency: String
  ) throws -> [LedgerSettlement.Step] {
    var open: [PointsAccount.ID: [PointsLot]] = [:]
    for lot in lots where lot.remaining > 0 || lot.held > 0 {
      open[lot.account, default: []].append(lot)
    }
    var waiting: [PointsAccount.ID: [PointsHold]] = [:]
    for hold in holds.values where hold.status == .open {
      waiting[hold.account, default: []].append(hold)
    }
    return try accounts.filter { $0.currency == currency }.flatMap { account in
      guard let lots = open[account.id] else { return [LedgerSettlement.Step]() }
      var settlement = LedgerSettlement(
        account, lots: lots, holds: (waiting[account.id] ?? []).sorted { $0.id < $1.id })
      try settlement.settle(until: instant)
      return settlement.steps
    }
  }
}

extension Instant {
  /// The millisecond before.
  var before: Instant { self > .earliest ? self - .milliseconds(1) : self }
}

extension LocalDays {
  /// The last instant of a date.
  func lastInstant(of date: CalendarDate) -> Instant {
    end(of: date)?.before ?? .latest
  }
}
