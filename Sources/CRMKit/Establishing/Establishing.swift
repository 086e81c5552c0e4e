/// Making customers of strangers: groups, targets by stated criteria, actions with their cost and
/// result, and a complete file after the first deal.
///
/// Each customer's way is noticed by itself: the first contact that belongs to an action, the
/// first order, the file that has all it should. Where no effort goes on, it costs a transaction
/// one look.
public struct Establishing: Capability {
  static let key = RecordKey("tx.establishing")

  let criteria = KeptModels<Acquisition, [TargetCriterion]>()

  /// The capability.
  public init() {}

  public var records: [any Record.Type] {
    [Acquisition.self, AcquisitionAction.self, AcquisitionTarget.self, AcquisitionWatch.self]
  }

  public var lock: RecordLock? { Self.key.lock }

  public var events: [any Event.Type] {
    [
      AcquisitionStarted.self, AcquisitionUpdated.self, AcquisitionActionStarted.self,
      AcquisitionActionFinished.self, AcquisitionStepReached.self, AcquisitionTargetRefused.self,
    ]
  }

  public var settlement: Settlement? {
    Settlement { customer, tx in try tx.establishing.settle(customer) }
  }

  public func verify(in transaction: Transaction, report: inout VerificationReport) throws {
    try transaction.establishing.verify(&report)
  }

  public var duties: [Duty] {
    [
      Duty(Acquisition.self) {
        $0.owner == $1 && Filter(.isMissing(field: $0.closedAt.name))
      } pass: { acquisition, owner, tx in
        try tx.establishing.give(acquisition, to: owner)
      }
    ]
  }
}

extension Transaction {
  /// Efforts to win customers.
  public var establishing: EstablishingOperations { EstablishingOperations(self) }
}

