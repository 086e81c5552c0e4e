import CRMKit
import CRMTesting
import Testing

@Suite("Events")
struct EventTests {
  @Test("Numbers and commits have no gaps, whatever fails between", arguments: Backend.allCases)
  func numbering(backend: Backend) async throws {
    let shop = try await Shop(backend, Notes().andStandard)
    for round in 1...5 {
      try await shop.crm.write { tx in
        for number in 1...round { try tx.write("\(round).\(number)") }
      }
      await #expect(throws: Refused()) {
        try await shop.crm.write { tx in
          try tx.write("lost")
          throw Refused()
        }
      }
      try await shop.crm.write { _ in }
    }
    let events = try await shop.events()
    #expect(events.map(\.id.number) == Array(1...15))
    #expect(events.map(\.commit) == [1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5])
  }

  @Test("An update tells each changed column, before and after", arguments: Backend.allCases)
  func changes(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    shop.clock.advance(by: .seconds(60))
    let kept = try await shop.crm.write { tx in
      var ada = ada
      ada.name = "Ada Lovelace"
      ada.country = "GB"
      var item = item
      item.name = "A longer record"
      try tx.catalogue.update(item)
      return try tx.customers.update(ada)
    }
    #expect(kept.version == 2)
    #expect(kept.modifiedAt == Shop.opening + .seconds(60))
    #expect(kept.createdAt == Shop.opening)
    let events = try await shop.events(after: EventCursor(number: 2))
    #expect(
      events.map(\.changes) == [
        [FieldChange(field: "name", before: .text("A record"), after: .text("A longer record"))],
        [
          FieldChange(field: "name", before: .text("Ada"), after: .text("Ada Lovelace")),
          FieldChange(field: "country", before: .missing, after: .text("GB")),
        ],
      ])
    #expect(events.map(\.recordKind) == ["catalogue_items", "customers"])
    #expect(events.map(\.customer) == [nil, ada.id])
    let history = try await shop.crm.read { try $0.events.history(of: ada.id) }
    #expect(history.map(\.type) == ["customers.added", "customers.updated"])
  }

  @Test("HC-034: an update to what is there tells nothing", arguments: Backend.allCases)
  func noChange(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let before = try await shop.exported()
    shop.clock.advance(by: .seconds(60))
    let kept = try await shop.crm.write { tx in
      var same = ada
      same.name = "Ada"
      same.modifiedAt = tx.now
      try tx.catalogue.update(item)
      return try tx.customers.update(same)
    }
    #expect(kept == ada)
    #expect(try await shop.exported() == before)
  }

  @Test("A name in another normalisation form is the same name", arguments: Backend.allCases)
  func sameName(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let zoe = try await shop.crm.write { try $0.customers.add(.person("Zoe\u{308} 김유나")) }
    #expect(Array(zoe.name.utf8) == Array("Zo\u{EB} 김유나".utf8))
    var again = zoe
    again.name = "Zoe\u{308} \u{1100}\u{1175}\u{11B7}유나"
    try await shop.crm.write { [again] in try $0.customers.update(again) }
    #expect(try await shop.events().count == 1)
  }

  @Test("Every event says who, for whom, when, through what and why", arguments: Backend.allCases)
  func attribution(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let desk = shop.crm.acting(
      as: .staff("kim"), onBehalfOf: .customer(ada.id), through: .callCentre)
    let placedAt = Shop.opening - .seconds(3_600)
    try await desk.write(because: "rang us up") { tx in
      try tx.orders.place(
        NewOrder(
          number: "1", customer: ada.id, lines: [.init(item.id, amount: Money("9.99", .usd))],
          placedAt: placedAt))
      try tx.customers.add(.person("Bob"))
    }
    let events = try await shop.events(after: EventCursor(number: 2))
    #expect(events.map(\.type) == ["orders.placed", "interactions.recorded", "customers.added"])
    for event in events {
      #expect(event.actor == .staff("kim"))
      #expect(event.onBehalfOf == .customer(ada.id))
      #expect(event.channel == .callCentre)
      #expect(event.reason == "rang us up")
      #expect(event.recordedAt == Shop.opening)
    }
    #expect(events.map(\.occurredAt) == [placedAt, placedAt, Shop.opening])
    #expect(events.map(\.cause) == [nil, events.first?.id, nil])
    let first = try await shop.events().first
    #expect(first?.actor == .system)
    #expect(
      [first?.onBehalfOf?.rawValue, first?.channel?.rawValue, first?.reason] == [nil, nil, nil])
  }

  @Test("Attribution is kept in form C, and NUL in it is refused", arguments: Backend.allCases)
  func hostileAttribution(backend: Backend) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.acting(as: .staff("zoe\u{308}")).write(because: "cafe\u{301}") {
      try $0.customers.add(.person("Ada"))
    }
    let found = try await shop.crm.read { tx in
      try tx.records(of: RecordedEvent.self).count(where: {
        $0.actor == .staff("zo\u{EB}") && $0.reason == "caf\u{E9}"
      })
    }
    #expect(found == 1)
    let before = try await shop.exported()
    for crm in [
      shop.crm.acting(as: .staff("a\0b")),
      shop.crm.acting(as: .system, through: Channel(rawValue: "\0")),
    ] {
      let error = await failure { try await crm.write { try $0.customers.add(.person("Bob")) } }
      #expect(error?.code == .invalid)
    }
    let error = await failure {
      try await shop.crm.write(because: "\0") { try $0.customers.add(.person("Bob")) }
    }
    #expect(error?.code == .invalid)
    #expect(try await shop.exported() == before)
  }

  @Test("An event that no capability lists is refused", arguments: Backend.allCases)
  func undeclared(backend: Backend) async throws {
    let shop = try await Shop(backend, Notes().andStandard)
    let error = await failure { try await shop.crm.write { try $0.emit(Unlisted()) } }
    #expect(error?.code == .undeclaredEvent)
    #expect(error?.message.contains("notes.unlisted") == true)
    let inserted = await failure {
      try await shop.crm.write { tx in
        try tx.notes.insert(Note(id: tx.makeIdentifier(), text: "a"), emitting: Unlisted())
      }
    }
    #expect(inserted?.code == .undeclaredEvent)
    #expect(try await shop.exported().count == 2)  // the header and the end
  }

  @Test("A removal keeps what the record held and whose it was", arguments: Backend.allCases)
  func removal(backend: Backend) async throws {
    let shop = try await Shop(backend, Notes().andStandard)
    let (ada, _) = try await shop.furnished()
    let note = try await shop.crm.write { try $0.write("likes jazz", about: ada.id) }
    try await shop.crm.write { try $0.notes.delete(note.id, emitting: NoteErased()) }
    let last = try #require(try await shop.events().last)
    #expect(last.type == "notes.erased")
    #expect(last.customer == ada.id)
    #expect(last.recordKind == "notes")
    let text = last.changes.first { $0.field == "text" }
    #expect(text == FieldChange(field: "text", before: .text("likes jazz"), after: .missing))
    #expect(try await shop.crm.read { try $0.notes.find(note.id) } == nil)
    let again = await failure {
      try await shop.crm.write { try $0.notes.delete(note.id, emitting: NoteErased()) }
    }
    #expect(again?.code == .notFound)
  }

  @Test("A payload's text is kept in form C", arguments: Backend.allCases)
  func payloadText(backend: Backend) async throws {
    let diary = Diary()
    let notes = Notes(reactions: [
      Reaction(to: NoteWritten.self) { note, _ in diary.note(note.text) }
    ])
    let shop = try await Shop(backend, notes.andStandard)
    try await shop.crm.write { try $0.emit(NoteWritten(text: "cafe\u{301} \"quoted\"\n")) }
    let event = try #require(try await shop.events().first)
    let kept = try #require(try event.payload(as: NoteWritten.self)).text
    #expect(Array(kept.utf8) == Array("caf\u{E9} \"quoted\"\n".utf8))
    #expect(diary.all.map { Array($0.utf8) } == [Array(kept.utf8)])
    #expect(Array(event.json.utf8) == Array(#"{"text":"café \"quoted\"\n"}"#.utf8))
    #expect(try event.payload(as: NoteErased.self) == nil)
    let error = await failure {
      try await shop.crm.write { try $0.emit(NoteWritten(text: "a\0b")) }
    }
    #expect(error?.code == .invalid)
  }

  // The same stored name in three versions of one program.
  private struct Moved: Event {
    var street: String
    static let name = "test.moved"
    private struct Fields: Sendable {
      let street = Field<Moved, String>("street", { $0.street }, { $0.street = $1 })
    }
    static let layout = Layout(Fields(), blank: Moved(street: ""))
  }

  private struct MovedAgain: Event {
    var address: String
    var floor: Int
    static let name = "test.moved"
    static let version = 2
    private struct Fields: Sendable {
      let address = Field<MovedAgain, String>("address", { $0.address }, { $0.address = $1 })
      let floor = Field<MovedAgain, Int>("floor", { $0.floor }, { $0.floor = $1 })
    }
    static let layout = Layout(Fields(), blank: MovedAgain(address: "", floor: 0))
    static func upgraded(_ json: String, from version: Int) throws -> String {
      "{\"address\":" + json.dropFirst(#"{"street":"#.count).dropLast() + ",\"floor\":\(version)}"
    }
  }

  private struct MovedBadly: Event {
    var number: Int
    static let name = "test.moved"
    private struct Fields: Sendable {
      let number = Field<MovedBadly, Int>("number", { $0.number }, { $0.number = $1 })
    }
    static let layout = Layout(Fields(), blank: MovedBadly(number: 0))
  }

  private struct Moves: Capability {
    var events: [any Event.Type]
  }

  @Test("An old event is read through its upgrade", arguments: Backend.allCases)
  func upgrade(backend: Backend) async throws {
    let old = try await Shop(backend, [Moves(events: [Moved.self])])
    try await old.crm.write { try $0.emit(Moved(street: "Elm “1”")) }
    let new = try await old.reopened([Moves(events: [MovedAgain.self])])
    let event = try #require(try await new.events().first)
    #expect(event.typeVersion == 1)
    #expect(try event.payload(as: MovedAgain.self) == MovedAgain(address: "Elm “1”", floor: 1))
  }

  @Test("An event of a newer program is refused, not guessed", arguments: Backend.allCases)
  func newer(backend: Backend) async throws {
    let new = try await Shop(backend, [Moves(events: [MovedAgain.self])])
    try await new.crm.write { try $0.emit(MovedAgain(address: "Elm 1", floor: 3)) }
    let old = try await new.reopened([Moves(events: [Moved.self])])
    let event = try #require(try await old.events().first)
    let error = refusal { try event.payload(as: Moved.self) }
    #expect(error?.code == .unreadableEvent)
    #expect(error?.message.contains("version 2") == true)
    #expect(event.json == #"{"address":"Elm 1","floor":3}"#)
  }

  @Test("Content that does not fit its type is an error that says so", arguments: Backend.allCases)
  func unreadable(backend: Backend) async throws {
    let shop = try await Shop(backend, [Moves(events: [Moved.self])])
    try await shop.crm.write { try $0.emit(Moved(street: "Elm 1")) }
    let event = try #require(try await shop.events().first)
    #expect(refusal { try event.payload(as: MovedBadly.self) }?.code == .unreadableEvent)
  }
}
