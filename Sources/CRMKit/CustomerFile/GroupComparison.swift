/// What makes a customer different from the others of a group.
public struct GroupComparison: Hashable, Sendable {
  /// How many others the group has.
  public let others: Int

  /// What the customer has and fewer than half of the others have, and what more than half of
  /// them have and the customer has not; the most telling first.
  public let traits: [Trait]

  /// What the customer bought beside what the others did, by currency.
  public let purchases: [Purchases]

  /// Something that a customer has or has not.
  public struct Trait: Hashable, Sendable {
    /// Where in the file it is.
    public let aspect: Aspect

    /// The tag, the category of the need, or the name of the attribute or preference.
    public let name: String

    /// What the attribute or preference is.
    public let value: AttributeValue?

    /// Whether the customer has it.
    public let isPresent: Bool

    /// How many of the others have it.
    public let others: Int

    /// How many others there are.
    public let group: Int

    /// How many of a thousand others are not like the customer in this.
    public var distinctness: Int {
      group == 0 ? 0 : 1_000 * (isPresent ? group - others : others) / group
    }
  }

  /// A part of a file in which customers can differ.
  public enum Aspect: String, Hashable, Sendable, CaseIterable {
    /// A need that is open.
    case need
    /// A preference.
    case preference
    /// A label of the host's own.
    case tag
    /// A fact of the host's own.
    case attribute
  }

  /// Purchases in one currency.
  public struct Purchases: Hashable, Sendable {
    /// What the customer bought; `nil` for nothing.
    public let own: PurchaseMetrics?

    /// What the others bought together; `nil` for nothing.
    public let others: PurchaseTotal?

    /// How many others there are.
    public let group: Int

    /// What one of the others bought for on average, rounded half to even; those count who bought
    /// nothing.
    public var averageRevenue: Money? {
      guard let total = others?.revenue, group > 0 else { return nil }
      return try? total.proportion(1, of: Int64(group))
    }
  }
}

extension GroupComparison.Trait: CustomStringConvertible {
  /// The reason in words: `has the tag vip, as 3 of 120 others have`.
  public var description: String {
    let what = "the \(aspect.rawValue) \(name)"
    return isPresent
      ? "has \(what), as \(others) of \(group) others have"
      : "has not \(what), which \(others) of \(group) others have"
  }
}

extension GroupComparison.Purchases: CustomStringConvertible {
  /// Both in words: `bought for 90.00 EUR, others for 33.40 EUR on average`.
  public var description: String {
    let currency = own?.revenue.currency ?? others?.revenue.currency ?? .eur
    let nothing = Money.zero(currency)
    return "bought for \(own?.revenue ?? nothing), others for \(averageRevenue ?? nothing)"
      + " on average"
  }
}

/// How a customer is compared with others; pure.
struct GroupCount {
  /// What can be had, by what it is.
  private struct Key: Hashable {
    let aspect: GroupComparison.Aspect
    let name: String
    let value: AttributeValue?
  }

  private var counts: [Key: Int] = [:]

  /// Counts what the file of one of the others has.
  mutating func add(_ file: Customer, needs: [String]) {
    for key in Self.keys(of: file, needs: needs) { counts[key, default: 0] += 1 }
  }

  /// What is rare in a customer among so many others, and what is missing.
  func traits(of file: Customer, needs: [String], among others: Int) -> [GroupComparison.Trait] {
    let own = Self.keys(of: file, needs: needs)
    let rare = own.filter { 2 * counts[$0, default: 0] < others }
    let missing = counts.filter { 2 * $0.value > others && !own.contains($0.key) }.keys
    let traits = (Array(rare) + missing).map { key in
      GroupComparison.Trait(
        aspect: key.aspect, name: key.name, value: key.value, isPresent: own.contains(key),
        others: counts[key, default: 0], group: others)
    }
    return traits.sorted(by: Self.precedes)
  }

  private static func keys(of file: Customer, needs: [String]) -> Set<Key> {
    var keys: Set<Key> = []
    for need in needs { keys.insert(Key(aspect: .need, name: need, value: nil)) }
    for tag in file.tags { keys.insert(Key(aspect: .tag, name: tag, value: nil)) }
    for element in file.preferences {
      keys.insert(Key(aspect: .preference, name: element.name, value: element.value))
    }
    for element in file.attributes {
      keys.insert(Key(aspect: .attribute, name: element.name, value: element.value))
    }
    return keys
  }

