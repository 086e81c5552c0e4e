extension WarningOperations {
  /// Notes customers with two warnings that stand, and those whose time would pass unseen.
  ///
  /// - Complexity: O(*n* log *n*) in the customers watched.
  func verify(_ report: inout VerificationReport) throws {
    var warned: Set<Customer.ID> = []
    try records.scan(Query(where: { $0.isStanding == true })) { held in
      if !warned.insert(held.row.customer).inserted {
        report.noteDamage(
          of: Warning.schema.name, id: held.row.id.description,
          "another warning of customer \(held.row.customer) stands")
      }
      return true
    }
    for watch in try watches.all() {
      let isAwaited = try transaction.agenda.holds(WarningLook(customer: watch.customer))
      guard isAwaited != (watch.lookAt != nil) else { continue }
      report.noteDamage(
        of: WarningWatch.schema.name, id: "customer \(watch.customer)",
        isAwaited ? "there is nothing to look at" : "the agenda does not look at it")
    }
  }
}
