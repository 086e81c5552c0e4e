/// Where the customer stands whom a transaction looked at last, and which looks would find nothing
/// new.
///
/// An operation that moves a customer tells of the move, and whoever was told of is looked at
/// again. Such a look is left out where nothing that the model reads has changed meanwhile.
final class LifecycleMemory {
  private struct Look {
    let plan: LifecyclePlan
    let now: Instant
    let change: Int
  }

  private var customer: Customer.ID?
  private var positions: [LifecyclePosition] = []
  private var looks: [Look] = []

  /// The last change of positions that is in these.
  private var change = 0

  /// Whether all is known of a customer after a change of positions.
  func holds(_ customer: Customer.ID, after change: Int) -> Bool {
    self.customer == customer && self.change == change
  }

  /// Turns to a customer.
  func begin(_ customer: Customer.ID, _ positions: [LifecyclePosition], after change: Int) {
    self.customer = customer
    self.positions = positions
    self.change = change
    looks.removeAll(keepingCapacity: true)
  }

  func position(in lifecycle: String) -> LifecyclePosition? {
    positions.first { $0.lifecycle == lifecycle }
  }

  /// Takes a position that was written.
  func take(_ position: LifecyclePosition, after change: Int) {
    self.change = change
    looks.removeAll { $0.plan.model.name == position.lifecycle }
    if let index = positions.firstIndex(where: { $0.lifecycle == position.lifecycle }) {
      positions[index] = position
    } else {
      positions.append(position)
    }
  }

  /// Notes a look that came to its end, and what it has seen the changes up to.
  func note(_ plan: LifecyclePlan, at now: Instant, after change: Int) {
    looks.removeAll { $0.plan === plan }
    looks.append(Look(plan: plan, now: now, change: change))
  }

  /// The change up to which a look as of an instant has seen all.
  func seen(_ plan: LifecyclePlan, at now: Instant) -> Int? {
    looks.first { $0.plan === plan && $0.now == now }?.change
  }
}

extension LifecycleOperations {
  private var memory: LifecycleMemory { transaction.memory(LifecycleMemory.init) }

  private var lastChange: Int {
    transaction.lastChange(of: ObjectIdentifier(LifecyclePosition.self))
  }

  /// Where a customer stands; all of the customer's places are read at once.
  func known(of customer: Customer.ID, in lifecycle: String) throws -> LifecyclePosition? {
    let memory = memory
    let change = lastChange
    if !memory.holds(customer, after: change) {
      memory.begin(customer, try positions(of: customer), after: change)
    }
    return memory.position(in: lifecycle)
  }

  /// Keeps where a customer stands.
  func put(_ position: LifecyclePosition) throws {
    let memory = memory
    let isKnown = memory.holds(position.customer, after: lastChange)
    try positions.put(
      position, instead: isKnown ? memory.position(in: position.lifecycle) : nil)
    if isKnown { memory.take(try positions.get(position.id), after: lastChange) }
  }

  /// Whether a look at a customer would find what the last one found.
  func isSettled(_ customer: Customer.ID, in plan: LifecyclePlan) -> Bool {
    let memory = memory
    guard let sources = plan.sources, memory.holds(customer, after: lastChange),
      let seen = memory.seen(plan, at: transaction.now)
    else { return false }
    return sources.allSatisfy { transaction.lastChange(of: $0) <= seen }
  }

  /// Notes that a look at a customer came to its end.
  ///
  /// - Parameter change: The last change before it began.
  func noteSettled(_ customer: Customer.ID, in plan: LifecyclePlan, since change: Int) {
    let memory = memory
    guard plan.sources != nil, memory.holds(customer, after: lastChange) else { return }
    memory.note(plan, at: transaction.now, after: change)
  }
}
