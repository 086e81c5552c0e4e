extension WarningOperations {
  /// Looks at customers anew, and watches them from now on.
  ///
  /// - Returns: How many were looked at.
  /// - Complexity: O(*n* log *n*) in the customers.
  @discardableResult
  public func look(
    at filter: (Customer.Fields) -> Filter<Customer> = { _ in .all }
  ) throws -> Int {
    let customers = try transaction.records(of: Customer.self).all(where: filter).map(\.id)
    try transaction.operation {
      for customer in customers { try settle(customer) }
    }
    return customers.count
  }

  /// Looks anew at those who are watched already.
  func lookAgain() throws {
    for watch in try watches.all() { try settle(watch.customer) }
  }

  /// The same where the model looks at a score, which is computed otherwise now.
  func lookAgain(atScore name: String) throws {
    guard transaction.capability(Warnings.self) != nil,
      try model()?.scores.contains(name) == true
    else { return }
    try lookAgain()
  }

  /// Brings a customer's warning to where time and what happened have led.
  ///
  /// - Parameter isNews: Whether more is new of the customer than where lifecycles and warnings have
  ///   led by themselves.
  func settle(_ id: Customer.ID, isNews: Bool = true) throws {
    let current = try transaction.recall(of: WarningDefinition.self) {
      try latest().map { [$0] } ?? []
    }
    guard let definition = current.first else { return }
    let model = try model(of: definition)
    guard isNews || model.canSeeOutcomes, let customer = try transaction.customers.find(id) else {
      return
    }
    let kept = try watches.first(where: { $0.customer == id })
    var course = WarningCourse(
      customer: customer, model: model,
      watch: kept
        ?? WarningWatch(
          id: transaction.makeIdentifier(), customer: id, coming: [], episodes: [], endings: []),
      warning: try standing(of: id), self)
    try course.catchUp()
    if customer.isArchived { try course.rest() } else { try course.look() }
    try course.keep(instead: kept)
  }
}
