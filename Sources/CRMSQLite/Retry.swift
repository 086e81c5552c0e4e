/// Tries again while another process is in the way, suspended in between.
///
/// What counts against the timeout is the time it asked to pause: on a machine too busy to wake
/// it in time it has not had its chance yet.
///
/// - Throws: ``SQLiteFailure`` of the last try once it has paused for `timeout`,
///   `CancellationError`, or what else `body` throws.
nonisolated(nonsending) func retryingWhileBusy<Result>(
  for timeout: Duration, _ body: () throws -> Result
) async throws -> Result {
  var left = timeout
  var pause = Duration.milliseconds(1)
  while true {
    do {
      return try body()
    } catch let failure as SQLiteFailure where failure.isBusy {
      guard left > .zero else { throw failure }
      pause = min(pause, left)
      left -= pause
      try await Task.sleep(for: pause)
      pause = min(pause * 2, .milliseconds(50))
    }
  }
}
