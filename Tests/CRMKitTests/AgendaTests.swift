import CRMKit
import CRMTesting
import Testing

/// A capability whose chimes are written down as notes.
private let clockwork = Notes(agenda: [
  AgendaHandler(for: Chime.self) { chime, tx in try tx.write("\(chime.label) at \(tx.now)") }
])

private func chime(_ label: String) -> Chime { Chime(label: label) }

extension Shop {
  fileprivate func notes() async throws -> [String] {
    try await crm.read { try $0.notes.all(sortedBy: { _ in [.oldestFirst] }).map(\.text) }
  }
}

@Suite("The agenda", .timeLimit(.minutes(30)))
struct AgendaTests {
  @Test(
    "Tasks are done by due instant, then in the order of scheduling", arguments: Backend.allCases)
  func order(backend: Backend) async throws {
    let shop = try await Shop(backend, clockwork.andStandard)
    let start = Shop.opening
    try await shop.crm.write { tx in
      for (label, seconds) in [("d", 30), ("a", 10), ("e", 30), ("b", 10), ("c", 20), ("f", -5)] {
        try tx.agenda.schedule(chime(label), at: start + .seconds(seconds))
      }
      #expect(
        try tx.agenda.upcoming().map(\.key) == ["f", "a", "b", "c", "d", "e"])
      #expect(try tx.agenda.upcoming(until: start + .seconds(10)).map(\.key) == ["f", "a", "b"])
    }
    shop.clock.advance(by: .seconds(3_600))
    let done = try await shop.crm.advance()
    #expect([done.done, done.failed, done.parked] == [6, 0, 0])
    // However late it is noticed, now is the instant it was due.
    #expect(
      try await shop.notes()
        == [("f", -5), ("a", 10), ("b", 10), ("c", 20), ("d", 30), ("e", 30)].map {
          "\($0.0) at \(start + .seconds($0.1))"
        })
    let events = try await shop.events()
    #expect(Set(events.map(\.commit)).count == 1)
    #expect(events.map(\.occurredAt).first == start - .seconds(5))
    #expect(events.allSatisfy { $0.recordedAt == start + .seconds(3_600) })
    #expect(events.allSatisfy { $0.actor == .system && $0.reason == "due" })
  }

  @Test("Each is done exactly once, at its instant and not before", arguments: Backend.allCases)
  func once(backend: Backend) async throws {
    let shop = try await Shop(backend, clockwork.andStandard)
    let due = Shop.opening + .seconds(10)
    try await shop.crm.write { try $0.agenda.schedule(chime("a"), at: due) }
    #expect(try await shop.crm.advance(to: due - .milliseconds(1)).done == 0)
    #expect(try await shop.crm.advance(to: Shop.opening - .seconds(1_000)).done == 0)
    #expect(try await shop.crm.advance(to: due).done == 1)
    #expect(try await shop.crm.advance(to: .latest).done == 0)
    let reopened = try await shop.reopened()
    #expect(try await reopened.crm.advance(to: .latest).done == 0)
    #expect(try await reopened.notes().count == 1)
  }

  @Test("A clock that goes back does nothing twice", arguments: Backend.allCases)
  func clockBack(backend: Backend) async throws {
    let shop = try await Shop(backend, clockwork.andStandard)
    try await shop.crm.write { tx in
      try tx.agenda.schedule(chime("a"), at: tx.now + .seconds(10))
      try tx.agenda.schedule(chime("b"), at: tx.now + .seconds(20))
    }
    shop.clock.advance(by: .seconds(15))
    #expect(try await shop.crm.advance().done == 1)
    shop.clock.advance(by: .seconds(-3_600))
    #expect(try await shop.crm.advance().done == 0)
    shop.clock.advance(by: .seconds(3_605))
    #expect(try await shop.crm.advance().done == 1)
    #expect(try await shop.notes().count == 2)
  }

  @Test("Scheduling again replaces; another key or name does not", arguments: Backend.allCases)
  func replace(backend: Backend) async throws {
    let shop = try await Shop(backend, clockwork.andStandard)
    try await shop.crm.write { tx in
      try tx.agenda.schedule(chime("a"), at: tx.now + .seconds(10))
      try tx.agenda.schedule(chime("b"), at: tx.now + .seconds(10))
      try tx.agenda.schedule(Chime(label: "a", strokes: 2), at: tx.now + .seconds(30))
      let entry = try #require(try tx.agenda.upcoming().last)
      #expect(entry.key == "a")
      #expect(try entry.payload(as: Chime.self)?.strokes == 2)
    }
    try await shop.crm.advance(to: .latest)
    #expect(
      try await shop.notes() == [
        "b at \(Shop.opening + .seconds(10))", "a at \(Shop.opening + .seconds(30))",
      ])
  }

  @Test("Keys in another normalisation form are the same key", arguments: Backend.allCases)
  func sameKey(backend: Backend) async throws {
    let shop = try await Shop(backend, clockwork.andStandard)
    try await shop.crm.write { tx in
      try tx.agenda.schedule(chime("cafe\u{301}"), at: tx.now)
      try tx.agenda.schedule(chime("caf\u{E9}"), at: tx.now)
      #expect(try tx.agenda.upcoming().map { Array($0.json.utf8) }.count == 1)
      #expect(try tx.agenda.cancel(chime("cafe\u{301}")))
      try tx.agenda.schedule(chime("cafe\u{301}"), at: tx.now)
    }
    let json = try await shop.crm.read { try $0.agenda.upcoming().first?.json }
    #expect(Array((json ?? "").utf8) == Array("{\"label\":\"caf\u{E9}\",\"strokes\":1}".utf8))
  }

  @Test("A cancelled task is not done", arguments: Backend.allCases)
  func cancel(backend: Backend) async throws {
    let shop = try await Shop(backend, clockwork.andStandard)
    try await shop.crm.write { tx in
      try tx.agenda.schedule(chime("a"), at: tx.now)
      #expect(try tx.agenda.cancel(chime("b")) == false)
      #expect(try tx.agenda.cancel(chime("a")))
      #expect(try tx.agenda.cancel(chime("a")) == false)
    }
    #expect(try await shop.crm.advance().done == 0)
  }

  @Test("A task that nothing handles cannot be scheduled", arguments: Backend.allCases)
  func unhandled(backend: Backend) async throws {
    let shop = try await Shop(backend, Notes().andStandard)
    let error = await failure {
      try await shop.crm.write { try $0.agenda.schedule(chime("a"), at: $0.now) }
    }
    #expect(error?.code == .undeclaredTask)
  }

  @Test("A task says whom it is about and what caused it", arguments: Backend.allCases)
  func about(backend: Backend) async throws {
    var notes = clockwork
    notes.reactions = [
      Reaction(to: CustomerAdded.self) { added, tx in
        try tx.agenda.schedule(
          chime("welcome"), at: tx.now + .seconds(60), about: added.customer)
      }
    ]
    let shop = try await Shop(backend, notes.andStandard)
    let ada = try await shop.crm.write { try $0.customers.add(.person("Ada")) }
    let entries = try await shop.crm.read { try $0.agenda.upcoming(for: ada.id) }
    #expect(entries.map(\.cause?.number) == [1])
    try await shop.crm.advance(to: .latest)
    #expect(try await shop.events().last?.cause?.number == 1)
  }

  @Test("A handler may schedule what is due within the same advance", arguments: Backend.allCases)
  func more(backend: Backend) async throws {
    let notes = Notes(agenda: [
      AgendaHandler(for: Chime.self) { chime, tx in
        try tx.write("\(chime.label) \(chime.strokes)")
        if chime.strokes < 5 {
          try tx.agenda.schedule(
            Chime(label: chime.label, strokes: chime.strokes + 1), at: tx.now + .seconds(60))
        }
      }
    ])
    let shop = try await Shop(backend, notes.andStandard)
    try await shop.crm.write { tx in
      try tx.agenda.schedule(chime("a"), at: tx.now)
      try tx.agenda.schedule(chime("b"), at: tx.now + .seconds(90))
    }
    #expect(try await shop.crm.advance(to: Shop.opening + .seconds(180)).done == 6)
    #expect(try await shop.notes() == ["a 1", "a 2", "b 1", "a 3", "b 2", "a 4"])
  }

  @Test("Ten years of days pass in a moment", arguments: Backend.allCases)
  func tenYears(backend: Backend) async throws {
    let notes = Notes(agenda: [
      AgendaHandler(for: Chime.self) { chime, tx in
        if chime.strokes % 365 == 0 { try tx.write("year \(chime.strokes / 365)") }
        try tx.agenda.schedule(
          Chime(label: "daily", strokes: chime.strokes + 1), at: tx.now + .seconds(86_400))
      }
    ])
    let shop = try await Shop(backend, notes.andStandard)
    try await shop.crm.write { try $0.agenda.schedule(chime("daily"), at: $0.now) }
    shop.clock.advance(by: .seconds(3_650 * 86_400 - 1))
    #expect(try await shop.crm.advance().done == 3_650)
    #expect(try await shop.notes() == (1...10).map { "year \($0)" })
  }

  @Test("run() does what falls due until it is cancelled", arguments: Backend.allCases)
  func run(backend: Backend) async throws {
    let shop = try await Shop(backend, clockwork.andStandard)
    let crm = shop.crm
    try await crm.write { try $0.agenda.schedule(chime("a"), at: $0.now) }
    let running = Task { try await crm.run(every: .milliseconds(2)) }
    for try await event in crm.events() where event.type == "notes.written" { break }
    shop.clock.advance(by: .seconds(60))
    try await crm.write { try $0.agenda.schedule(chime("b"), at: $0.now) }
    for try await event in crm.events(after: EventCursor(number: 1)) {
      #expect(event.id.number == 2)
      break
    }
    running.cancel()
    try await running.value
    #expect(try await shop.notes().count == 2)
  }
}

