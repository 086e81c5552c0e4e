/// Reads what the state of a relationship is made of, as it is known now.
struct StandingReader {
  let transaction: Transaction

  private static let latestAnswers = 3

  /// What is known of a customer, as far as it matters from an instant on.
  func inputs(of customer: Customer, from instant: Instant) throws -> StandingInputs {
    let metrics =
      transaction.capability(Metrics.self) == nil
      ? CustomerMetrics(customer.id) : try transaction.metrics.figures(of: customer.id)
    var inputs = StandingInputs(since: customer.createdAt)
    take(metrics, into: &inputs)
    if metrics.openCommitments > 0 { try takePromises(to: customer.id, into: &inputs) }
    try takeContributions(of: customer.id, into: &inputs)
    try takePeople(of: customer, from: instant, into: &inputs)
    try takeSatisfaction(of: customer.id, into: &inputs)
    return inputs
  }

  private func take(_ metrics: CustomerMetrics, into inputs: inout StandingInputs) {
    inputs.since =
      [inputs.since, metrics.firstContactAt, metrics.firstOrderAt].compactMap { $0 }.min()
      ?? inputs.since
    inputs.orders = metrics.orders
    inputs.purchaseDays = metrics.purchaseDays
    inputs.gaps = metrics.gaps
    inputs.gapDays = metrics.gapDays
    inputs.firstOrderAt = metrics.firstOrderAt
    inputs.lastOrderAt = metrics.lastOrderAt
    inputs.lastInboundAt = metrics.lastInboundAt
    inputs.inbound = metrics.inboundContacts
    inputs.outbound = metrics.outboundContacts
    inputs.answers = metrics.answers
    inputs.channels = metrics.channels.filter { $0.inbound > 0 }.map(\.channel.rawValue)
    inputs.promisesKept = metrics.promisesKept
    inputs.promisesBroken = metrics.promisesBroken
    inputs.complaints = metrics.complaints
    inputs.openComplaints = metrics.openComplaints
    inputs.returns = metrics.returns
  }

  private func takePromises(to customer: Customer.ID, into inputs: inout StandingInputs) throws {
    try transaction.records(of: Commitment.self).scan(
      Query(
        where: { $0.customer == customer && $0.status == .open },
        sortedBy: { [.ascending($0.firstDueAt)] })
    ) { held in
      guard held.row.kind == .promise else { return true }
      inputs.promisesDue.append(StandingInputs.Due(at: held.row.dueAt))
      if held.row.isLate { inputs.promisesBroken -= 1 }
      return true
    }
  }

  private func takeContributions(
    of customer: Customer.ID, into inputs: inout StandingInputs
  ) throws {
    guard transaction.capability(Contributions.self) != nil else { return }
    try transaction.records(of: Contribution.self).scan(
      Query(where: { $0.customer == customer })
    ) { held in
      guard held.row.givenAt != nil, held.row.status != .declined else { return true }
      inputs.contributions += 1
      if held.row.kind == .referral, held.row.referred != nil { inputs.referrals += 1 }
      return true
    }
  }

  private func takePeople(
    of customer: Customer, from instant: Instant, into inputs: inout StandingInputs
  ) throws {
    guard customer.kind != .person, transaction.capability(Relationships.self) != nil else {
      return
    }
    // In no zone is it earlier than the day before that in Coordinated Universal Time.
    let first = CalendarDate(daysSinceEpoch: instant.dateInUTC.daysSinceEpoch - 1)
    let members = try transaction.relationships.members(of: customer.id, since: first)
    inputs.people = members.flatMap { StandingRules.times(of: $0.links) }
  }

  private func takeSatisfaction(of customer: Customer.ID, into inputs: inout StandingInputs) throws
  {
    guard transaction.capability(Satisfaction.self) != nil else { return }
    let answers = try transaction.satisfaction.answers(
      of: customer, limit: Self.latestAnswers)
    inputs.satisfied = answers.count
    inputs.satisfactionPercent = answers.reduce(0) { $0 + $1.percent }
  }
}
