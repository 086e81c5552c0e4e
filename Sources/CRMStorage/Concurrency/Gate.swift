/// Lets a number of tasks in at a time, in the order they came; the others wait suspended.
///
/// Passing an open gate neither suspends nor changes threads.
package final class Gate: Sendable {
  private struct Waiter {
    let ticket: UInt64
    let continuation: CheckedContinuation<Bool, Never>
  }

  private struct State {
    var free: Int
    var nextTicket: UInt64 = 0
    var waiters: [Waiter] = []
  }

  private let state: Locked<State>

  package init(permits: Int) {
    state = Locked(State(free: permits))
  }

  /// Waits for a permit; each one taken is given back by ``leave()``.
  ///
  /// - Throws: `CancellationError` where the task is cancelled before its turn has come.
  package nonisolated(nonsending) func enter() async throws {
    if takeFreePermit() { return }
    let ticket = state.withLock { state in
      state.nextTicket += 1
      return state.nextTicket
    }
    let entered = await withTaskCancellationHandler {
      await wait(ticket, isCancellable: true)
    } onCancel: {
      cancel(ticket)
    }
    guard entered else { throw CancellationError() }
  }

  /// Waits for a permit, also in a task that was cancelled.
  package nonisolated(nonsending) func enterRegardless() async {
    if takeFreePermit() { return }
    _ = await wait(0, isCancellable: false)
  }

  /// Gives a permit back, or on to the task that has waited longest.
  package func leave() {
    let next = state.withLock { state -> Waiter? in
      guard state.waiters.isEmpty else { return state.waiters.removeFirst() }
      state.free += 1
      return nil
    }
    next?.continuation.resume(returning: true)
  }

  private func takeFreePermit() -> Bool {
    state.withLock { state in
      guard state.free > 0 else { return false }
      state.free -= 1
      return true
    }
  }

  private nonisolated(nonsending) func wait(_ ticket: UInt64, isCancellable: Bool) async -> Bool {
    await withCheckedContinuation { continuation in
      // Cancelled before it queued, the task will not be told again: ask under the lock.
      let answer = state.withLock { state -> Bool? in
        if isCancellable && Task.isCancelled { return false }
        if state.free > 0 {
          state.free -= 1
          return true
        }
        state.waiters.append(Waiter(ticket: ticket, continuation: continuation))
        return nil
      }
      if let answer { continuation.resume(returning: answer) }
    }
  }

  private func cancel(_ ticket: UInt64) {
    let waiter = state.withLock { state -> Waiter? in
      state.waiters.firstIndex { $0.ticket == ticket }.map { state.waiters.remove(at: $0) }
    }
    waiter?.continuation.resume(returning: false)
  }
}
