/// Work that stands ready on a thread of its own, and begins at a sign.
///
/// It needs no thread that others keep busy, so it can be waited for while one is blocked.
struct Errand<Result: Sendable>: Sendable {
  private let go = Signal()
  private let done = Signal()
  private let work: Task<Result, any Error>

  /// Makes the work ready, and waits until it is.
  init(_ body: @escaping @Sendable () async throws -> Result) async throws {
    let ready = Signal()
    work = taskOnOwnThreads { [go, done] in
      ready.send()
      go.wait(milliseconds: 60_000)
      defer { done.send() }
      return try await body()
    }
    try await ready.arrival()
  }

  /// Lets the work begin.
  func begin() { go.send() }

  /// Blocks the thread until the work has ended; false if it takes too long.
  @discardableResult
  func wait(milliseconds: Int) -> Bool { done.wait(milliseconds: milliseconds) }

  /// What the work comes to.
  var value: Result {
    get async throws { try await work.value }
  }
}
