import CRMKit
import Testing

@Suite("Writes in which something fails")
struct DoomedWriteTests {
  private let refusing = Notes(reactions: [
    Reaction(to: NoteWritten.self) { note, _ in
      if note.text == "bad" { throw Refused() }
    }
  ])

  @Test("A swallowed failure after the first change dooms the write", arguments: Backend.allCases)
  func swallowed(backend: Backend) async throws {
    let shop = try await Shop(backend, refusing.andStandard)
    let before = try await shop.exported()
    await #expect(throws: Refused()) {
      try await shop.crm.write { tx in
        try tx.write("good")
        _ = try? tx.write("bad")
        return "the closure goes on"
      }
    }
    #expect(try await shop.exported() == before)
  }

  @Test("After such a failure every later operation repeats it", arguments: Backend.allCases)
  func repeated(backend: Backend) async throws {
    let shop = try await Shop(backend, refusing.andStandard)
    await #expect(throws: Refused()) {
      try await shop.crm.write { tx in
        #expect(throws: Refused()) { try tx.write("bad") }
        #expect(throws: Refused()) { try tx.write("good") }
        #expect(throws: Refused()) { try tx.attempt { try tx.write("good") } }
      }
    }
  }

  @Test("An operation of a host's own is kept whole or not at all", arguments: Backend.allCases)
  func grouped(backend: Backend) async throws {
    let shop = try await Shop(backend, Notes().andStandard)
    await #expect(throws: Refused()) {
      try await shop.crm.write { tx in
        _ = try? tx.operation {
          try tx.write("first half")
          throw Refused()
        }
      }
    }
    #expect(try await shop.events().isEmpty)
    try await shop.crm.write { tx in
      _ = try? tx.operation { throw Refused() }
      try tx.write("still usable")
    }
    #expect(try await shop.events().count == 1)
  }

  @Test(
    "What fails before it changes anything leaves the write usable", arguments: Backend.allCases)
  func usable(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let named = NewCustomer.person("Bob", externalIDs: [ExternalID("shop", "1")])
    try await shop.crm.write { tx in
      #expect(refusal { try tx.customers.add(.person("")) }?.code == .invalid)
      try tx.customers.add(named)
      #expect(refusal { try tx.customers.add(named) }?.code == .duplicate)
      #expect(refusal { try tx.catalogue.add(sku: item.sku, name: "B") }?.code == .duplicate)
      #expect(refusal { try tx.customers.get(.zero) }?.code == .notFound)
      #expect(
        refusal {
          try tx.interactions.record(
            NewInteraction(with: .zero, through: .phone, .inbound, subject: "A question"))
        }?.code == .unknownReference)
      #expect(
        refusal { try tx.orders.place(NewOrder(number: "1", customer: ada.id, lines: [])) }?.code
          == .invalid)
      try tx.customers.add(.person("Cleo"))
    }
    #expect(try await shop.crm.read { try $0.customers.count() } == 3)
    #expect(try await shop.events().map(\.id.number) == [1, 2, 3, 4])
  }

  @Test(
    "Within an operation an attempt does not confine what reacts to it",
    arguments: Backend.allCases, [true, false])
  func attempts(backend: Backend, isWithin: Bool) async throws {
    let shop = try await Shop(backend, refusing.andStandard)
    let written = { (tx: Transaction) in
      _ = try? tx.attempt { try tx.write("bad") }
      try tx.write("good")
    }
    if isWithin {
      await #expect(throws: Refused()) {
        try await shop.crm.write { tx in try tx.operation { _ = try written(tx) } }
      }
    } else {
      _ = try await shop.crm.write { tx in _ = try written(tx) }
    }
    #expect(
      try await shop.crm.read { try $0.notes.all().map(\.text) } == (isWithin ? [] : ["good"]))
  }

  @Test("An attempt confines what fails in it", arguments: Backend.allCases)
  func attempt(backend: Backend) async throws {
    let chime = AgendaHandler(for: Chime.self) { _, _ in }
    var notes = refusing
    notes.agenda = [chime]
    let shop = try await Shop(backend, notes.andStandard)
    try await shop.crm.write { tx in
      try tx.write("one")
      #expect(throws: Refused()) {
        try tx.attempt {
          try tx.write("lost")
          try tx.agenda.schedule(Chime(label: "lost"), at: tx.now)
          try tx.write("bad")
        }
      }
      // Swallowed within: the attempt fails all the same.
      #expect(throws: Refused()) {
        try tx.attempt {
          try tx.write("lost too")
          _ = try? tx.write("bad")
        }
      }
      // Failing on the closure's own account.
      #expect(throws: Refused(reason: "mine")) {
        try tx.attempt {
          try tx.write("lost as well")
          throw Refused(reason: "mine")
        }
      }
      #expect(try tx.attempt { try tx.write("two").text } == "two")
      try tx.write("three")
    }
    let events = try await shop.events()
    #expect(
      try events.map { try $0.payload(as: NoteWritten.self)?.text } == ["one", "two", "three"])
    #expect(events.map(\.id.number) == [1, 2, 3])
    #expect(events.map(\.commit) == [1, 1, 1])
    let left = try await shop.crm.read { tx in
      (try tx.notes.all().map(\.text), try tx.agenda.upcoming().count)
    }
    #expect(left.0 == ["one", "two", "three"])
    #expect(left.1 == 0)
  }

  @Test("An attempt as the first thing of a write may fail", arguments: Backend.allCases)
  func firstAttempt(backend: Backend) async throws {
    let shop = try await Shop(backend, refusing.andStandard)
    try await shop.crm.write { tx in
      _ = try? tx.attempt {
        try tx.write("lost")
        try tx.write("bad")
      }
    }
    #expect(try await shop.events().isEmpty)
    try await shop.crm.write { try $0.write("one") }
    #expect(try await shop.events().map { [$0.id.number, $0.commit] } == [[1, 1]])
  }

  @Test("Attempts nest, each undoing its own part", arguments: Backend.allCases)
  func nested(backend: Backend) async throws {
    let shop = try await Shop(backend, refusing.andStandard)
    try await shop.crm.write { tx in
      try tx.attempt {
        try tx.write("outer 1")
        #expect(throws: Refused()) {
          try tx.attempt {
            try tx.write("inner")
            try tx.write("bad")
          }
        }
        try tx.attempt { try tx.write("inner 2") }
        try tx.write("outer 2")
      }
      #expect(throws: Refused()) {
        try tx.attempt {
          try tx.attempt { try tx.write("kept by the inner one") }
          throw Refused()
        }
      }
      try tx.write("last")
    }
    let texts = try await shop.crm.read { try $0.notes.all().map(\.text) }
    #expect(texts == ["outer 1", "inner 2", "outer 2", "last"])
    #expect(try await shop.events().map(\.id.number) == [1, 2, 3, 4])
  }

  @Test("Reactions to what an attempt undid do not run", arguments: Backend.allCases)
  func undoneReactions(backend: Backend) async throws {
    let diary = Diary()
    let notes = Notes(reactions: [
      Reaction(to: NoteWritten.self) { note, _ in diary.note(note.text) }
    ])
    let shop = try await Shop(backend, notes.andStandard)
    try await shop.crm.write { tx in
      try tx.operation {
        _ = try? tx.attempt {
          try tx.write("undone")
          throw Refused()
        }
        try tx.write("kept")
      }
    }
    #expect(diary.all == ["kept"])
  }
}
