/// What came and went in a part of the calendar, in points and in money.
///
/// What was there at the beginning and what came, less what went, is what is there at the end, and
/// the end of one period is the beginning of the next.
public struct LiabilityPeriod: Hashable, Sendable {
  /// The first day.
  public let from: CalendarDate

  /// The last day.
  public let through: CalendarDate

  /// What came and went in points.
  public let flow: PointsFlow

  /// What was put off and not earned at the beginning.
  public let opening: Money

  /// Which part of prices was put off.
  public let allocated: Money

  /// How much of what had been put off was refunded.
  public let refunded: Money

  /// How much of what had been put off was earned: revenue.
  public let recognised: Money

  /// What was put off and not earned at the end.
  public let closing: Money

  /// What stood at the end, by month of earning.
  public let report: LiabilityReport

  /// Whether what came and went, in points and in money, explains what there is.
  public var addsUp: Bool {
    let sum = opening.minorUnits &+ allocated.minorUnits &- refunded.minorUnits
    return flow.addsUp && report.isTiedOut && sum &- recognised.minorUnits == closing.minorUnits
  }
}

extension LiabilityPeriod {
  /// What lies between two reports.
  init(
    from: CalendarDate, through: CalendarDate, _ before: LiabilityReport, _ after: LiabilityReport,
    _ flow: PointsFlow
  ) throws {
    self.from = from
    self.through = through
    var flow = flow
    flow.opening = before.flow.closing
    flow.closing = after.flow.closing
    self.flow = flow
    opening = before.deferred
    allocated = try after.priced - before.priced
    refunded = try allocated - (after.allocated - before.allocated)
    recognised = try after.recognised - before.recognised
    closing = after.deferred
    report = after
  }
}
