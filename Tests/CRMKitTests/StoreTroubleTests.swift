import CRMKit
import CRMTesting
import Testing

/// A store whose writes fail while a test wants them to.
private struct Troubled: ForwardingStorage {
  let base: any Storage
  let trouble = Locked<[StorageError]>([])

  nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    if let error = trouble.withLock({ $0.popLast() }) { throw error }
    return try await base.write(body)
  }
}

private func error(_ code: StorageError.Code) -> StorageError {
  StorageError(code, "The test wants it.", recovery: "None.")
}

@Suite("A store in trouble while the agenda is done", .timeLimit(.minutes(30)))
struct StoreTroubleTests {
  private func crm(_ backend: Backend, _ agenda: [AgendaHandler]) async throws -> (CRM, Troubled) {
    let storage = Troubled(base: backend.makeStorage())
    let crm = try await CRM(
      storage: storage, capabilities: Notes(agenda: agenda).andStandard,
      clock: TestClock(Shop.opening), identifiers: .seeded(7))
    return (crm, storage)
  }

  @Test("run() goes on after a store that was busy", arguments: Backend.allCases)
  func busy(backend: Backend) async throws {
    let (crm, storage) = try await crm(
      backend, [AgendaHandler(for: Chime.self) { chime, tx in try tx.write(chime.label) }])
    try await crm.write { try $0.agenda.schedule(Chime(label: "a"), at: $0.now) }
    storage.trouble.withLock { $0 = [StorageError](repeating: error(.busy), count: 4) }
    let running = Task { try await crm.run(every: .milliseconds(1)) }
    for try await event in crm.events() where event.type == "notes.written" { break }
    #expect(storage.trouble.withLock { $0.isEmpty })
    running.cancel()
    try await running.value
  }

  @Test("run() can be cancelled while the store is busy", arguments: Backend.allCases)
  func cancelled(backend: Backend) async throws {
    let (crm, storage) = try await crm(backend, [])
    storage.trouble.withLock { $0 = [StorageError](repeating: error(.busy), count: 1_000) }
    let running = Task { try await crm.run(every: .seconds(30)) }
    while storage.trouble.withLock({ $0.count }) == 1_000 { await Task.yield() }
    running.cancel()
    try await running.value
  }

  @Test("run() ends with any other failure of the store", arguments: Backend.allCases)
  func full(backend: Backend) async throws {
    let (crm, storage) = try await crm(backend, [])
    storage.trouble.withLock { $0 = [error(.full)] }
    let ended = await #expect(throws: StorageError.self) { try await crm.run() }
    #expect(ended?.code == .full)
  }

  private static let codes: [StorageError.Code] = [.closed, .full, .busy, .inputOutput]

  @Test(
    "What a handler throws of another store holds up nobody", arguments: Backend.allCases, codes)
  func another(backend: Backend, code: StorageError.Code) async throws {
    let (crm, _) = try await crm(
      backend,
      [
        AgendaHandler(for: Chime.self) { chime, tx in
          try tx.write(chime.label)
          if chime.label == "bad" { throw error(code) }
          if chime.label == "scanned" { try tx.notes.scan { _ in throw error(code) } }
          if chime.label == "swallowed" { _ = try? tx.operation { try lost(tx, code) } }
        }
      ])
    try await crm.write { tx in
      for label in ["bad", "scanned", "swallowed", "good"] {
        try tx.agenda.schedule(Chime(label: label), at: tx.now)
      }
    }
    let report = try await crm.advance()
    #expect([report.done, report.failed] == [1, 3])
    #expect(try await crm.read { try $0.notes.all().map(\.text) } == ["good"])
  }

  @Test("A handler's error is thrown where it cannot be noted", arguments: Backend.allCases)
  func unnoted(backend: Backend) async throws {
    let box = Locked<Troubled?>(nil)
    let (crm, storage) = try await crm(
      backend,
      [
        AgendaHandler(for: Chime.self) { _, _ in
          box.withLock { $0 }?.trouble.withLock { $0 = [error(.inputOutput)] }
          throw error(.closed)
        }
      ])
    box.withLock { $0 = storage }
    try await crm.write { try $0.agenda.schedule(Chime(label: "a"), at: $0.now) }
    let thrown = await #expect(throws: StorageError.self) { try await crm.advance() }
    #expect(thrown?.code == .closed)
    #expect(try await crm.read { try $0.agenda.upcoming().map(\.failures) } == [0])
  }
}

private func lost(_ tx: Transaction, _ code: StorageError.Code) throws {
  try tx.write("lost")
  throw error(code)
}
