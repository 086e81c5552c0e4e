extension LoyaltyIndexOperations {
  /// Looks at customers anew: those who were there before a model was defined, and those whose
  /// items the catalogue has come to list under another category or brand.
  ///
  /// By itself such a change of the catalogue counts from a customer's next order on.
  ///
  /// - Returns: How many were looked at.
  /// - Complexity: O(*n* log *n*) in the customers and their orders.
  @discardableResult
  public func look(
    at filter: (Customer.Fields) -> Filter<Customer> = { _ in .all }
  ) throws -> Int {
    let customers = try transaction.records(of: Customer.self).all(where: filter).map(\.id)
    try transaction.operation {
      for customer in customers { try settle(customer, afresh: true) }
    }
    return customers.count
  }

  /// Keeps what is known of a customer by now, where that has changed, and the place it leads to.
  func settle(_ id: Customer.ID, afresh: Bool = false) throws {
    guard let current = try versions().last,
      let customer = try transaction.customers.find(id)
    else { return }
    let place = try places.first(where: { $0.customer == id })
    guard !customer.isArchived else { return try putAway(place) }
    let last = try readings.first(
      where: { $0.customer == id }, sortedBy: { [.descending($0.at)] })
    // What a task does that was due before what is known already is known only from now on.
    let isBelated = last.map { transaction.now < $0.at } ?? false
    let at = max(isBelated ? transaction.recordedAt : transaction.now, last?.at ?? .earliest)
    let passed = try caughtUp(place, last, to: at)
    let facts = try LoyaltyFactsReader(transaction, try model(of: current)).facts(
      of: id, after: afresh ? nil : last?.facts)
    let reading = LoyaltyReading(
      id: last.flatMap { $0.at == at ? $0.id : nil } ?? transaction.makeIdentifier(),
      customer: id, at: at, facts: facts)
    if facts != last?.facts { try readings.put(reading) }
    let next = try moved(passed, of: id, by: rules(reading, at: at))
    try keep(next, instead: place)
  }

  /// Does what time alone has brought since the last look, in its order.
  ///
  /// What the customer did since was not there at those instants, so what was known then counts.
  private func caughtUp(
    _ place: LoyaltyPlace?, _ last: LoyaltyReading?, to end: Instant
  ) throws -> LoyaltyPlace? {
    guard var place, let last else { return place }
    while let instant = place.movesAt, instant <= end {
      place = try moved(place, of: place.customer, by: rules(last, at: instant))
    }
    return place
  }

  /// The place that a customer comes to, told where it is another one.
  private func moved(
    _ place: LoyaltyPlace?, of customer: Customer.ID, by rules: LoyaltyIndexRules
  ) throws -> LoyaltyPlace {
    let verdict = rules.verdict
    var next =
      place
      ?? LoyaltyPlace(
        id: transaction.makeIdentifier(), customer: customer, standing: .unknown,
        isWonByPrice: false, since: rules.at)
    let isSame =
      next.standing == verdict.standing && next.isWonByPrice == verdict.isWonByPrice
    if !isSame {
      next.since = rules.at
      next.standing = verdict.standing
      next.isWonByPrice = verdict.isWonByPrice
      try transaction.emit(
        LoyaltyMoved(
          customer: customer, from: place?.standing, to: verdict.standing,
          isWonByPrice: verdict.isWonByPrice),
        // With the clock set back, or in a task that is done late, nothing is told of what comes.
        about: customer, at: min(rules.at, transaction.now))
    }
    next.movesAt = rules.movesAt
    return next
  }

  /// Keeps a place, and has the customer looked at when time moves them.
  private func keep(_ place: LoyaltyPlace, instead old: LoyaltyPlace?) throws {
    guard place != old else { return }
    try places.put(place)
    guard place.movesAt != old?.movesAt else { return }
    let look = LoyaltyLook(customer: place.customer)
    if let instant = place.movesAt {
      try transaction.agenda.schedule(look, at: instant, about: place.customer)
    } else {
      try transaction.agenda.cancel(look)
    }
  }

  /// Takes a customer out of the matrix whose file is put away; what was known of them stays.
  private func putAway(_ place: LoyaltyPlace?) throws {
    guard let place else { return }
    try places.remove(place.id)
    try transaction.agenda.cancel(LoyaltyLook(customer: place.customer))
  }
}
