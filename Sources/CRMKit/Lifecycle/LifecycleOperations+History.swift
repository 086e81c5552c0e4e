extension LifecycleOperations {
  /// A customer's moves, the earliest first.
  ///
  /// - Complexity: O(log *n*) and then in the customer's moves.
  public func history(
    of customer: Customer.ID, in lifecycle: String, until end: Instant = .latest
  ) throws -> [LifecycleTransition] {
    try transitions.all(
      where: { $0.customer == customer && $0.lifecycle == lifecycle && $0.at <= end },
      sortedBy: { [.ascending($0.at)] })
  }

  /// The stage a customer was at, as of an instant; `nil` at none.
  public func stage(
    of customer: Customer.ID, in lifecycle: String, at instant: Instant
  ) throws -> String? {
    try transitions.first(
      where: { $0.customer == customer && $0.lifecycle == lifecycle && $0.at <= instant },
      sortedBy: { [.descending($0.at), .newestFirst] })?.to
  }

  /// A customer's stays at stages, the earliest first, as of an instant.
  ///
  /// A stay goes on through a change of the model's version where the stage's name is the same.
  ///
  /// - Parameter instant: As of when, if not now.
  public func stays(
    of customer: Customer.ID, in lifecycle: String, asOf instant: Instant? = nil
  ) throws -> [LifecycleStay] {
    let end = instant ?? transaction.now
    return LifecycleStay.stays(
      in: try history(of: customer, in: lifecycle, until: end), asOf: end)
  }

  /// How often and for how long a customer was at each stage, as of an instant, by first entry.
  public func stageTimes(
    of customer: Customer.ID, in lifecycle: String, asOf instant: Instant? = nil
  ) throws -> [LifecycleStageTime] {
    LifecycleStageTime.times(of: try stays(of: customer, in: lifecycle, asOf: instant))
  }

  /// How many customers are at each stage, in the order of their weights.
  ///
  /// Customers whose file is archived count at the stage they were at then, as they do as of past
  /// instants; they move no further.
  ///
  /// - Complexity: O(*n*) in the customers of the lifecycle.
  public func composition(of lifecycle: String) throws -> [LifecycleShare] {
    try model(lifecycle).stages.sorted { $0.weight < $1.weight }.map { stage in
      LifecycleShare(
        stage: stage.name,
        customers: try positions.count(where: {
          $0.lifecycle == lifecycle && $0.stage == stage.name
        }))
    }
  }

  /// How many customers were at each stage as of an instant, in the order of the stages' names.
  ///
  /// - Complexity: O(*m*) in the moves up to then.
  public func composition(of lifecycle: String, at instant: Instant) throws -> [LifecycleShare] {
    var last: [Customer.ID: String?] = [:]
    try scan({ $0.lifecycle == lifecycle && $0.at <= instant }) { last[$0.customer] = .some($0.to) }
    var counts: [String: Int] = [:]
    for case let stage? in last.values { counts[stage, default: 0] += 1 }
    return counts.sorted { $0.key < $1.key }.map {
      LifecycleShare(stage: $0.key, customers: $0.value)
    }
  }

  /// How many moves there were between stages from an instant until before another, the most
  /// first.
  ///
  /// A move at the end belongs to the time after it: spans that follow each other count each move
  /// once.
  ///
  /// - Complexity: O(*m*) in the moves between them.
  public func flow(
    in lifecycle: String, from start: Instant, until end: Instant
  ) throws -> [LifecycleFlow] {
    var counts: [LifecycleFlow.Move: Int] = [:]
    try scan({ $0.lifecycle == lifecycle && $0.at >= start && $0.at < end }) { transition in
      guard transition.cause != .version else { return }
      counts[.init(from: transition.from, to: transition.to), default: 0] += 1
    }
    return counts.map { LifecycleFlow(move: $0.key, moves: $0.value) }.sorted { a, b in
      a.moves == b.moves ? a.move.order < b.move.order : a.moves > b.moves
    }
  }

  private func scan(
    _ filter: (LifecycleTransition.Fields) -> Filter<LifecycleTransition>,
    _ body: (LifecycleTransition) -> Void
  ) throws {
    let query = Query<LifecycleTransition>(
      where: filter, sortedBy: { [.ascending($0.at)] })
    try transitions.scan(query) { held in
      body(held.row)
      return true
    }
  }
}

/// A customer's stay at a stage.
public struct LifecycleStay: Sendable, Hashable {
  /// The stage.
  public let stage: String

  /// When it began.
  public let enteredAt: Instant

  /// When it ended; `nil` where it goes on.
  public let leftAt: Instant?

  /// How long it has lasted.
  public let duration: Duration

  /// The stays that moves in their order lead to.
  static func stays(in history: [LifecycleTransition], asOf end: Instant) -> [LifecycleStay] {
    var stays: [LifecycleStay] = []
    var current: (stage: String, since: Instant)?
    for transition in history {
      if transition.cause == .version, transition.to == current?.stage { continue }
      if let (stage, since) = current {
        stays.append(
          LifecycleStay(
            stage: stage, enteredAt: since, leftAt: transition.at, duration: transition.at - since))
      }
      current = transition.to.map { ($0, transition.at) }
    }
    if let (stage, since) = current {
      stays.append(
        LifecycleStay(stage: stage, enteredAt: since, leftAt: nil, duration: end - since))
    }
    return stays
  }
}

/// How often and for how long a customer was at a stage.
public struct LifecycleStageTime: Sendable, Hashable {
  /// The stage.
  public let stage: String

  /// How often the customer came to it.
  public internal(set) var entries: Int

  /// For how long in all.
  public internal(set) var duration: Duration

  static func times(of stays: [LifecycleStay]) -> [LifecycleStageTime] {
    var times: [LifecycleStageTime] = []
    for stay in stays {
      if let index = times.firstIndex(where: { $0.stage == stay.stage }) {
        times[index].entries += 1
        times[index].duration += stay.duration
      } else {
        times.append(LifecycleStageTime(stage: stay.stage, entries: 1, duration: stay.duration))
      }
    }
    return times
  }
}

/// How many customers are at a stage.
public struct LifecycleShare: Sendable, Hashable {
  /// The stage.
  public let stage: String
  /// How many.
  public let customers: Int

  /// So many customers at a stage.
  public init(stage: String, customers: Int) {
    self.stage = stage
    self.customers = customers
  }
}

/// How many moves there were from one stage to another.
public struct LifecycleFlow: Sendable, Hashable {
  /// The stages.
  public let move: Move
  /// How many moves.
  public let moves: Int

  /// Two stages that customers move between.
  public struct Move: Sendable, Hashable {
    /// The stage left; `nil` for the entry.
    public let from: String?
    /// The stage come to; `nil` for the clearing.
    public let to: String?

    fileprivate var order: String { "\(from ?? "")\u{1}\(to ?? "")" }
  }
}
