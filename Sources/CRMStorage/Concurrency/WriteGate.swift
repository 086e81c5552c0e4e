/// Lets one task at a time pass, in the order they came.
///
/// Passing an open gate neither suspends nor changes threads.
package final class WriteGate: Sendable {
  private struct State {
    var isTaken = false
    var waiting: [(ticket: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    var lastTicket = 0
    var cancelled: Set<Int> = []
  }

  private let state = Locked(State())

  package init() {}

  /// Waits for the gate.
  ///
  /// - Throws: `CancellationError` where the task was cancelled while it waited; it then does
  ///   not hold the gate.
  package nonisolated(nonsending) func enter() async throws {
    let ticket = state.withLock { state -> Int? in
      guard state.isTaken else {
        state.isTaken = true
        return nil
      }
      state.lastTicket += 1
      return state.lastTicket
    }
    guard let ticket else { return }
    let isGranted = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer = state.withLock { state -> Bool? in
          if state.cancelled.remove(ticket) != nil { return false }
          guard state.isTaken else {
            state.isTaken = true
            return true
          }
          state.waiting.append((ticket, continuation))
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let continuation = state.withLock { state -> CheckedContinuation<Bool, Never>? in
        guard let index = state.waiting.firstIndex(where: { $0.ticket == ticket }) else {
          state.cancelled.insert(ticket)
          return nil
        }
        return state.waiting.remove(at: index).continuation
      }
      continuation?.resume(returning: false)
    }
    state.withLock { _ = $0.cancelled.remove(ticket) }
    if !isGranted { throw CancellationError() }
  }

  /// Hands the gate to the task that has waited longest.
  package func leave() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      guard state.waiting.isEmpty else { return state.waiting.removeFirst().continuation }
      state.isTaken = false
      return nil
    }
    next?.resume(returning: true)
  }
}
