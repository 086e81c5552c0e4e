/// At which end of a link the customer one starts from stands, by type.
struct RelationshipEnds {
  /// The types whose links are followed from their first customer; `nil` for all.
  let outgoing: [RelationshipType.Key]?

  /// The types whose links are followed from their second customer; `nil` for all.
  let incoming: [RelationshipType.Key]?

  static func both(_ types: [RelationshipType.Key]?) -> RelationshipEnds {
    RelationshipEnds(outgoing: types, incoming: types)
  }

  static func outgoing(_ types: [RelationshipType.Key]) -> RelationshipEnds {
    RelationshipEnds(outgoing: types, incoming: [])
  }

  static func incoming(_ types: [RelationshipType.Key]) -> RelationshipEnds {
    RelationshipEnds(outgoing: [], incoming: types)
  }

  /// From the lower customers to the upper ones.
  static func up(_ keys: [RelationshipType.Key], _ types: RelationshipTypes) -> RelationshipEnds {
    RelationshipEnds(
      outgoing: keys.filter { types[$0]?.upper == .to },
      incoming: keys.filter { types[$0]?.upper == .from })
  }

  /// From the upper customers to the lower ones.
  static func down(_ keys: [RelationshipType.Key], _ types: RelationshipTypes) -> RelationshipEnds {
    let up = up(keys, types)
    return RelationshipEnds(outgoing: up.incoming, incoming: up.outgoing)
  }
}

extension RelationshipOperations {
  /// How many customers one query asks for at once.
  private static let widestQuery = 500

  /// Hands on the links of several customers, with the customer it was found from and the one at
  /// the other end, until `body` returns false.
  ///
  /// Those found from the first end come first, then by the customer, the type and the identifier.
  ///
  /// - Parameter customers: In ascending order, none of them twice.
  func scan(
    _ customers: [Customer.ID], _ ends: RelationshipEnds, _ time: RelationshipTime,
    _ body: (_ near: Customer.ID, _ far: Customer.ID, Held<Relationship>) throws -> Bool
  ) throws {
    let fields = Relationship.fields
    var goesOn = true
    for (near, keys) in [(fields.from, ends.outgoing), (fields.to, ends.incoming)] {
      if keys?.isEmpty == true { continue }
      let isForward = near.name == fields.from.name
      for start in stride(from: 0, to: customers.count, by: Self.widestQuery) where goesOn {
        let part = Array(customers[start..<min(start + Self.widestQuery, customers.count)])
        let query = Query<Relationship>(
          where: { _ in near.isOne(of: part) && filter(keys, time) },
          sortedBy: { [.ascending(near), .ascending($0.type)] })
        try records.scan(query) { held in
          goesOn = try body(
            isForward ? held.from : held.to, isForward ? held.to : held.from, held)
          return goesOn
        }
      }
    }
  }

  /// Everybody who belongs to an organisation or a household, or did up to some day, with what
  /// links them with it, by the customer and the identifier.
  ///
  /// - Parameters:
  ///   - top: The organisation or the household.
  ///   - keys: The types; `nil` for all memberships.
  ///   - first: Links that ended before this day are left out.
  /// - Complexity: O(log *n* + *k*) in the links there ever were.
  func members(
    of top: Customer.ID, types keys: [RelationshipType.Key]? = nil, since first: CalendarDate
  ) throws -> [(member: Customer.ID, links: [Relationship])] {
    var found: [Customer.ID: [Relationship]] = [:]
    try scan([top], .down(hierarchy(keys, else: .membership), types), .ever) { _, member, held in
      if held.row.end.map({ $0 >= first }) ?? true { found[member, default: []].append(held.row) }
      return true
    }
    return found.keys.sorted().map { member in
      (member, (found[member] ?? []).sorted { $0.id < $1.id })
    }
  }

  /// The relationships of some types at some time.
  func filter(_ keys: [RelationshipType.Key]?, _ time: RelationshipTime) -> Filter<Relationship> {
    filter(keys) && time.filter(Relationship.fields, today: transaction.today)
  }

  /// The relationships of some types.
  func filter(_ keys: [RelationshipType.Key]?) -> Filter<Relationship> {
    keys.map { Relationship.fields.type.isOne(of: $0) } ?? .all
  }
}