@Suite("Agenda tasks that fail", .timeLimit(.minutes(30)))
struct AgendaFailureTests {
  private func broken(_ failing: Locked<Bool>) -> Notes {
    Notes(agenda: [
      AgendaHandler(for: Chime.self) { chime, tx in
        try tx.write("\(chime.label) at \(tx.now)")
        if chime.label == "bad", failing.withLock({ $0 }) { throw Refused(reason: "stuck") }
      }
    ])
  }

  @Test(
    "They are tried after 1, 5 and 30 minutes, 2 and 12 hours, then parked",
    arguments: Backend.allCases)
  func backOff(backend: Backend) async throws {
    let shop = try await Shop(backend, broken(Locked(true)).andStandard)
    try await shop.crm.write { try $0.agenda.schedule(chime("bad"), at: $0.now) }
    let before = try await shop.records().filter { !$0.contains("notes.chime") }
    for (failures, minutes) in [1, 5, 30, 120, 720].enumerated() {
      let report = try await shop.crm.advance()
      #expect([report.done, report.failed, report.parked] == [0, 1, 0])
      let entry = try await shop.crm.read { try $0.agenda.upcoming().first }
      #expect(entry?.failures == failures + 1)
      #expect(entry?.due == Shop.opening)
      #expect(entry?.runAt == shop.clock.now + .seconds(minutes * 60))
      #expect(entry?.lastError?.contains("stuck") == true)
      shop.clock.advance(by: .seconds(minutes * 60) - .milliseconds(1))
      #expect(try await shop.crm.advance().failed == 0)
      shop.clock.advance(by: .milliseconds(1))
    }
    let last = try await shop.crm.advance()
    #expect([last.done, last.failed, last.parked] == [0, 0, 1])
    #expect(try await shop.crm.advance(to: .latest).parked == 0)
    let entries = try await shop.crm.read { (try $0.agenda.parked(), try $0.agenda.upcoming()) }
    #expect(entries.0.map(\.key) == ["bad"])
    #expect(entries.0.map(\.failures) == [6])
    #expect(entries.1.isEmpty)
    // What it did before it threw was undone each time.
    #expect(try await shop.records().filter { !$0.contains("notes.chime") } == before)
  }

