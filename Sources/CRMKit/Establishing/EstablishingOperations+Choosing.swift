extension EstablishingOperations {
  // MARK: Targets

  /// Finds those who are in the group of an effort now and were not found before.
  ///
  /// - Returns: Who they are; who is not in the group any more stays.
  /// - Throws: ``CRMError/Code/notFound``, ``CRMError/Code/notAllowed`` for an effort that has
  ///   ended.
  /// - Complexity: As ``GroupOperations/members(of:)``, and O(log *n*) for each found anew.
  @discardableResult
  public func identify(in effort: String) throws -> [Customer.ID] {
    let acquisition = try open(effort)
    let known = Set(
      try targets.all(where: { $0.acquisition == acquisition.id }).map(\.customer))
    let found = try transaction.groups.members(of: acquisition.group).filter {
      !known.contains($0)
    }
    try transaction.operation {
      for customer in found {
        let target = AcquisitionTarget(
          id: transaction.makeIdentifier(), acquisition: acquisition.id, customer: customer,
          decision: .open, evidence: [], identifiedAt: transaction.now)
        try targets.insert(
          target,
          emitting: AcquisitionStepReached(
            target: target.id, customer: customer, step: .identified))
      }
    }
    return found
  }

  /// Chooses targets among those who were found and not chosen yet, by the effort's criteria and
  /// as many as there is room for.
  ///
  /// Who has bought before is established already, and left out. Room is the capacity less those
  /// who were chosen and have not ordered yet.
  ///
  /// - Returns: Who was chosen and who was not, each with the reason, which is kept.
  /// - Throws: ``CRMError/Code/notFound``, ``CRMError/Code/notAllowed`` for an effort that has
  ///   ended.
  /// - Complexity: O(*n* log *n*) in those looked at, with a look at each criterion.
  @discardableResult
  public func choose(in effort: String) throws -> TargetChoice {
    let acquisition = try open(effort)
    let criteria = try criteria(of: acquisition)
    let rows = try targets.all(
      where: { $0.acquisition == acquisition.id }, sortedBy: { [.ascending($0.customer)] })
    let room = max(
      0, acquisition.capacity - rows.count { $0.decision == .chosen && $0.firstDealAt == nil })
    let candidates = rows.filter { $0.decision == .open || $0.decision == .refused }
    let judgements = try candidates.map { try judge($0.customer, by: criteria) }
    let ranked = TargetRules.ranked(judgements)
    let places = Dictionary(
      candidates.map { ($0.customer, $0) }, uniquingKeysWith: { first, _ in first })
    var choice = TargetChoice()
    try transaction.operation {
      for judgement in judgements where judgement.refusal != nil {
        guard var target = places[judgement.customer], let refusal = judgement.refusal else {
          continue
        }
        target.rank = nil
        try refuse(&target, judgement, refusal)
        choice.refused.append(.init(customer: target.customer, reason: refusal))
      }
      for (index, judgement) in ranked.enumerated() {
        guard var target = places[judgement.customer] else { continue }
        target.rank = index + 1
        guard index < room else {
          let reason = TargetRules.refusal(
            rank: index + 1, of: ranked.count, room: room, judgement)
          try refuse(&target, judgement, reason)
          choice.refused.append(.init(customer: target.customer, reason: reason))
          continue
        }
        let reason = TargetRules.reason(rank: index + 1, of: ranked.count, judgement)
        try take(&target, judgement, reason)
        choice.chosen.append(.init(customer: target.customer, reason: reason))
      }
    }
    return choice
  }

  /// Takes a customer out of an effort, which makes room for another.
  ///
  /// - Throws: ``CRMError/Code/notFound`` where the customer is not in it; ``CRMError/Code/invalid``
  ///   without a reason. Nothing has changed then.
  @discardableResult
  public func drop(_ customer: Customer.ID, from effort: String, because reason: String) throws
    -> AcquisitionTarget
  {
    var target = try self.target(customer, in: effort)
    let problems = TextRules.problems(of: reason, in: "reason", within: 1_000)
    guard problems.isEmpty else { throw CRMError.invalid("acquisition_targets", problems) }
    target.decision = .dropped
    target.reason = trimmed(reason)
    return try transaction.operation {
      let kept = try targets.update(
        target, emitting: AcquisitionTargetRefused(target: target.id, customer: customer))
      try unwatch(customer)
      return kept
    }
  }

  /// How far a customer has come in an effort.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func target(_ customer: Customer.ID, in effort: String) throws -> AcquisitionTarget {
    let acquisition = try self.acquisition(effort)
    if let target = try targets.first(where: {
      $0.acquisition == acquisition.id && $0.customer == customer
    }) {
      return target
    }
    throw CRMError(
      .notFound, "Customer \(customer) is not in “\(effort)”.",
      recovery: "Find those in its group anew.", record: "acquisition_targets")
  }

  /// Those in an effort of whom one thing was decided, those added first first.
  public func targets(
    in effort: String, _ decision: AcquisitionTarget.Decision,
    after cursor: Cursor<AcquisitionTarget>? = nil, limit: Int = 50
  ) throws -> Page<AcquisitionTarget, Cursor<AcquisitionTarget>> {
    let id = try acquisition(effort).id
    return try targets.page(
      Query(
        where: { $0.acquisition == id && $0.decision == decision },
        sortedBy: { _ in [.oldestFirst] }, after: cursor, limit: limit))
  }

  // MARK: Steps

  private func judge(_ id: Customer.ID, by criteria: [TargetCriterion]) throws -> TargetJudgement {
    var judgement = TargetJudgement(customer: id)
    let customer = try transaction.customers.get(id)
    if customer.isArchived {
      judgement.refusal = "the file is archived"
      return judgement
    }
    if try transaction.metrics.figures(of: id).firstOrderAt != nil {
      judgement.refusal = "has bought before"
      return judgement
    }
    let subject = LifecycleSubject(customer, days: .customer, transaction)
    func holds(_ condition: LifecycleCondition) throws -> Bool {
      try subject.verdict(on: condition, at: transaction.now, since: nil).holds
    }
    for criterion in criteria {
      judgement.evidence += try subject.evidence(
        for: criterion.condition, at: transaction.now, since: nil)
      switch criterion {
      case .must(let name, let condition):
        guard try holds(condition) else {
          judgement.refusal = "is not “\(name)”"
          return judgement
        }
        judgement.findings.append(name)
      case .prefer(let name, let condition):
        let isMet = try holds(condition)
        judgement.keys.append(isMet ? 1 : 0)
        judgement.findings.append(isMet ? name : "not “\(name)”")
      case .most(let name, let quantity):
        let value = try subject.value(of: quantity)
        judgement.keys.append(value)
        judgement.findings.append("\(name) \(value)")
      case .fewest(let name, let quantity):
        let value = try subject.value(of: quantity)
        judgement.keys.append(value == .min ? .max : -value)
        judgement.findings.append("\(name) \(value)")
      }
    }
    return judgement
  }

  private func refuse(
    _ target: inout AcquisitionTarget, _ judgement: TargetJudgement, _ reason: String
  ) throws {
    target.decision = .refused
    target.reason = reason
    target.evidence = judgement.evidence
    try targets.update(
      target, emitting: AcquisitionTargetRefused(target: target.id, customer: target.customer))
  }

  private func take(
    _ target: inout AcquisitionTarget, _ judgement: TargetJudgement, _ reason: String
  ) throws {
    target.decision = .chosen
    target.reason = reason
    target.evidence = judgement.evidence
    target.targetedAt = target.targetedAt ?? transaction.now
    try watches.put(
      AcquisitionWatch(
        id: AcquisitionWatch.identifier(of: target.customer), customer: target.customer))
    try targets.update(
      target,
      emitting: AcquisitionStepReached(
        target: target.id, customer: target.customer, step: .targeted))
  }

  /// Looks at a customer no more where no effort that goes on has chosen them.
  func unwatch(_ customer: Customer.ID) throws {
    let id = AcquisitionWatch.identifier(of: customer)
    guard try watches.find(id) != nil else { return }
    for target in try targets.all(where: { $0.customer == customer })
    where target.decision == .chosen {
      if try records.get(target.acquisition).closedAt == nil { return }
    }
    try watches.remove(id)
  }
}
