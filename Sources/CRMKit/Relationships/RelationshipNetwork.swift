/// A customer found by following relationships.
public struct NetworkMember: Hashable, Sendable, Identifiable {
  /// The customer, as it is now.
  public let customer: RelatedCustomer

  /// How many relationships lie between, at least.
  public let depth: Int

  public var id: Customer.ID { customer.id }
}

/// Customers found by following relationships, the nearest first.
public struct RelationshipNetwork: Hashable, Sendable {
  /// The customers, by depth and then by the age of their files; none of them twice.
  public let members: [NetworkMember]

  /// Whether these are all there are within the depth; `false` where the limit left some out.
  public let isComplete: Bool
}

extension RelationshipOperations {
  /// Those linked with a customer, over so many relationships in either direction.
  ///
  /// - Parameters:
  ///   - customer: The customer, who is not among them.
  ///   - depth: How many relationships may lie between.
  ///   - types: Of which types; `nil` for all.
  ///   - time: When the relationships hold.
  ///   - limit: How many at most, the nearest first.
  /// - Throws: ``CRMError/Code/invalid`` for unknown types, a negative depth or a limit below 1.
  /// - Complexity: O(*n*) in the relationships of those found; for each step two queries for
  ///   every 500 customers, and one for the names.
  public func neighbours(
    of customer: Customer.ID, depth: Int = 1, types keys: [RelationshipType.Key]? = nil,
    when time: RelationshipTime = .today, limit: Int = 1_000
  ) throws -> RelationshipNetwork {
    try check(keys)
    return try network(from: customer, .both(keys), time, depth: depth, limit: limit)
  }

  /// Those above a customer: the parent company, its parent company and so on.
  ///
  /// - Parameters:
  ///   - customer: The customer, who is not among them.
  ///   - keys: Over which types, each with an upper end; `nil` for those whose value rolls up.
  ///   - time: When the relationships hold.
  ///   - depth: How many relationships may lie between.
  ///   - limit: How many at most, the nearest first.
  /// - Throws: ``CRMError/Code/invalid`` for types that are unknown or have no upper end, a
  ///   negative depth or a limit below 1.
  /// - Complexity: As ``neighbours(of:depth:types:when:limit:)``.
  public func ancestors(
    of customer: Customer.ID, through keys: [RelationshipType.Key]? = nil,
    when time: RelationshipTime = .today, depth: Int = .max, limit: Int = 1_000
  ) throws -> RelationshipNetwork {
    let keys = try hierarchy(keys, else: .rollUp)
    return try network(from: customer, .up(keys, types), time, depth: depth, limit: limit)
  }

  /// Those below a customer: the subsidiaries, their subsidiaries and so on.
  ///
  /// Parameters, errors and complexity are those of ``ancestors(of:through:when:depth:limit:)``.
  public func descendants(
    of customer: Customer.ID, through keys: [RelationshipType.Key]? = nil,
    when time: RelationshipTime = .today, depth: Int = .max, limit: Int = 1_000
  ) throws -> RelationshipNetwork {
    let keys = try hierarchy(keys, else: .rollUp)
    return try network(from: customer, .down(keys, types), time, depth: depth, limit: limit)
  }

  /// A shortest way from one customer to another over relationships in either direction.
  ///
  /// Of several, it is the one that older relationships and the files opened first lead to, the
  /// same on every storage.
  ///
  /// - Parameters:
  ///   - start: Where the way begins.
  ///   - goal: Where it ends.
  ///   - depth: How many relationships it may have.
  ///   - types: Of which types; `nil` for all.
  ///   - time: When the relationships hold.
  ///   - limit: How many customers are looked at.
  /// - Returns: Each step as the customer it begins at sees it; empty from a customer to itself,
  ///   `nil` where there is no way so short.
  /// - Throws: ``CRMError/Code/limitReached`` where the way was not found within the limit;
  ///   ``CRMError/Code/invalid`` as ``neighbours(of:depth:types:when:limit:)``.
  /// - Complexity: As ``neighbours(of:depth:types:when:limit:)``.
  public func path(
    from start: Customer.ID, to goal: Customer.ID, depth: Int = 6,
    types keys: [RelationshipType.Key]? = nil, when time: RelationshipTime = .today,
    limit: Int = 10_000
  ) throws -> [RelationshipView]? {
    try check(keys)
    if start == goal { return [] }
    var arrivals: [Customer.ID: (from: Customer.ID, over: Held<Relationship>)] = [:]
    let isComplete = try walk(from: start, .both(keys), time, depth: depth, limit: limit) {
      near, far, held in
      arrivals[far] = (near, held)
      return far != goal
    }
    guard arrivals[goal] != nil else {
      if isComplete { return nil }
      throw limitReached(limit)
    }
    var steps: [(Customer.ID, Held<Relationship>)] = []
    var place = goal
    while place != start, let arrival = arrivals[place] {
      steps.append((arrival.from, arrival.over))
      place = arrival.from
    }
    return try views(steps.reversed())
  }

  func network(
    from start: Customer.ID, _ ends: RelationshipEnds, _ time: RelationshipTime, depth: Int,
    limit: Int
  ) throws -> RelationshipNetwork {
    var depths: [Customer.ID: Int] = [start: 0]
    let isComplete = try walk(from: start, ends, time, depth: depth, limit: limit) {
      near, far, _ in
      depths[far] = (depths[near] ?? 0) + 1
      return true
    }
    depths[start] = nil
    let customers = try related(depths.keys.sorted())
    let members = depths.compactMap { id, depth in
      customers[id].map { NetworkMember(customer: $0, depth: depth) }
    }
    return RelationshipNetwork(
      members: members.sorted { ($0.depth, $0.id) < ($1.depth, $1.id) }, isComplete: isComplete)
  }

  /// Follows relationships step by step, each customer once, the nearest first.
  ///
  /// - Parameter arrive: Told where each customer is reached from; returns whether to go on.
  /// - Returns: Whether all within the depth were reached, or the walk was told to stop.
  private func walk(
    from start: Customer.ID, _ ends: RelationshipEnds, _ time: RelationshipTime, depth: Int,
    limit: Int,
    _ arrive: (_ near: Customer.ID, _ far: Customer.ID, Held<Relationship>) throws -> Bool
  ) throws -> Bool {
    var problems: [CRMError.Issue] = []
    if depth < 0 { problems.append(.init("depth", "is negative")) }
    if limit < 1 { problems.append(.init("limit", "is below 1")) }
    guard problems.isEmpty else { throw CRMError.invalid("relationships", problems) }
    var reached: Set<Customer.ID> = [start]
    var frontier = [start]
    var left = depth
    var isComplete = true
    var goesOn = true
    while left > 0, !frontier.isEmpty, goesOn {
      left -= 1
      var next: [Customer.ID] = []
      try scan(frontier, ends, time) { near, far, held in
        guard !reached.contains(far) else { return true }
        guard reached.count <= limit else {
          isComplete = false
          goesOn = false
          return false
        }
        reached.insert(far)
        next.append(far)
        goesOn = try arrive(near, far, held)
        return goesOn
      }
      frontier = next.sorted()
    }
    return isComplete
  }
}