  @Test("A parked task put back is done as of the instant it was due", arguments: Backend.allCases)
  func retry(backend: Backend) async throws {
    let failing = Locked(true)
    let shop = try await Shop(backend, broken(failing).andStandard)
    try await shop.crm.write { try $0.agenda.schedule(chime("bad"), at: $0.now) }
    let report = try await shop.crm.advance(to: Shop.opening + .seconds(86_400))
    #expect([report.done, report.failed, report.parked] == [0, 5, 1])
    let parked = try #require(try await shop.crm.read { try $0.agenda.parked().first })
    failing.withLock { $0 = false }
    try await shop.crm.write { try $0.agenda.retry(parked.id) }
    #expect(try await shop.crm.advance().done == 1)
    #expect(try await shop.notes() == ["bad at \(Shop.opening)"])
    let gone = await failure { try await shop.crm.write { try $0.agenda.retry(parked.id) } }
    #expect(gone?.code == .notFound)
  }

  @Test("A task that fails does not hold up the others", arguments: Backend.allCases)
  func others(backend: Backend) async throws {
    let shop = try await Shop(backend, broken(Locked(true)).andStandard)
    try await shop.crm.write { tx in
      for label in ["a", "bad", "c"] { try tx.agenda.schedule(chime(label), at: tx.now) }
    }
    let report = try await shop.crm.advance()
    #expect([report.done, report.failed] == [2, 1])
    #expect(try await shop.notes().count == 2)
  }

