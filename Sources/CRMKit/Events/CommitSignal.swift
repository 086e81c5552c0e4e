/// Wakes those who wait for events that are not there yet.
final class CommitSignal: Sendable {
  private struct State {
    var last: Int64 = 0
    var isFinished = false
    var lastTicket = 0
    var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    var woken: Set<Int> = []

    func isOver(beyond number: Int64) -> Bool { last > number || isFinished }
  }

  private let state = Locked(State())

  /// Tells that events up to a number are committed.
  func publish(_ number: Int64) {
    wake { $0.last = max($0.last, number) }
  }

  /// Tells that there will be no more.
  func finish() {
    wake { $0.isFinished = true }
  }

  /// Whether there will be no more.
  var isFinished: Bool { state.withLock { $0.isFinished } }

  private func wake(_ change: (inout State) -> Void) {
    let waiting = state.withLock { state in
      change(&state)
      defer { state.waiting = [:] }
      return state.waiting
    }
    for continuation in waiting.values { continuation.resume() }
  }

  /// Waits until there may be an event beyond a number: one was committed here, the time is up,
  /// there will be none, or the task was cancelled.
  func wait(beyond number: Int64, atMost time: Duration) async {
    let ticket = state.withLock { state in
      state.lastTicket += 1
      return state.lastTicket
    }
    let timer = Task {
      try await Task.sleep(for: time)
      wake(ticket)
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if state.isOver(beyond: number) || state.woken.contains(ticket) { return true }
          state.waiting[ticket] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      wake(ticket)
    }
    timer.cancel()
    // A timer that was about to ring finds the ticket used.
    _ = await timer.result
    state.withLock { _ = $0.woken.remove(ticket) }
  }

  private func wake(_ ticket: Int) {
    let continuation = state.withLock { state in
      state.woken.insert(ticket)
      return state.waiting.removeValue(forKey: ticket)
    }
    continuation?.resume()
  }
}
