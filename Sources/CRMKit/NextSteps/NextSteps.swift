/// What rests on the steps that are next with customers, where that is other than stated.
///
///     CRM.standardCapabilities.replacing(NextSteps(weights: [.reply: 600]))
public struct NextSteps: Capability {
  /// What rests on steps of some kinds, in thousandths of a customer's worth of a year.
  public let weights: [NextStep.Kind: Int]

  /// The capability.
  ///
  /// - Parameter weights: What rests on steps of some kinds, 0 to 1,000; others stay as they are.
  public init(weights: [NextStep.Kind: Int] = [:]) {
    self.weights = weights
  }

  public var problems: [CRMError.Issue] {
    weights.filter { !(0...1_000).contains($0.value) }.map(\.key.rawValue).sorted().map {
      CRMError.Issue("weights.\($0)", "is not between 0 and 1,000")
    }
  }
}

extension Transaction {
  /// The few most valuable things to do next with a customer, each with its reason, its evidence,
  /// what is expected of it, who does it and by when.
  ///
  /// They come from what is open and overdue, orders that are late, who waits for an answer, a
  /// warning that stands, lifecycles and what time will make of them, plans, what the customer gave
  /// and needs, the contact that is planned, reminders of the week, what the file lacks, and from
  /// the capabilities of the host (``NextStepSource``). Who is put away has none.
  ///
  /// The step of which most is expected comes first; one whose source expects something in another
  /// currency than the customer's is placed by its weight. Steps of which the same is expected, or
  /// nothing as the customer has bought nothing, go by their weight, then by when they are due
  /// (those without a time last), then in the order of the capabilities and of what each names.
  ///
  /// - Parameters:
  ///   - customer: The customer.
  ///   - limit: How many at most.
  /// - Throws: ``CRMError/Code/notFound``.
  /// - Complexity: At most 37 queries, and those of the host's sources, however much there is.
  public func nextSteps(of customer: Customer.ID, limit: Int = 5) throws -> [NextStep] {
    try nextSteps(in: customers.file(of: customer), limit: limit)
  }

  /// The same for whoever has the customer's file already, as it is in this transaction.
  ///
  /// - Complexity: Six queries at most, and those of the host's sources.
  public func nextSteps(in file: CustomerFile, limit: Int = 5) throws -> [NextStep] {
    guard limit > 0, !file.customer.isArchived else { return [] }
    let weights = capability(NextSteps.self)?.weights ?? [:]
    let steps = try engine.registry.nextSteps.flatMap { try $0.steps(file, self) }
    var owner = file.customer.owner
    if owner == nil, capability(Responsibility.self) != nil,
      steps.contains(where: { $0.who == nil })
    {
      owner = try responsibility.territory(of: file.customer)?.owner
    }
    return Array(
      NextStepRules.ranked(steps, in: file, weights, for: owner).prefix(limit))
  }
}
