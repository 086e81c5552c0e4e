import CRMStorage

/// One thing a storage is held to, ready to be tried.
public struct ConformanceTrial: Sendable, Identifiable {
  /// A name that stays the same from version to version: `unique.taken`.
  public let id: String

  /// What must hold, as a sentence.
  public let title: String

  private let body: @Sendable () async throws -> Void

  init(id: String, title: String, _ body: @escaping @Sendable () async throws -> Void) {
    self.id = id
    self.title = title
    self.body = body
  }

  /// How long a trial may take, in seconds: a storage that waits without end has failed.
  private static var longest: Int { 1_800 }

  /// Tries it on a store of its own.
  ///
  /// - Throws: ``LawBroken``.
  public func run() async throws(LawBroken) {
    let outcome = Outcome()
    let work = Task {
      do {
        try await body()
        outcome.set(nil)
      } catch let broken as LawBroken {
        outcome.set(broken)
      } catch {
        outcome.set(LawBroken(law: title, expected: "no error", found: "\(error)"))
      }
    }
    let limit = Task {
      try await Task.sleep(for: .seconds(Self.longest))
      work.cancel()
      outcome.set(
        LawBroken(
          law: title, expected: "an end", found: "none within \(Self.longest) seconds"))
    }
    let broken = await outcome.value
    limit.cancel()
    if let broken { throw broken }
  }
}

extension ConformanceTrial: CustomStringConvertible {
  public var description: String { title }
}

/// How a trial ended, told once.
private final class Outcome: Sendable {
  private enum State {
    case open
    case awaited(CheckedContinuation<LawBroken?, Never>)
    case told(LawBroken?)
  }

  private let state = Locked(State.open)

  var value: LawBroken? {
    get async {
      await withCheckedContinuation { continuation in
        let told = state.withLock { state -> LawBroken?? in
          if case .told(let broken) = state { return .some(broken) }
          state = .awaited(continuation)
          return nil
        }
        if let told { continuation.resume(returning: told) }
      }
    }
  }

  func set(_ broken: LawBroken?) {
    let continuation = state.withLock { state -> CheckedContinuation<LawBroken?, Never>? in
      defer { if case .told = state {} else { state = .told(broken) } }
      if case .awaited(let continuation) = state { return continuation }
      return nil
    }
    continuation?.resume(returning: broken)
  }
}
