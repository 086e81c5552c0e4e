import Foundation

/// Something that one thread waits for and another brings about.
final class Signal: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)

  func send() { semaphore.signal() }

  /// Blocks the thread until the signal comes.
  func wait() { semaphore.wait() }

  /// Blocks the thread until the signal comes; false if it takes too long.
  @discardableResult
  func wait(milliseconds: Int) -> Bool {
    semaphore.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
  }

  /// Waits for the signal without blocking a thread that others need.
  func arrival() async throws {
    while !wait(milliseconds: 0) { try await Task.sleep(for: .milliseconds(1)) }
  }
}

/// Runs work on threads of its own, which may be blocked while the shared ones go on.
func onOwnThreads<Result: Sendable>(
  _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
  try await taskOnOwnThreads(body).value
}

/// Begins work on threads of its own.
func taskOnOwnThreads<Result: Sendable>(
  _ body: @escaping @Sendable () async throws -> Result
) -> Task<Result, any Error> {
  if #available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *) {
    return Task.detached(executorPreference: OwnThreads()) { try await body() }
  }
  return Task.detached { try await body() }
}

/// A thread for every step.
@available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)
private final class OwnThreads: TaskExecutor {
  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    Thread.detachNewThread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
