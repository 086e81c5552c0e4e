import Benchmark
import Workloads

/// Hands a contender to the harness, which repeats and measures it.
///
/// Each iteration prepares anew, which is not measured; the checksum is printed once.
func harness(_ name: String, _ contender: @escaping @Sendable () async throws -> Contender) {
  let iterations = Scale.canonical(5, small: 1)
  Benchmark(
    name,
    configuration: .init(
      metrics: [.wallClock, .throughput, .peakMemoryResident], warmupIterations: 0,
      maxDuration: .seconds(120), maxIterations: iterations)
  ) { benchmark, contender in
    let stopwatch = Stopwatch(
      start: { benchmark.startMeasurement() }, stop: { benchmark.stopMeasurement() })
    let lap = try await contender.run(stopwatch)
    if benchmark.currentIteration == 0 {
      print("\(name): \(Int(lap.nanoseconds)) ns an operation, checksum \(lap.checksum)")
    }
  } setup: {
    try await contender()
  }
}
