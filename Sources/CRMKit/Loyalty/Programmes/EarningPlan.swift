/// What an event earns a member, before anything is written.
///
/// ``LoyaltyOperations/simulate(_:for:)`` makes one and leaves it at that; earning posts it.
public struct EarningPlan: Hashable, Sendable {
  /// How many points, and how they come about.
  public let award: Award

  /// The lots that are opened.
  public let credits: [Credit]

  /// When it counts towards tiers.
  public let qualifiesAt: Instant

  /// How many points count towards tiers.
  public let qualifyingPoints: Int64

  /// How much spend counts towards tiers; `nil` for what is no order.
  public let qualifyingSpend: Money?

  /// How many orders count towards tiers.
  public let qualifyingCount: Int

  /// Points that live together.
  public struct Credit: Hashable, Sendable {
    /// The name of the points.
    public let currency: String

    /// How many.
    public internal(set) var points: Int64

    /// From when they can be spent, where they wait for a day.
    public var activeAt: Instant? { life.activeAt }

    /// What has to happen for them to be spent, where they wait for that.
    public var awaits: String? { life.awaits }

    /// The last day on which they can be spent; `nil` where they do not end on a day.
    public var lastValidDay: CalendarDate? { life.lastValidDay }

    /// From when they can no longer be spent; `nil` for ever.
    public var expiresAt: Instant? { life.expiresAt }

    /// Which part of the price of an order was paid for them; `nil` without a price.
    public internal(set) var price: Money?

    let life: LotLife
  }
}

extension EarningPlan {
  init(
    _ award: Award, for request: EarnRequest, by programme: PreparedProgramme,
    at occurredAt: Instant, in days: LocalDays
  ) throws {
    self.award = award
    var credits: [Credit] = []
    for kind in programme.kinds where award.granted(of: kind.name) > 0 {
      credits += Self.credits(of: kind, award, at: occurredAt, in: days)
    }
    try Self.price(&credits, for: request, at: award.moneyRate, by: programme)
    self.credits = credits
    qualifiesAt = occurredAt
    qualifyingPoints = Self.qualifyingPoints(of: award, by: programme)
    qualifyingSpend = try award.basis.map { basis in
      let money = programme.programme.money
      guard basis.currency != money else { return basis }
      let units = try Fraction(basis.minorUnits) * (award.moneyRate ?? .zero)
      return Money(minorUnits: units.rounded(.halfEven), money)
    }
    qualifyingCount = request.occasion == .order ? 1 : 0
  }

  /// The points of one kind, those together that wait for the same and last as long.
  private static func credits(
    of kind: PreparedProgramme.Kind, _ award: Award, at occurredAt: Instant, in days: LocalDays
  ) -> [Credit] {
    var credits: [Credit] = []
    for item in award.items where item.points == kind.name && item.granted != 0 {
      let (wait, expiry) = kind.terms(of: item)
      let life = LotLife(earnedAt: occurredAt, waiting: wait, lasting: expiry, in: days)
      if let place = credits.firstIndex(where: { $0.life == life }) {
        credits[place].points += item.granted
      } else {
        credits.append(Credit(currency: kind.name, points: item.granted, life: life))
      }
    }
    settle(&credits)
    return credits
  }

  /// Takes what multipliers below one take away from the points they took it from.
  private static func settle(_ credits: inout [Credit]) {
    var less: Int64 = 0
    for place in credits.indices where credits[place].points < 0 {
      less -= credits[place].points
      credits[place].points = 0
    }
    for place in credits.indices where less > 0 {
      let taken = min(less, credits[place].points)
      credits[place].points -= taken
      less -= taken
    }
    credits.removeAll { $0.points == 0 }
  }

  private static func qualifyingPoints(
    of award: Award, by programme: PreparedProgramme
  ) -> Int64 {
    guard let place = programme.qualifying else { return 0 }
    let kind = programme.kinds[place]
    return award.items.reduce(0) { sum, item in
      item.points == kind.name && kind.isQualifying(item) ? sum + item.granted : sum
    }
  }
}

extension PreparedProgramme.Kind {
  private func rule(of item: AwardItem) -> PreparedProgramme.Rule? {
    switch item.source {
    case .base: bases.first { $0.id == item.rule }
    case .multiplier: multipliers.first { $0.id == item.rule }
    case .tier: nil
    }
  }

  fileprivate func isQualifying(_ item: AwardItem) -> Bool {
    rule(of: item)?.rule.isQualifying ?? true
  }

  /// What the points of an item wait for, and how long they last.
  fileprivate func terms(of item: AwardItem) -> (PendingTerms.Wait, ExpiryPolicy) {
    guard let rule = rule(of: item) else { return (wait, expiry) }
    return (rule.wait, rule.expiry)
  }
}

extension LedgerEntry {
  /// How the points of an earning came about; `nil` of other entries.
  ///
  /// - Throws: `StorageError` where this program cannot read it.
  public func award() throws -> Award? {
    kind == .earn ? try outcome?.value(as: Award.self) { $0 } : nil
  }
}
