/// Wakes those who wait for events that are not there yet.
final class CommitSignal: Sendable {
  private struct State {
    var last: Int64 = 0
    var isFinished = false
    var lastTicket = 0
    var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    var cancelled: Set<Int> = []

    func answer(beyond number: Int64) -> Bool? {
      if last > number { return true }
      return isFinished ? false : nil
    }
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

  /// Waits for an event beyond a number.
  ///
  /// - Returns: Whether there is one; false when there will be none or the task was cancelled.
  func wait(beyond number: Int64) async -> Bool {
    let ticket = state.withLock { state in
      state.lastTicket += 1
      return state.lastTicket
    }
    defer { state.withLock { _ = $0.cancelled.remove(ticket) } }
    while !Task.isCancelled {
      if let answer = state.withLock({ $0.answer(beyond: number) }) { return answer }
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          let isOver = state.withLock { state in
            if state.answer(beyond: number) != nil || state.cancelled.contains(ticket) {
              return true
            }
            state.waiting[ticket] = continuation
            return false
          }
          if isOver { continuation.resume() }
        }
      } onCancel: {
        let continuation = state.withLock { state in
          state.cancelled.insert(ticket)
          return state.waiting.removeValue(forKey: ticket)
        }
        continuation?.resume()
      }
    }
    return false
  }
}
