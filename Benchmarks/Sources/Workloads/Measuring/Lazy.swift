/// Something costly that several benchmarks share, made when the first of them needs it.
public actor Lazy<Value: Sendable> {
  private let make: @Sendable () async throws -> Value
  private var making: Task<Value, any Error>?

  /// Describes how to make it.
  public init(_ make: @escaping @Sendable () async throws -> Value) {
    self.make = make
  }

  /// The value.
  public var value: Value {
    get async throws {
      if let making { return try await making.value }
      let task = Task { [make] in try await make() }
      making = task
      return try await task.value
    }
  }
}
