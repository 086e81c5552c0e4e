import CRMStorage
import Foundation

/// A process that was started, and what it writes.
///
/// Not Foundation's, which has crashed when many were started at once.
final class ChildProcess: Sendable {
  private let identifier: pid_t
  private let pipe: Int32
  private let isOver = Locked(false)

  /// Starts a program.
  init(_ path: String, _ arguments: [String], _ environment: [String: String]) throws {
    (identifier, pipe) = try Self.started.withLock { started in
      started += 1
      return try Self.start(path, arguments, environment)
    }
  }

  /// One is started at a time, so that none has the end of another's pipe.
  ///
  /// It counts them, as a lock around nothing shares its place with what the lock itself reads.
  private static let started = Locked(0)

  private static func start(
    _ path: String, _ arguments: [String], _ environment: [String: String]
  ) throws -> (pid_t, pipe: Int32) {
    var ends: [Int32] = [-1, -1]
    guard Foundation.pipe(&ends) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
    #else
    var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var identifier: pid_t = 0
    let failure = withTexts([path] + arguments) { arguments in
      withTexts(environment.map { "\($0)=\($1)" }) { environment in
        posix_spawn(&identifier, path, &actions, nil, arguments, environment)
      }
    }
    close(ends[1])
    guard failure == 0 else {
      close(ends[0])
      throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO)
    }
    return (identifier, ends[0])
  }

  deinit {
    close(pipe)
  }

  /// What it has written since, which is waited for; `nil` once nothing more comes.
  func output() -> [UInt8]? {
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(pipe, &part, part.count)
      if count > 0 { return Array(part[..<count]) }
      if count == 0 || errno != EINTR { return nil }
    }
  }

  /// Waits for its end, and says what it ended with or the signal that ended it.
  func wait() -> Int32 {
    var info = siginfo_t()
    // It keeps its number until it is known that nobody kills it any more.
    while waitid(P_PID, id_t(identifier), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
    return isOver.withLock { isOver in
      isOver = true
      var status: Int32 = 0
      while waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
      return status & 0x7F == 0 ? status >> 8 & 0xFF : status & 0x7F
    }
  }

  /// Kills it after some time, unless it has ended by then.
  func kill(after delay: Duration) {
    usleep(UInt32(delay / .microseconds(1)))
    isOver.withLock { isOver in
      if !isOver { _ = Foundation.kill(identifier, SIGKILL) }
    }
  }
}

/// Lends texts as C has them, a null pointer behind the last.
private func withTexts<Result>(
  _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
  let copies = texts.map { strdup($0) }
  defer { for copy in copies { free(copy) } }
  return body(copies + [nil])
}
