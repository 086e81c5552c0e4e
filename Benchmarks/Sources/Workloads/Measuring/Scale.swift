import Foundation

/// How large benchmarks are.
public enum Scale: String, Sendable {
  /// Large enough to tell.
  case canonical
  /// Small enough to run with the tests, to see that everything works.
  case small

  /// What `--small` or the environment's `CRMKIT_BENCHMARK_SIZE` asks for.
  public static let current: Scale = {
    if CommandLine.arguments.contains("--small") { return .small }
    let name = ProcessInfo.processInfo.environment["CRMKIT_BENCHMARK_SIZE"]
    return name.flatMap(Scale.init) ?? .canonical
  }()

  /// One of two numbers.
  public static func canonical(_ canonical: Int, small: Int) -> Int {
    current == .small ? small : canonical
  }
}
