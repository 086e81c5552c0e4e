import Foundation

/// A program of this package, which is built beside the tests and runs as a process of its own.
public struct Program: Sendable {
  /// When a process is killed, unless it has ended by then.
  public enum Kill: Sendable {
    case afterStart(Duration)
    /// Once it has printed so many lines, and some time more.
    case afterLines(Int, Duration)
  }

  /// What is left of a process.
  public struct Outcome: Sendable {
    /// What it ended with, or the signal that ended it.
    public var status: Int32
    /// The whole lines it printed.
    public var lines: [String]
  }

  private let path: String

  /// Whether the tests run where the programs must be beside them.
  public static var mustBeThere: Bool {
    #if os(Linux)
    true
    #else
    false
    #endif
  }

  /// Finds a program by its name.
  public init?(_ name: String) {
    let tests = [Bundle.main.bundlePath, CommandLine.arguments[0]].map {
      URL(fileURLWithPath: $0).deletingLastPathComponent()
    }
    let found = (tests + [Bundle.main.bundleURL])
      .map { $0.appendingPathComponent(name).path }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let found else { return nil }
    path = found
  }

  /// Runs the program to its end, or until it is killed.
  ///
  /// - Parameter environment: Variables that it has beside those of this process.
  public func run(
    _ arguments: [String], environment: [String: String] = [:], kill: Kill? = nil
  ) async throws -> Outcome {
    try await withCheckedThrowingContinuation { continuation in
      // Waiting for a process takes a thread of its own.
      Thread.detachNewThread {
        continuation.resume(with: Result { try follow(arguments, environment, kill) })
      }
    }
  }

  private func follow(
    _ arguments: [String], _ environment: [String: String], _ kill: Kill?
  ) throws -> Outcome {
    let process = try ChildProcess(
      path, arguments, ProcessInfo.processInfo.environment.merging(environment) { $1 })
    if case .afterStart(let delay)? = kill {
      Thread.detachNewThread { process.kill(after: delay) }
    }
    var bytes: [UInt8] = []
    var lines = 0
    while let part = process.output() {
      bytes += part
      let before = lines
      lines += part.count { $0 == UInt8(ascii: "\n") }
      if case .afterLines(let number, let delay)? = kill, before < number, lines >= number {
        process.kill(after: delay)
      }
    }
    let status = process.wait()
    // A line that was cut off says nothing.
    let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { bytes[..<$0] } ?? []
    return Outcome(
      status: status,
      lines: whole.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) })
  }
}
