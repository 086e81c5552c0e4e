extension CRM {
  /// What ``advance(to:)`` did.
  public struct Advance: Hashable, Sendable {
    /// How many tasks were done.
    public var done = 0

    /// How many failed and will be tried again.
    public var failed = 0

    /// How many failed for the last time and were parked.
    public var parked = 0
  }

  /// Does all that is due, in order of due instant and then of scheduling.
  ///
  /// Each task is done once, in a transaction of its own: after a crash in between, the next
  /// call goes on where this one was. A task that throws is tried again after 1 minute, 5 and 30
  /// minutes, 2 and 12 hours, then parked (see ``AgendaOperations/parked(limit:)``). A clock that
  /// goes back does nothing twice.
  ///
  /// - Parameter end: Up to which instant, if not the present.
  /// - Throws: `StorageError` where the store fails; what was done stays done.
  @discardableResult
  public nonisolated(nonsending) func advance(to end: Instant? = nil) async throws -> Advance {
    let end = end ?? engine.clock.now
    let agenda = CRM.agendaAttribution
    var report = Advance()
    while true {
      try Task.checkCancellation()
      var entry: AgendaEntry?
      do {
        try await engine.write(agenda) { tx in
          entry = try tx.agenda.next(until: end)
          if let entry { try tx.agenda.run(entry) }
        }
        guard entry != nil else { return report }
        report.done += 1
      } catch {
        guard let entry, !Self.isBeyondTask(error) else { throw error }
        let isParked = try await engine.write(agenda) { tx in
          try tx.agenda.fail(entry, with: error)
          return try tx.records(of: AgendaEntry.self).find(entry.id)?.isParked ?? false
        }
        if isParked { report.parked += 1 } else { report.failed += 1 }
      }
    }
  }

  /// Does what falls due as it falls due, until the task is cancelled.
  ///
  /// It returns when it is cancelled, which is the shape service-lifecycle hosts expect.
  ///
  /// - Parameter interval: How often to look, at the longest.
  public func run(every interval: Duration = .seconds(1)) async throws {
    while !Task.isCancelled {
      do {
        try await advance()
        let next = try await read { try $0.agenda.upcoming(limit: 1).first?.runAt }
        let wait = next.map { max(.milliseconds(1), $0 - engine.clock.now) } ?? interval
        try await Task.sleep(for: min(wait, interval))
      } catch is CancellationError {
        return
      }
    }
  }

  /// Whether the store or the caller, not the task, is the cause of a failure.
  private static func isBeyondTask(_ error: any Error) -> Bool {
    if error is CancellationError { return Task.isCancelled }
    guard let error = error as? StorageError else { return false }
    return switch error.code {
    case .unknownField, .unsupportedQuery, .invalidSchema, .invalidValue, .tooLong, .notFound,
      .duplicate, .unknownReference, .stillReferenced, .writeDuringScan, .transactionEnded:
      false
    default: true
    }
  }

  private static let agendaAttribution = Attribution(actor: .system, reason: "due")
}
