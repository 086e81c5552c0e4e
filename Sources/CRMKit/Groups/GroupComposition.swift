/// What the customers of a group are like, counted.
public struct GroupComposition: Hashable, Sendable {
  /// How many they are.
  public internal(set) var customers = 0

  /// How many are persons, organisations and households.
  public internal(set) var kinds: [Customer.Kind: Int] = [:]

  /// How many live in each country, by its two letters; those of unknown country have none.
  public internal(set) var countries: [String: Int] = [:]

  /// How many speak each language; those of unknown language have none.
  public internal(set) var languages: [String: Int] = [:]

  /// How many have each tag.
  public internal(set) var tags: [String: Int] = [:]

  /// How many each person or team owns; those without an owner have none.
  public internal(set) var owners: [Principal: Int] = [:]

  /// How many stand at each stage, by the name of the lifecycle.
  public internal(set) var stages: [String: [String: Int]] = [:]

  /// How many have bought for how much, the lowest band first.
  public internal(set) var values: [ValueBand] = []

  /// Customers who have bought for about as much.
  public struct ValueBand: Hashable, Sendable {
    /// The least they bought for; the lowest band has all who bought for less than the next.
    public let from: Money

    /// Less than what; `nil` for the highest band.
    public let below: Money?

    /// How many they are.
    public internal(set) var customers = 0

    /// What they bought for together.
    public internal(set) var revenue: Money

    init(from: Money, below: Money?) {
      self.from = from
      self.below = below
      revenue = .zero(from.currency)
    }
  }

  /// How many of a thousand customers a count is, rounded down.
  public func perMille(_ count: Int?) -> Int {
    customers == 0 ? 0 : 1_000 * (count ?? 0) / customers
  }

  /// Counts what a file says.
  mutating func count(_ customer: Customer) {
    customers += 1
    kinds[customer.kind, default: 0] += 1
    if let country = customer.country { countries[country, default: 0] += 1 }
    if let language = customer.language { languages[language, default: 0] += 1 }
    for tag in Set(customer.tags) { tags[tag, default: 0] += 1 }
    if let owner = customer.owner { owners[owner, default: 0] += 1 }
  }

  /// Counts what a customer has bought for.
  mutating func count(_ revenue: Money) throws {
    let index = values.lastIndex { $0.from.minorUnits <= revenue.minorUnits } ?? 0
    guard values.indices.contains(index) else { return }
    values[index].customers += 1
    values[index].revenue = try values[index].revenue + revenue
  }
}

extension GroupOperations {
  /// What the customers of a group are like now.
  ///
  /// - Parameters:
  ///   - name: The short name of the group.
  ///   - bands: The amounts at which bands of value begin, of one currency; without any there are
  ///     no bands. Who has bought nothing is in the lowest.
  /// - Throws: ``CRMError/Code/notFound``; ``CRMError/Code/invalid`` for bands of several
  ///   currencies, or that do not rise.
  /// - Complexity: As ``members(of:)``, and two queries for 500 members.
  public func composition(of name: String, bands: [Money] = []) throws -> GroupComposition {
    let isRising = zip(bands, bands.dropFirst()).allSatisfy { a, b in
      a.currency == b.currency && a.minorUnits < b.minorUnits
    }
    guard isRising else {
      throw CRMError.invalid(
        "customer_groups", [.init("bands", "do not rise, or are of several currencies")])
    }
    let members = try customers(meeting: condition(of: group(name)))
    var composition = GroupComposition()
    composition.values = bands.enumerated().map { index, from in
      .init(from: from, below: index + 1 < bands.count ? bands[index + 1] : nil)
    }
    for start in stride(from: 0, to: members.count, by: 500) {
      let part = members[start..<min(start + 500, members.count)]
      for customer in part { composition.count(customer) }
      try count(part.map(\.id), in: &composition)
    }
    return composition
  }

  private func count(_ ids: [Customer.ID], in composition: inout GroupComposition) throws {
    if transaction.capability(Lifecycles.self) != nil {
      for position in try transaction.lifecycle.positions.all(where: { $0.customer.isOne(of: ids) })
      {
        guard let stage = position.stage else { continue }
        composition.stages[position.lifecycle, default: [:]][stage, default: 0] += 1
      }
    }
    guard let currency = composition.values.first?.from.currency else { return }
    let rows = try transaction.records(of: PurchaseMetrics.self).all(where: {
      $0.customer.isOne(of: ids) && $0.currency == currency
    })
    let revenue = Dictionary(rows.map { ($0.customer, $0.revenue) }) { first, _ in first }
    for id in ids { try composition.count(revenue[id] ?? .zero(currency)) }
  }
}
