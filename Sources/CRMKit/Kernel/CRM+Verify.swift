extension CRM {
  /// Looks at everything the store holds, and says what is wrong with it.
  ///
  /// Every record is read, what it refers to looked up, and what is kept beside it held against
  /// what follows from it. Events and commits are numbered without a gap. What is on the agenda can
  /// be done: it can be read, under the key it has, and what it is about is there. Then, where all
  /// records can be read, every capability holds what it keeps against them
  /// (``Capability/verify(in:report:)``). Others may read and write meanwhile.
  ///
  /// - Returns: What is wrong, record by record; nothing is changed.
  /// - Throws: `StorageError` where the store cannot be read at all.
  /// - Complexity: O(*n* log *n*) in the records.
  public nonisolated(nonsending) func verify() async throws -> VerificationReport {
    var report = try await engine.storage.verify()
    let isReadable = report.isSound
    try await engine.storage.read { reader in
      do {
        let last = try reader.verifyEvents(&report)
        try reader.verifyAgenda(&report, engine.registry, lastEvent: last)
      } catch let error as StorageError where error.code == .invalidValue {
        // A row that cannot be read was told of before; what follows from it is not known.
        report.note(error)
      }
    }
    if isReadable {
      try await read { tx in
        for capability in engine.registry.capabilities {
          try capability.verify(in: tx, report: &report)
        }
      }
    }
    return report
  }
}

extension StorageReader {
  /// Looks for gaps in the numbers of events and commits.
  ///
  /// - Returns: The number of the last event.
  fileprivate func verifyEvents(_ report: inout VerificationReport) throws -> Int64 {
    var (number, commit) = (Int64(0), Int64(0))
    try scan(Query<RecordedEvent>()) { event in
      let next = event.id.number
      if next != number + 1 {
        report.note(.damaged("events", id: "\(next)", "the event before it has number \(number)"))
      } else if !(commit...commit + 1).contains(event.row.commit) {
        report.note(
          .damaged(
            "events", field: "commit", id: "\(next)",
            "it is of commit \(event.row.commit), the event before it of \(commit)"))
      }
      (number, commit) = (next, event.row.commit)
      return true
    }
    return number
  }

  fileprivate func verifyAgenda(
    _ report: inout VerificationReport, _ registry: Registry, lastEvent: Int64
  ) throws {
    try scan(Query<AgendaEntry>()) { entry in
      for problem in try agendaProblems(of: entry.row, registry, lastEvent: lastEvent) {
        report.note(
          .damaged(
            "agenda", field: problem.field, id: "\(entry.id.number)", problem.reason))
      }
      return true
    }
  }

  private func agendaProblems(
    of entry: AgendaEntry, _ registry: Registry, lastEvent: Int64
  ) throws -> [(field: String, reason: String)] {
    var problems: [(String, String)] = []
    if entry.runAt < entry.due { problems.append(("run_at", "it is tried before it is due")) }
    if entry.failures < 0 || (entry.isParked && entry.failures == 0) {
      problems.append(("failures", "it is parked without having failed"))
    }
    if let cause = entry.cause, !(1...max(1, lastEvent)).contains(cause.number) {
      problems.append(("cause", "there is no event \(cause.number)"))
    }
    if let customer = entry.customer, catalog.position(of: Customer.self) != nil,
      try get(customer) == nil
    {
      problems.append(("customer", "there is no such customer"))
    }
    if let problem = registry.agenda[entry.task]?.problem(entry) {
      problems.append(("payload", problem))
    }
    return problems
  }
}
