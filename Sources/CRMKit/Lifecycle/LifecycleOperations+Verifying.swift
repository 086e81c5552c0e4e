extension LifecycleOperations {
  /// Notes customers who do not stand where their last move led, or whom nobody looks at when
  /// time has moved them.
  ///
  /// - Complexity: O(*n* log *n*) in the customers of all lifecycles.
  func verify(_ report: inout VerificationReport) throws {
    try positions.scan(Query()) { held in
      let position = held.row
      let (customer, lifecycle) = (position.customer, position.lifecycle)
      let last = try transitions.first(
        where: { $0.customer == customer && $0.lifecycle == lifecycle },
        sortedBy: { [.descending($0.at), .newestFirst] })
      if last?.to != position.stage || position.isFinalUntil < last?.at ?? .earliest {
        report.noteDamage(
          of: LifecyclePosition.schema.name, id: "customer \(customer)",
          "the customer’s last move in “\(lifecycle)” did not lead there")
      }
      let look = LifecycleLook(customer: customer, lifecycle: lifecycle)
      if position.lookAt != nil, try !transaction.agenda.holds(look) {
        report.noteDamage(
          of: LifecyclePosition.schema.name, id: "customer \(customer)",
          "nothing on the agenda looks at “\(lifecycle)” when time has moved the customer")
      }
      return true
    }
  }
}