  private static func precedes(_ a: GroupComparison.Trait, _ b: GroupComparison.Trait) -> Bool {
    if a.distinctness != b.distinctness { return a.distinctness > b.distinctness }
    if a.isPresent != b.isPresent { return a.isPresent }
    if a.aspect != b.aspect {
      let order = GroupComparison.Aspect.allCases
      return order.firstIndex(of: a.aspect) ?? 0 < order.firstIndex(of: b.aspect) ?? 0
    }
    if a.name != b.name { return String.compare(a.name, b.name) ?? 0 < 0 }
    return "\(a.value.map(String.init(describing:)) ?? "")"
      < "\(b.value.map(String.init(describing:)) ?? "")"
  }
}

extension CustomerOperations {
  /// What makes a customer different from the others of a group: needs, preferences, tags and
  /// attributes that are rare there or missing here, and purchases beside the average.
  ///
  /// - Parameters:
  ///   - id: The customer, who need not be in the group and is not counted in it.
  ///   - group: The group, such as a segment; archived files are left out.
  ///   - limit: How many customers the group may have.
  /// - Throws: ``CRMError/Code/notFound``; ``CRMError/Code/limitReached`` for a larger group, as
  ///   an average of a part would be none; ``CRMError/Code/overflow``.
  /// - Complexity: O(*n*) in the group, and two queries for every 500 of it.
  public func compare(_ id: Customer.ID, with group: Filter<Customer>, limit: Int = 10_000) throws
    -> GroupComparison
  {
    let file = try get(id)
    // One more than there may be, besides the customer.
    let (enough, isAnyNumber) = limit.addingReportingOverflow(2)
    let others = try records.all(
      where: { group && $0.archivedAt.isMissing }, limit: isAnyNumber ? nil : enough
    ).filter { $0.id != id }
    guard others.count <= limit else {
      throw CRMError(
        .limitReached, "The group has more than \(limit) customers.",
        recovery: "Compare with a smaller group, or raise the limit.", record: "customers")
    }
    let ids = [id] + others.map(\.id)
    let (needs, purchases) = (try needs(of: ids), try purchases(of: ids))
    var count = GroupCount()
    for other in others { count.add(other, needs: needs[other.id] ?? []) }
    return GroupComparison(
      others: others.count,
      traits: count.traits(of: file, needs: needs[id] ?? [], among: others.count),
      purchases: try Self.beside(purchases, of: id, among: others.count))
  }

  /// The categories of open needs, by customer.
  private func needs(of ids: [Customer.ID]) throws -> [Customer.ID: [String]] {
    guard transaction.capability(Needs.self) != nil else { return [:] }
    var needs: [Customer.ID: [String]] = [:]
    for part in ids.inParts {
      let query = Query<Need>(where: { $0.customer.isOne(of: part) && $0.status == .unmet })
      try transaction.records(of: Need.self).scan(query) { need in
        needs[need.customer, default: []].append(need.category)
        return true
      }
    }
    return needs
  }

  private func purchases(of ids: [Customer.ID]) throws -> [PurchaseMetrics] {
    guard transaction.capability(Metrics.self) != nil else { return [] }
    return try ids.inParts.flatMap { part in
      try transaction.records(of: PurchaseMetrics.self).all(
        where: { $0.customer.isOne(of: part) },
        sortedBy: { [.ascending($0.customer), .ascending($0.currency)] })
    }
  }

  private static func beside(
    _ purchases: [PurchaseMetrics], of id: Customer.ID, among others: Int
  ) throws(CRMError) -> [GroupComparison.Purchases] {
    var own: [Currency: PurchaseMetrics] = [:]
    var totals: [Currency: PurchaseTotal] = [:]
    for metrics in purchases {
      let currency = metrics.revenue.currency
      if metrics.customer == id {
        own[currency] = metrics
      } else {
        totals[currency] = try RollUpRules.adding(metrics, to: totals[currency])
      }
    }
    return Set(own.keys).union(totals.keys).sorted { $0.rawValue < $1.rawValue }.map {
      GroupComparison.Purchases(own: own[$0], others: totals[$0], group: others)
    }
  }
}
