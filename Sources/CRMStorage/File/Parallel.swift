import Dispatch

/// Does pieces of work on all cores, and collects what they give, in order.
func inParallel<Result: Sendable>(
  _ count: Int, _ body: @Sendable (Int) -> Result
) -> [Result] {
  if count <= 1 { return (0..<count).map(body) }
  // Proof: each piece writes one place of its own, and all have ended before the places are read.
  nonisolated(unsafe) let results = UnsafeMutablePointer<Result?>.allocate(capacity: count)
  results.initialize(repeating: nil, count: count)
  defer {
    results.deinitialize(count: count)
    results.deallocate()
  }
  withoutActuallyEscaping(body) { body in
    DispatchQueue.concurrentPerform(iterations: count) { results[$0] = body($0) }
  }
  return (0..<count).compactMap { results[$0] }
}
