import CRMStorage

/// Work that stands ready on a thread of its own, and begins at a sign.
///
/// It needs no thread that others keep busy, so it can be waited for while one is blocked. Without
/// the sign it never begins, however long that takes; it is given up with the errand.
final class Errand<Result: Sendable>: Sendable {
  private let go = Signal()
  private let done = Signal()
  private let isWanted: Locked<Bool>
  private let work: Task<Result, any Error>

  /// Makes the work ready, and waits until it is.
  init(_ body: @escaping @Sendable () async throws -> Result) async throws {
    let ready = Signal()
    let isWanted = Locked(false)
    self.isWanted = isWanted
    work = taskOnOwnThreads { [go, done] in
      ready.send()
      go.wait()
      defer { done.send() }
      guard isWanted.withLock({ $0 }) else { throw CancellationError() }
      return try await body()
    }
    try await ready.arrival()
  }

  deinit {
    go.send()
  }

  /// Lets the work begin.
  func begin() {
    isWanted.withLock { $0 = true }
    go.send()
  }

  /// Blocks the thread until the work has ended; false if it takes too long.
  @discardableResult
  func wait(milliseconds: Int) -> Bool { done.wait(milliseconds: milliseconds) }

  /// What the work comes to.
  var value: Result {
    get async throws { try await work.value }
  }
}