/// Starting efforts, choosing targets, taking action, and seeing what it comes to.
public struct EstablishingOperations {
  let transaction: Transaction
  let records: Records<Acquisition>
  let actions: Records<AcquisitionAction>
  let targets: Records<AcquisitionTarget>
  let watches: Records<AcquisitionWatch>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: Acquisition.self, with: Establishing.key)
    actions = transaction.records(of: AcquisitionAction.self, with: Establishing.key)
    targets = transaction.records(of: AcquisitionTarget.self, with: Establishing.key)
    watches = transaction.records(of: AcquisitionWatch.self, with: Establishing.key)
  }

  // MARK: Efforts

  /// Starts an effort to make customers of those in a group.
  ///
  /// - Parameters:
  ///   - name: Its short name, for good; up to 100 bytes of UTF-8.
  ///   - title: What it is called; up to 200 bytes of UTF-8.
  ///   - group: The short name of the group (``GroupOperations/define(_:_:where:)``).
  ///   - capacity: How many the firm can develop at a time: chosen, and without a first deal.
  ///   - criteria: By what targets are chosen, in this order.
  ///   - owner: Who sees to it, and asks for what a file lacks where the file has no owner.
  ///   - days: Within how many days after the first deal that is to be asked for.
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/notFound`` for an
  ///   unknown group, ``CRMError/Code/duplicate`` where there is one of the name; nothing has
  ///   changed then.
  @discardableResult
  public func start(
    _ name: String, _ title: String, for group: String, capacity: Int,
    by criteria: [TargetCriterion], owner: Principal, askWithin days: Int = 14
  ) throws -> Acquisition {
    var problems = TextRules.problems(of: name, in: "name", within: 100)
    problems += TextRules.problems(of: title, in: "title", within: 200)
    problems += TextRules.problems(of: owner, in: "owner")
    if capacity < 0 { problems.append(.init("capacity", "is negative")) }
    if !(0...3_660).contains(days) {
      problems.append(.init("ask_within_days", "is not between 0 and 3,660"))
    }
    problems += try self.problems(of: criteria)
    guard problems.isEmpty else { throw CRMError.invalid("acquisitions", problems) }
    _ = try transaction.groups.group(group)
    let acquisition = Acquisition(
      id: transaction.makeIdentifier(), name: name, title: trimmed(title), group: group,
      capacity: capacity, owner: owner, askWithinDays: days, startedAt: transaction.now,
      json: try KeptModels<Acquisition, _>.json(of: criteria), modifiedAt: transaction.now,
      version: 1)
    return try records.insert(
      acquisition, emitting: AcquisitionStarted(acquisition: acquisition.id))
  }

  /// Says how many the firm can develop at a time from now on; whom it has chosen stays.
  ///
  /// - Throws: ``CRMError/Code/notFound``, ``CRMError/Code/invalid`` for less than none.
  @discardableResult
  public func limit(_ name: String, to capacity: Int) throws -> Acquisition {
    var acquisition = try self.acquisition(name)
    guard capacity >= 0 else {
      throw CRMError.invalid("acquisitions", [.init("capacity", "is negative")])
    }
    acquisition.capacity = capacity
    return try update(acquisition)
  }

  /// Ends an effort: nothing more is noticed of it, and what was stays.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  @discardableResult
  public func close(_ name: String) throws -> Acquisition {
    var acquisition = try self.acquisition(name)
    guard acquisition.closedAt == nil else { return acquisition }
    acquisition.closedAt = transaction.now
    return try transaction.operation {
      let kept = try update(acquisition)
      for target in try targets.all(where: { $0.acquisition == kept.id }) {
        try unwatch(target.customer)
      }
      return kept
    }
  }

  /// The effort of a short name.
  ///
  /// - Throws: ``CRMError/Code/notFound``, suggesting the nearest name there is.
  public func acquisition(_ name: String) throws -> Acquisition {
    if let found = try records.first(where: { $0.name == name }) { return found }
    let names = try records.all().map(\.name)
    let hint = nearest(to: name, among: names).map { "Did you mean “\($0)”?" }
    throw CRMError(
      .notFound, "There is no effort “\(name)”.", recovery: hint ?? "Start it first.",
      record: "acquisitions")
  }

  /// By what an effort's targets are chosen.
  public func criteria(of acquisition: Acquisition) throws -> [TargetCriterion] {
    let known =
      transaction.capability(Establishing.self)?.criteria
      ?? KeptModels<Acquisition, [TargetCriterion]>()
    return try known.model(acquisition.id, acquisition.json, "The effort “\(acquisition.name)”")
  }

  // MARK: Actions

  /// Starts an action of an effort; contacts belong to it that name it among what they are about.
  ///
  /// - Throws: ``CRMError/Code/notFound``; ``CRMError/Code/invalid`` for a name that is empty or
  ///   taken; ``CRMError/Code/notAllowed`` for an effort that has ended. Nothing has changed then.
  @discardableResult
  public func startAction(_ name: String, in effort: String) throws -> AcquisitionAction {
    let acquisition = try open(effort)
    var problems = TextRules.problems(of: name, in: "name", within: 200)
    if try actions.all(where: { $0.acquisition == acquisition.id }).contains(where: {
      $0.name == trimmed(name)
    }) {
      problems.append(.init("name", "is that of another action"))
    }
    guard problems.isEmpty else { throw CRMError.invalid("acquisition_actions", problems) }
    let action = AcquisitionAction(
      id: transaction.makeIdentifier(), acquisition: acquisition.id, name: trimmed(name),
      startedAt: transaction.now)
    return try actions.insert(action, emitting: AcquisitionActionStarted(action: action.id))
  }

  /// Notes that an action is over, and what came of it in words; its figures follow from its
  /// contacts (``result(of:asOf:)``).
  ///
  /// - Throws: ``CRMError/Code/notFound``, ``CRMError/Code/invalid``; nothing has changed then.
  @discardableResult
  public func finish(_ id: AcquisitionAction.ID, outcome: String) throws -> AcquisitionAction {
    var action = try actions.get(id)
    let problems = TextRules.problems(of: outcome, in: "outcome", within: 1_000)
    guard problems.isEmpty else { throw CRMError.invalid("acquisition_actions", problems) }
    action.finishedAt = action.finishedAt ?? transaction.now
    action.outcome = trimmed(outcome)
    return try actions.update(action, emitting: AcquisitionActionFinished(action: id))
  }

  /// The actions of an effort, the earliest first.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func actions(of effort: String) throws -> [AcquisitionAction] {
    let id = try acquisition(effort).id
    return try actions.all(
      where: { $0.acquisition == id }, sortedBy: { [.ascending($0.startedAt)] })
  }

  // MARK: Steps

  func open(_ name: String) throws -> Acquisition {
    let acquisition = try self.acquisition(name)
    guard acquisition.closedAt == nil else {
      throw CRMError(
        .notAllowed, "The effort “\(name)” has ended.", recovery: "Start another one.",
        record: "acquisitions", identifier: acquisition.id.description)
    }
    return acquisition
  }

  func update(_ acquisition: Acquisition) throws -> Acquisition {
    try records.update(
      acquisition, emitting: AcquisitionUpdated(acquisition: acquisition.id))
  }

  func give(_ acquisition: Acquisition, to owner: Principal) throws {
    var given = acquisition
    given.owner = owner
    _ = try update(given)
  }

  private func problems(of criteria: [TargetCriterion]) throws -> [CRMError.Issue] {
    guard criteria.count <= TargetRules.mostCriteria else {
      return [.init("criteria", "has more than \(TargetRules.mostCriteria) entries")]
    }
    var problems: [CRMError.Issue] = []
    for (index, criterion) in criteria.enumerated() {
      let place = "criteria[\(index)]"
      problems += TextRules.problems(of: criterion.name, in: "\(place).name", within: 200)
      problems += try transaction.groups.problems(of: criterion.condition, in: place)
    }
    return problems
  }
}
