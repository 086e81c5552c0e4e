/// Tries again while another process is in the way, suspended in between.
///
/// - Throws: ``SQLiteFailure`` of the last try once `timeout` has passed, `CancellationError`,
///   or what else `body` throws.
nonisolated(nonsending) func retryingWhileBusy<Result>(
  for timeout: Duration, _ body: () throws -> Result
) async throws -> Result {
  let clock = ContinuousClock()
  let end = clock.now + timeout
  var pause = Duration.milliseconds(1)
  while true {
    do {
      return try body()
    } catch let failure as SQLiteFailure where failure.isBusy {
      let now = clock.now
      guard now < end else { throw failure }
      try await Task.sleep(for: min(pause, end - now))
      pause = min(pause * 2, .milliseconds(50))
    }
  }
}
