/// How many customers stand where in the matrix of behaviour and attitude.
public struct LoyaltyMatrix: Hashable, Sendable {
  /// How many customers there are at each place; a place without any is left out.
  public internal(set) var counts: [LoyaltyStanding: Int] = [:]

  /// How many of them were won by price alone, wherever they stand.
  public internal(set) var wonByPrice = 0

  /// How many of the group have no place yet; see ``LoyaltyIndexOperations/look(at:)``.
  public internal(set) var unmeasured = 0

  /// How many customers have a place.
  public var customers: Int { counts.values.reduce(0, +) }

  /// How many of a thousand customers with a place stand at one, rounded down.
  public func perMille(_ standing: LoyaltyStanding) -> Int {
    customers == 0 ? 0 : 1_000 * (counts[standing] ?? 0) / customers
  }
}

extension LoyaltyIndexOperations {
  /// A customer's place in the matrix; `nil` where none is kept.
  ///
  /// It is kept up by ``CRM/advance(to:)``; ``index(of:at:)`` has the reasons, and is right at any
  /// instant.
  ///
  /// - Complexity: O(log *n*).
  public func place(of customer: Customer.ID) throws -> LoyaltyPlace? {
    try places.first(where: { $0.customer == customer })
  }

  /// How many customers stand where, archived files left out.
  ///
  /// - Complexity: O(*n*) in the customers with a place.
  public func matrix() throws -> LoyaltyMatrix {
    var matrix = LoyaltyMatrix()
    for standing in LoyaltyStanding.allCases {
      let count = try places.count(where: { $0.standing == standing })
      if count > 0 { matrix.counts[standing] = count }
    }
    matrix.wonByPrice = try places.count(where: { $0.isWonByPrice == true })
    matrix.unmeasured =
      try transaction.records(of: Customer.self).count(where: { $0.archivedAt == nil })
      - matrix.customers
    return matrix
  }

  /// How many customers of a group stand where.
  ///
  /// - Throws: ``CRMError/Code/notFound`` for an unknown group.
  /// - Complexity: As ``GroupOperations/members(of:)``, and a query for 500 members.
  public func matrix(of group: String) throws -> LoyaltyMatrix {
    let members = try transaction.groups.members(of: group)
    var matrix = LoyaltyMatrix()
    for start in stride(from: 0, to: members.count, by: 500) {
      let part = Array(members[start..<min(start + 500, members.count)])
      for place in try places.all(where: { $0.customer.isOne(of: part) }) {
        matrix.counts[place.standing, default: 0] += 1
        if place.isWonByPrice { matrix.wonByPrice += 1 }
      }
    }
    matrix.unmeasured = members.count - matrix.customers
    return matrix
  }

  /// The customers at a place, those added first first.
  ///
  /// - Parameters:
  ///   - standing: The place.
  ///   - group: Of which group; `nil` for all customers.
  ///   - cursor: The place to go on from.
  ///   - limit: How many at most.
  /// - Throws: ``CRMError/Code/notFound`` for an unknown group.
  /// - Complexity: O(log *n*) and then in the customers of the page; of a group as
  ///   ``GroupOperations/members(of:)``, and in the customers passed over.
  public func members(
    at standing: LoyaltyStanding, of group: String? = nil,
    after cursor: Cursor<LoyaltyPlace>? = nil, limit: Int = 50
  ) throws -> Page<LoyaltyPlace, Cursor<LoyaltyPlace>> {
    try members(of: group, after: cursor, limit: limit) { $0.standing == standing }
  }

  /// The customers whose purchases were won by price alone, those added first first.
  ///
  /// - Throws: As ``members(at:of:after:limit:)``.
  /// - Complexity: As ``members(at:of:after:limit:)``.
  public func wonByPrice(
    of group: String? = nil, after cursor: Cursor<LoyaltyPlace>? = nil, limit: Int = 50
  ) throws -> Page<LoyaltyPlace, Cursor<LoyaltyPlace>> {
    try members(of: group, after: cursor, limit: limit) { $0.isWonByPrice == true }
  }

  private func members(
    of group: String?, after cursor: Cursor<LoyaltyPlace>?, limit: Int,
    where filter: (LoyaltyPlace.Fields) -> Filter<LoyaltyPlace>
  ) throws -> Page<LoyaltyPlace, Cursor<LoyaltyPlace>> {
    let members = try group.map { Set(try transaction.groups.members(of: $0)) }
    var found: [LoyaltyPlace] = []
    var next = cursor
    // Pages of all at the place are looked through until there are enough of the group.
    repeat {
      let page = try places.page(
        Query(
          where: filter, sortedBy: { [.ascending($0.customer)] }, after: next,
          limit: limit - found.count))
      found += page.items.filter { members?.contains($0.customer) ?? true }
      next = page.next
    } while next != nil && found.count < limit
    return Page(items: found, next: next)
  }
}