  private static let poisons: [@Sendable (Transaction) throws -> Void] = [
    { tx in _ = try tx.notes.page(Query(where: { _ in Filter(.isMissing(field: "nothing")) })) },
    { tx in try tx.notes.scan { _ in try tx.write("during a scan").text.isEmpty } },
    { _ in throw CancellationError() },
    { _ in throw Refused(reason: "a\0b" + String(repeating: "x", count: 100_000)) },
    { tx in try tx.write("a\0b") },
    { tx in
      _ = try? tx.operation {
        try tx.write("a")
        throw Refused()
      }
    },
  ]

  @Test(
    "Whatever a handler throws, the others are done", arguments: Backend.allCases, poisons.indices)
  func poison(backend: Backend, index: Int) async throws {
    let notes = Notes(agenda: [
      AgendaHandler(for: Chime.self) { chime, tx in
        if chime.label == "bad" {
          try tx.write("first")
          try Self.poisons[index](tx)
        }
        try tx.write(chime.label)
      }
    ])
    let shop = try await Shop(backend, notes.andStandard)
    try await shop.crm.write { tx in
      try tx.agenda.schedule(chime("bad"), at: tx.now)
      try tx.agenda.schedule(chime("good"), at: tx.now)
    }
    let report = try await shop.crm.advance()
    #expect([report.done, report.failed] == [1, 1])
    #expect(try await shop.notes() == ["good"])
    let lastError = try await shop.crm.read { try $0.agenda.upcoming().first?.lastError }
    #expect((1...8_000).contains(lastError?.utf8.count ?? 0))
  }

  @Test(
    "A task whose capability is missing waits, parked, until it is back",
    arguments: Backend.allCases)
  func missingCapability(backend: Backend) async throws {
    let shop = try await Shop(backend, broken(Locked(false)).andStandard)
    try await shop.crm.write { try $0.agenda.schedule(chime("a"), at: $0.now) }
    let without = try await shop.reopened(Notes().andStandard)
    let report = try await without.crm.advance()
    #expect([report.done, report.failed, report.parked] == [0, 0, 1])
    let parked = try #require(try await without.crm.read { try $0.agenda.parked().first })
    #expect(parked.lastError?.contains("notes.chime") == true)
    let with = try await without.reopened(broken(Locked(false)).andStandard)
    try await with.crm.write { try $0.agenda.retry(parked.id) }
    #expect(try await with.crm.advance().done == 1)
  }

  @Test(
    "After a crash at any change the next advance does the rest, nothing twice",
    arguments: Backend.allCases, [false, true])
  func crash(backend: Backend, isLasting: Bool) async throws {
    for number in 1...60 {
      var shop = try await Shop(backend, broken(Locked(false)).andStandard)
      try await shop.crm.write { tx in
        for label in ["a", "b", "c", "d"] { try tx.agenda.schedule(chime(label), at: tx.now) }
      }
      shop.failure.schedule(atChange: number, lasting: isLasting)
      do {
        #expect(try await shop.crm.advance().done == 4)
        if shop.failure.isPending {
          #expect(number > 8)
          return
        }
        // What fails among others is done again alone, which a failure that comes once lets pass.
        #expect(!isLasting)
      } catch let error as StorageError {
        #expect(error.code == .inputOutput)
      }
      shop = try await shop.reopened()
      let before = try await shop.notes().count
      #expect(try await shop.crm.advance().done == 4 - before)
      #expect(try await shop.notes() == ["a", "b", "c", "d"].map { "\($0) at \(Shop.opening)" })
      #expect(try await shop.events().map(\.id.number) == [1, 2, 3, 4])
    }
    Issue.record("The failures never ended.")
  }

  @Test(
    "Where the store fails with one task, what was due before it stays done",
    arguments: Backend.allCases)
  func storeFails(backend: Backend) async throws {
    let failure = Locked<ScheduledFailure?>(nil)
    let capability = Notes(agenda: [
      AgendaHandler(for: Chime.self) { chime, tx in
        if chime.label == "c" { failure.withLock { $0?.schedule(atChange: 1) } }
        try tx.write("\(chime.label) at \(tx.now)")
      }
    ])
    let shop = try await Shop(backend, capability.andStandard)
    failure.withLock { $0 = shop.failure }
    try await shop.crm.write { tx in
      for label in ["a", "b", "c", "d"] { try tx.agenda.schedule(chime(label), at: tx.now) }
    }
    for _ in 0..<2 {
      let error = await #expect(throws: StorageError.self) { try await shop.crm.advance() }
      #expect(error?.code == .inputOutput)
      #expect(try await shop.notes() == ["a", "b"].map { "\($0) at \(Shop.opening)" })
    }
    failure.withLock { $0 = nil }
    #expect(try await shop.crm.advance().done == 2)
  }
}
