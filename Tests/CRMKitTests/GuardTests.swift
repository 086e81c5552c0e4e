import CRMKit
import CRMTesting
import Testing

@Suite("Guards", .timeLimit(.minutes(30)))
struct GuardTests {
  @Test("A capability given twice is refused; replacing gives one its settings")
  func twice() async throws {
    let error = await failure {
      try await CRM(
        storage: MemoryStorage(), capabilities: CRM.standardCapabilities + [Metrics()])
    }
    #expect(error?.code == .invalidCapability)
    #expect(error?.message.contains("Metrics") == true)
    let replaced = CRM.standardCapabilities.replacing(Customers(callingCode: "82"))
    #expect(replaced.count == CRM.standardCapabilities.count)
    let crm = try await CRM(storage: MemoryStorage(), capabilities: replaced.replacing(Notes()))
    try await crm.read { tx in
      #expect(tx.capability(Customers.self)?.callingCode == "82")
      #expect(tx.capability(Notes.self) != nil)
    }
  }

  @Test("An undeclared event is refused before anything changed", arguments: Backend.allCases)
  func undeclared(backend: Backend) async throws {
    let shop = try await Shop(backend, Notes().andStandard)
    try await shop.crm.write { tx in
      let note = try tx.write("kept")
      #expect(
        refusal {
          try tx.notes.insert(Note(id: tx.makeIdentifier(), text: "a"), emitting: Unlisted())
        }?.code == .undeclaredEvent)
      var edit = note
      edit.text = "b"
      #expect(refusal { try tx.notes.update(edit, emitting: Unlisted()) }?.code == .undeclaredEvent)
      #expect(
        refusal { try tx.notes.delete(note.id, emitting: Unlisted()) }?.code == .undeclaredEvent)
    }
    #expect(try await shop.crm.read { try $0.notes.all().map(\.text) } == ["kept"])
    #expect(try await shop.events().count == 1)
  }

  @Test(
    "A task that schedules itself without time passing is parked, not endless",
    arguments: Backend.allCases)
  func endless(backend: Backend) async throws {
    let restless = Notes(agenda: [
      AgendaHandler(for: Chime.self) { chime, tx in try tx.agenda.schedule(chime, at: tx.now) }
    ])
    let shop = try await Shop(backend, restless.andStandard)
    try await shop.crm.write { try $0.agenda.schedule(Chime(label: "a"), at: Shop.opening) }
    let done = try await shop.crm.advance(to: Shop.opening + .seconds(7 * 86_400))
    #expect([done.done, done.failed, done.parked] == [0, 5, 1])
    #expect(
      try await shop.crm.read { try $0.agenda.parked().first?.lastError }?
        .contains("schedules itself") == true)
  }

  @Test("A task scheduled anew comes after those that wait already", arguments: Backend.allCases)
  func anew(backend: Backend) async throws {
    let shop = try await Shop(
      backend, Notes(agenda: [AgendaHandler(for: Chime.self) { _, _ in }]).andStandard)
    try await shop.crm.write { tx in
      for label in ["a", "b", "a"] {
        try tx.agenda.schedule(Chime(label: label), at: Shop.opening)
      }
      #expect(try tx.agenda.upcoming().map(\.key) == ["b", "a"])
      let waiting = try #require(try tx.agenda.upcoming().first)
      #expect(refusal { try tx.agenda.retry(waiting.id) }?.code == .notAllowed)
    }
  }

  @Test("Attribution too long to be kept is refused", arguments: Backend.allCases)
  func attribution(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let long = String(repeating: "x", count: 1_001)
    let crm = shop.crm.acting(
      as: .staff(long), onBehalfOf: Principal(rawValue: ""), through: Channel(rawValue: long))
    let error = await failure { try await crm.write(because: long) { _ in } }
    #expect(error?.code == .invalid)
    #expect(error?.issues.map(\.field) == ["actor", "on_behalf_of", "channel", "reason"])
  }

  @Test("Impossible facts on customers and contacts are refused", arguments: Backend.allCases)
  func facts(backend: Backend) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in
      let id = ExternalID("shop", "1")
      #expect(
        refusal { try tx.customers.add(.person("A", externalIDs: [id, id])) }?.issues.map(\.field)
          == ["external_ids[1]"])
      #expect(
        refusal { try tx.customers.add(.person("A"), at: .latest) }?.issues.map(\.field)
          == ["created_at"])
      #expect(
        refusal { try tx.customers.add(.person("A", language: "12")) }?.issues.map(\.field)
          == ["language"])
      let customer = try tx.customers.add(.person("A"))
      let contact = NewInteraction(
        with: customer.id, through: Channel(rawValue: ""), .inbound, subject: "Hello",
        about: [RecordReference("tickets", String(repeating: "9", count: 201))])
      #expect(
        refusal { try tx.interactions.record(contact) }?.issues.map(\.field)
          == ["channel", "about[0].name"])
    }
  }
}

@Suite("Two CRMs on one store", .timeLimit(.minutes(30)))
struct SharingTests {
  /// Both write and both advance at the same time, as two processes on one file would.
  @Test("Everything happens once and events have no gap", arguments: Backend.allCases)
  func together(backend: Backend) async throws {
    let clockwork = Notes(agenda: [
      AgendaHandler(for: Chime.self) { chime, tx in try tx.write("chime \(chime.label)") }
    ])
    let store = backend.makeStore()
    let clock = TestClock(Shop.opening)
    var shops: [Shop] = []
    for seed in UInt64(1)...2 {
      shops.append(try await Shop(store, clockwork.andStandard, clock, seed: seed))
    }
    try await shops[0].crm.write { tx in
      for number in 1...100 {
        try tx.agenda.schedule(Chime(label: "\(number)"), at: Shop.opening + .seconds(number / 10))
      }
    }
    clock.advance(by: .seconds(60))
    let done = try await withThrowingTaskGroup(of: Int.self) { group in
      for (place, shop) in shops.enumerated() {
        group.addTask { try await shop.crm.advance().done }
        group.addTask {
          for number in 1...30 {
            try await shop.crm.write { tx in _ = try tx.write("note \(place) \(number)") }
          }
          return 0
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(done == 100)
    let texts = try await shops[1].crm.read { try $0.notes.all().map(\.text) }
    #expect(Set(texts).count == 160 && texts.count == 160)
    let events = try await shops[0].events()
    #expect(events.map(\.id.number) == Array(1...160))
    // Several tasks can share a commit; each of the notes has one of its own.
    let commits = events.map(\.commit)
    #expect(commits == commits.sorted() && commits.count > 60)
    #expect(Set(commits) == Set(1...(commits.last ?? 1)))
  }

  @Test("A subscriber hears what the other one commits", arguments: Backend.allCases)
  func heard(backend: Backend) async throws {
    let store = backend.makeStore()
    let clock = TestClock(Shop.opening)
    let listening = try await Shop(store, Notes().andStandard, clock, seed: 1)
    let writing = try await Shop(store, Notes().andStandard, clock, seed: 2)
    let hearing = Task { () -> RecordedEvent? in
      for try await event in listening.crm.events() where event.id.number == 2 { return event }
      return nil
    }
    try await writing.crm.write { tx in _ = try tx.write("one") }
    try await Task.sleep(for: .milliseconds(20))
    try await writing.crm.write { tx in _ = try tx.write("two") }
    #expect(try await hearing.value?.payload(as: NoteWritten.self)?.text == "two")
  }
}
