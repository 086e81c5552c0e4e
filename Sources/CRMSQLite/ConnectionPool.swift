import CRMStorage

/// Lends connections, each to one task at a time; tasks beyond their number wait in order.
final class ConnectionPool: Sendable {
  private struct State {
    var idle: [SQLiteConnection] = []
    var isClosed = false
  }

  private let capacity: Int
  private let gate: Gate
  private let state: Locked<State>
  private let connect: @Sendable () throws -> SQLiteConnection

  /// A pool of up to so many connections, made when they are first needed.
  init(
    _ capacity: Int, holding connections: [SQLiteConnection] = [],
    connect: @escaping @Sendable () throws -> SQLiteConnection
  ) {
    self.capacity = capacity
    gate = Gate(permits: capacity)
    state = Locked(State(idle: connections))
    self.connect = connect
  }

  /// Waits for a connection, which must be given back by ``giveBack(_:)``.
  ///
  /// - Throws: `CancellationError` where the task is cancelled while it waits,
  ///   ``StorageError/Code/closed``, or ``SQLiteFailure`` where connecting fails.
  nonisolated(nonsending) func take() async throws -> SQLiteConnection {
    try await gate.enter()
    do {
      let idle = try state.withLock { state in
        if state.isClosed { throw StorageError.closed }
        return state.idle.popLast()
      }
      return try idle ?? connect()
    } catch {
      gate.leave()
      throw error
    }
  }

  /// Takes a connection back.
  func giveBack(_ connection: SQLiteConnection) {
    state.withLock { $0.idle.append(connection) }
    gate.leave()
  }

  /// Waits for those who came before, then lets go of all connections for good.
  nonisolated(nonsending) func close() async {
    for _ in 0..<capacity { await gate.enterRegardless() }
    // Dropped outside the lock: closing the last connection writes to the file.
    let connections = state.withLock { state in
      state.isClosed = true
      defer { state.idle = [] }
      return state.idle
    }
    withExtendedLifetime(connections) {}
    for _ in 0..<capacity { gate.leave() }
  }
}
