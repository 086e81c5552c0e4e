/// Something to be done when an instant comes.
///
///     struct DeliveryPromise: AgendaTask {
///       var order: Order.ID
///       var key: String { order.description }
///       static let name = "orders.delivery_promise"
///       …
///     }
public protocol AgendaTask: Described {
  /// The stored name, of the form `capability.task`; never changed once in use.
  static var name: String { get }

  /// What makes it one of a kind: scheduling another of the same name and key replaces it.
  var key: String { get }
}

/// What a capability does when a kind of task falls due.
///
/// It runs in a transaction of its own whose ``Transaction/now`` is the instant the task was
/// due, however late that is noticed. What it throws undoes that transaction; the task is tried
/// again later and at last parked.
public struct AgendaHandler: Sendable {
  let name: String
  let run: @Sendable (AgendaEntry, Transaction) throws -> Void

  /// Why an entry cannot be run, if it cannot.
  let problem: @Sendable (AgendaEntry) -> String?

  /// A handler of one kind of task.
  public init<Task: AgendaTask>(
    for task: Task.Type, _ body: @escaping @Sendable (Task, Transaction) throws -> Void
  ) {
    name = task.name
    run = { entry, transaction in
      try body(try entry.payload.value(as: Task.self) { $0 }, transaction)
    }
    problem = { entry in
      guard let task = try? entry.payload.value(as: Task.self, upgrading: { $0 }) else {
        return "it cannot be read as \(Task.name)"
      }
      return task.key == entry.key ? nil : "its task has another key"
    }
  }
}
