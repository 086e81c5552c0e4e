/// One way to do a piece of work: ours, a peer's, or the limit.
public struct Contender: Sendable {
  /// Who does it.
  public let name: String

  /// How often one run does the work.
  public let operations: Int

  private let body: @Sendable (Stopwatch) async throws -> Checksum

  /// Describes a way.
  ///
  /// - Parameter body: Prepares, measures through the stopwatch, and checks what came out.
  public init(
    _ name: String, operations: Int,
    _ body: @escaping @Sendable (Stopwatch) async throws -> Checksum
  ) {
    self.name = name
    self.operations = operations
    self.body = body
  }

  /// Does the work once.
  public func run(_ stopwatch: Stopwatch = Stopwatch()) async throws -> Lap {
    let checksum = try await body(stopwatch)
    return Lap(
      nanoseconds: Double(stopwatch.elapsed.inNanoseconds) / Double(operations),
      checksum: checksum)
  }
}

/// What one run of a contender took.
public struct Lap: Sendable {
  /// Nanoseconds for each operation.
  public let nanoseconds: Double

  /// What came out.
  public let checksum: Checksum
}

/// Times what is to be measured and nothing else.
public final class Stopwatch {
  private let start: () -> Void
  private let stop: () -> Void

  /// What the last measurement took.
  public private(set) var elapsed = Duration.zero

  /// A stopwatch that also tells a harness.
  public init(start: @escaping () -> Void = {}, stop: @escaping () -> Void = {}) {
    self.start = start
    self.stop = stop
  }

  /// Takes what was timed otherwise.
  public func take(_ time: Duration) { elapsed = time }

  /// Times a closure.
  public func measure<Result>(
    _ body: nonisolated(nonsending) () async throws -> Result
  ) async rethrows -> Result {
    start()
    let clock = ContinuousClock()
    let begin = clock.now
    let result = try await body()
    elapsed = clock.now - begin
    stop()
    return result
  }
}

extension Duration {
  /// The whole duration in nanoseconds.
  public var inNanoseconds: Int64 {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }
}
