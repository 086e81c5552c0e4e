/// The entries of a ledger folded into what points came to by several instants.
///
/// Points are counted by what they were earned with: those that were given away, came back or are
/// pending still belong to the sale they came from. What happened up to an instant counts by it,
/// whenever it was recorded.
struct LiabilityFold {
  /// The kind of points.
  let currency: String

  /// Up to when things count, each with all before; ascending.
  let instants: [Instant]

  /// What happened within each time between two instants; that after the last is not counted.
  private(set) var spans: [Span]

  /// What points were earned with, in the order in which that was recorded.
  private(set) var origins: [Origin] = []

  private var places: [LedgerEntry.ID: Int] = [:]
  private var causes: [LedgerEntry.ID: Int] = [:]
  private var lots: [PointsLot.ID: (origin: Int, sequence: Int64)] = [:]

  /// What happened within a time.
  struct Span {
    var flow = PointsFlow()
    var accounts: [LedgerAccount: Int64] = [:]
    var deficits: Int64 = 0
    /// What became of the points of each origin, by its place.
    var tallies: [Int: PointsTally] = [:]
  }

  /// What points were earned with.
  struct Origin {
    /// When.
    let earnedAt: Instant
    /// What part of a price was paid for them; `nil` for points without a sale.
    var price: Money?
  }

  init(of currency: String, by instants: [Instant]) {
    self.currency = currency
    self.instants = instants
    spans = Array(repeating: Span(), count: instants.count)
  }

  /// Counts what an entry did.
  ///
  /// - Throws: ``LoyaltyError/Code/overflow``.
  /// - Complexity: O(log *k*) in the instants, and in the entry's legs.
  mutating func apply(_ entry: LedgerEntry) throws {
    for opening in entry.openings where opening.currency == currency {
      try open(opening, in: entry.sequence)
    }
    let origin = entry.cause.flatMap { places[$0] ?? causes[$0] }
    if let origin, entry.kind == .refund || entry.kind == .reverse { causes[entry.id] = origin }
    guard let span = span(of: entry.occurredAt) else { return }
    for leg in entry.legs where leg.currency == currency {
      try count(leg, in: span, entry.sequence)
      if let origin { try countBeyond(leg, of: origin, in: span) }
    }
  }

  /// Counts what time has brought and nothing has put down yet.
  mutating func apply(_ step: LedgerSettlement.Step) throws {
    guard let span = span(of: step.at) else { return }
    for leg in step.legs where leg.currency == currency {
      try count(leg, in: span, .max)
    }
  }

  private func span(of instant: Instant) -> Int? {
    var (low, high) = (0, instants.count)
    while low < high {
      let middle = (low + high) / 2
      if instants[middle] < instant { low = middle + 1 } else { high = middle }
    }
    return low < instants.count ? low : nil
  }

  private mutating func open(_ opening: LotOpening, in sequence: Int64) throws {
    guard lots[opening.lot] == nil else { return }
    let place: Int
    if let known = places[opening.originEntry] {
      place = known
      if let price = opening.price {
        origins[place].price = try origins[place].price.map { try $0 + price } ?? price
      }
    } else {
      place = origins.count
      places[opening.originEntry] = place
      origins.append(Origin(earnedAt: opening.earnedAt, price: opening.price))
    }
    lots[opening.lot] = (place, sequence)
  }

  private mutating func count(_ leg: LedgerLeg, in span: Int, _ sequence: Int64) throws {
    try spans[span].add(leg)
    let from = leg.lot.flatMap { lots[$0] }
    let into = leg.into.flatMap { lots[$0] }
    if let from, leg.lot != leg.into {
      try spans[span].tallies[from.origin, default: .init()].leave(leg)
    }
    guard let into else { return }
    if leg.lot != leg.into {
      let isGift = into.sequence == sequence
      try spans[span].tallies[into.origin, default: .init()].enter(leg, asGift: isGift)
    } else if leg.from == .pending {
      spans[span].tallies[into.origin, default: .init()].pending &-= leg.points
    }
    if leg.absorbed > 0 {
      try spans[span].tallies[into.origin, default: .init()].settle(leg.absorbed)
    }
  }

  /// Counts what was taken back for an origin and was in no lot any more, or came back from there.
  private mutating func countBeyond(
    _ leg: LedgerLeg, of origin: Int, in span: Int
  ) throws {
    guard leg.lot == nil, leg.into == nil else { return }
    var points: Int64 = 0
    if leg.to == .issued { points = leg.points }
    if leg.from == .issued { points = -leg.points }
    guard points != 0 else { return }
    let before = spans[span].tallies[origin]?.clawedBeyond ?? 0
    spans[span].tallies[origin, default: .init()].clawedBeyond = try before.adding(points)
  }

  /// Hands out what everything came to by each instant, all that was before included.
  ///
  /// - Complexity: O(*n*) in what was touched between the instants.
  func cumulated(_ body: (Int, Span) throws -> Void) throws {
    var sum = Span()
    for (index, span) in spans.enumerated() {
      try sum.add(span)
      try body(index, sum)
    }
  }
}

extension LiabilityFold.Span {
  /// Adds what a leg moved.
  fileprivate mutating func add(_ leg: LedgerLeg) throws {
    try flow.add(leg)
    accounts[leg.from] = try (accounts[leg.from] ?? 0).adding(-leg.points)
    accounts[leg.to] = try (accounts[leg.to] ?? 0).adding(leg.points)
    if leg.from == .available, leg.lot == nil { deficits = try deficits.adding(leg.points) }
    if leg.to == .available { deficits = try deficits.adding(-leg.absorbed) }
  }

  /// Adds what happened after it.
  fileprivate mutating func add(_ next: LiabilityFold.Span) throws {
    flow = try flow.followed(by: next.flow)
    deficits = try deficits.adding(next.deficits)
    for (account, points) in next.accounts {
      accounts[account] = try (accounts[account] ?? 0).adding(points)
    }
    for (origin, tally) in next.tallies {
      try tallies[origin, default: .init()].add(tally)
    }
  }
}
