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
  /// Each task is done once, whole or not at all, a number of them in one transaction: after a crash
  /// in between, the next call goes on where this one was. Where one of them fails, what the others
  /// did in the transaction is undone and they are done anew, each in one of its own; so a handler
  /// may run more than once, which nothing in the store shows. A task that throws is tried again
  /// after 1 minute, 5 and 30 minutes, 2 and 12 hours, then parked (see
  /// ``AgendaOperations/parked(limit:)``). A clock that goes back does nothing twice.
  ///
  /// - Parameter end: Up to which instant, if not the present.
  /// - Throws: `StorageError` where the store fails; what was done stays done.
  @discardableResult
  public nonisolated(nonsending) func advance(to end: Instant? = nil) async throws -> Advance {
    let end = end ?? engine.clock.now
    var report = Advance()
    // Those begun before one that fails are done one by one, so that each that can be is.
    var alone = 0
    while true {
      try Task.checkCancellation()
      let most = alone > 0 ? 1 : Self.mostTogether
      var begun: [AgendaEntry] = []
      var isRun = false
      let watch = StoreWatch()
      do {
        try await engine.write(CRM.agendaAttribution, watch: watch) { tx in
          while begun.isEmpty || (begun.count < most && !Self.isToEnd(tx)),
            let entry = try tx.agenda.next(until: end)
          {
            begun.append(entry)
            try tx.agenda.run(entry)
          }
          _ = try tx.finish()
          isRun = true
        }
        if begun.isEmpty { return report }
        report.done += begun.count
        alone -= min(alone, 1)
      } catch {
        if begun.count > 1 {
          alone = begun.count
          continue
        }
        guard let entry = begun.last,
          !Self.isBeyondTask(error, isStores: isRun || watch.hasSeenFailure)
        else { throw error }
        alone -= min(alone, 1)
        if try await note(error, of: entry) { report.parked += 1 } else { report.failed += 1 }
      }
    }
  }

  /// How many tasks are done in one transaction.
  private static let mostTogether = 256

  /// Whether no further task is begun in a transaction, so that others can write: it has changed
  /// much, or whoever waits for it has given up.
  private static func isToEnd(_ transaction: Transaction) -> Bool {
    transaction.changes >= 2_048 || Task.isCancelled
  }

  /// Notes that a task failed.
  ///
  /// - Returns: Whether it was parked.
  /// - Throws: The task's own error where that speaks of a store and this one fails as well.
  private nonisolated(nonsending) func note(_ failure: any Error, of entry: AgendaEntry)
    async throws -> Bool
  {
    do {
      return try await engine.write(CRM.agendaAttribution) { tx in
        try tx.agenda.fail(entry, with: failure)
        return try tx.records(of: AgendaEntry.self).find(entry.id)?.isParked ?? false
      }
    } catch {
      throw (failure as? StorageError)?.isOfStore == true ? failure : error
    }
  }

  /// Does what falls due as it falls due, until the task is cancelled.
  ///
  /// It returns when it is cancelled, which is the shape service-lifecycle hosts expect. While
  /// the store is busy it tries again, at first after `interval`, then after twice as long each
  /// time, up to a minute.
  ///
  /// - Parameter interval: How often to look, at the longest.
  /// - Throws: `StorageError` where the store fails otherwise.
  public func run(every interval: Duration = .seconds(1)) async throws {
    let shortest = max(.milliseconds(1), interval)
    var pause = shortest
    while !Task.isCancelled {
      do {
        try await Task.sleep(for: try await advanceOnce(every: interval))
        pause = shortest
      } catch is CancellationError {
        return
      } catch let error as StorageError where error.code == .busy {
        do { try await Task.sleep(for: pause) } catch { return }
        pause = min(pause * 2, max(shortest, .seconds(60)))
      }
    }
  }

  /// Does what is due, and tells how long to wait then.
  private func advanceOnce(every interval: Duration) async throws -> Duration {
    try await advance()
    let next = try await read { try $0.agenda.upcoming(limit: 1).first?.runAt }
    return min(next.map { max(.milliseconds(1), $0 - engine.clock.now) } ?? interval, interval)
  }

  /// Whether the store or the caller, not the task, is the cause of a failure.
  ///
  /// - Parameter isStores: Whether this CRM's own store failed, not another the task used.
  private static func isBeyondTask(_ error: any Error, isStores: Bool) -> Bool {
    if error is CancellationError { return Task.isCancelled }
    return isStores && (error as? StorageError)?.isOfStore == true
  }

  private static let agendaAttribution = Attribution(actor: .system, reason: "due")
}
