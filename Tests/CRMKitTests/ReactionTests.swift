import CRMKit
import CRMTesting
import Testing

@Suite("Reactions")
struct ReactionTests {
  @Test("They have run when the operation returns", arguments: Backend.allCases)
  func timing(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.orders.place(
        NewOrder(
          number: "1", customer: ada.id, lines: [.init(item.id, amount: Money("9.99", .usd))]))
      #expect(try tx.metrics.purchases(of: ada.id).map(\.orders) == [1])
      #expect(try tx.interactions.all(of: ada.id).map(\.subject) == ["Placed an order"])
    }
  }

  @Test("First in first out, in capability order", arguments: Backend.allCases)
  func order(backend: Backend) async throws {
    let diary = Diary()
    struct Second: Capability {
      let reactions: [Reaction]
    }
    let first = Notes(reactions: [
      Reaction(to: Step.self) { step, tx in
        diary.note("first \(step.count)")
        if step.count < 10 {
          // Nested: what it tells waits until everyone heard of this one.
          try tx.operation {
            try tx.emit(Step(count: step.count * 10))
            try tx.emit(Step(count: step.count * 10 + 1))
          }
          diary.note("emitted \(step.count * 10)")
        }
      },
      Reaction(to: Step.self) { step, _ in diary.note("also first \(step.count)") },
    ])
    let second = Second(reactions: [
      Reaction(to: Step.self) { step, _ in diary.note("second \(step.count)") }
    ])
    let shop = try await Shop(backend, [Customers(), first, second])
    try await shop.crm.write { tx in
      try tx.emit(Step(count: 1))
      diary.note("next line")
    }
    #expect(
      diary.all == [
        "first 1", "emitted 10", "also first 1", "second 1",
        "first 10", "also first 10", "second 10",
        "first 11", "also first 11", "second 11", "next line",
      ])
    let events = try await shop.events()
    #expect(events.map(\.cause?.number) == [nil, 1, 1])
  }

  @Test("One that throws fails the write", arguments: Backend.allCases)
  func throwing(backend: Backend) async throws {
    let notes = Notes(reactions: [Reaction(to: CustomerAdded.self) { _, _ in throw Refused() }])
    let shop = try await Shop(backend, notes.andStandard)
    await #expect(throws: Refused()) {
      try await shop.crm.write { tx in
        _ = try? tx.customers.add(.person("Ada"))
      }
    }
    #expect(try await shop.exported().count == 2)  // the header and the end
  }

  @Test("A chain without end is an error that prints it", arguments: Backend.allCases)
  func endless(backend: Backend) async throws {
    let notes = Notes(reactions: [
      Reaction(to: Step.self) { step, tx in try tx.emit(NoteWritten(text: "\(step.count)")) },
      Reaction(to: NoteWritten.self) { _, tx in try tx.emit(Step(count: 1)) },
    ])
    let shop = try await Shop(backend, notes.andStandard)
    let error = await failure { try await shop.crm.write { try $0.emit(Step(count: 0)) } }
    #expect(error?.code == .reactionChain)
    #expect(
      error?.message.contains("notes.step → notes.written → notes.step → notes.written") == true)
    #expect(try await shop.exported().count == 2)  // the header and the end
  }

  @Test("Many consequences of one event are no chain", arguments: Backend.allCases)
  func wide(backend: Backend) async throws {
    let notes = Notes(reactions: [
      Reaction(to: Step.self) { step, tx in
        if step.count > 0 { try tx.emit(Step(count: step.count - 1)) }
      }
    ])
    let shop = try await Shop(backend, notes.andStandard)
    try await shop.crm.write { tx in
      for _ in 1...50 { try tx.emit(Step(count: 0)) }
      // As deep as a chain may be.
      try tx.emit(Step(count: 15))
    }
    #expect(try await shop.events().count == 66)
    let error = await failure { try await shop.crm.write { try $0.emit(Step(count: 16)) } }
    #expect(error?.code == .reactionChain)
  }
}

@Suite("Capabilities that contradict each other")
struct RegistryTests {
  private struct Piece: Capability {
    var records: [any Record.Type] = []
    var events: [any Event.Type] = []
    var reactions: [Reaction] = []
    var agenda: [AgendaHandler] = []
  }

  private struct OtherWritten: Event {
    static let name = NoteWritten.name
    static let layout = Layout(blank: OtherWritten())
  }

  private struct OtherNote: Record {
    let id: Identifier<OtherNote>
    struct Fields: Sendable {}
    static let fields = Fields()
    static let schema = Schema<OtherNote>("notes", fields) { OtherNote(id: $0) }
  }

  private static let contradictions: [(String, Piece)] = [
    (
      "a reaction to what nothing emits",
      Piece(reactions: [Reaction(to: Unlisted.self) { _, _ in }])
    ),
    ("an event's name twice", Piece(events: [OtherWritten.self])),
    ("a record's name twice", Piece(records: [OtherNote.self])),
    ("a task's name twice", Piece(agenda: [AgendaHandler(for: Chime.self) { _, _ in }])),
  ]

  @Test("They are refused when the store is opened", arguments: contradictions.indices)
  func refused(index: Int) async throws {
    let storage = MemoryStorage()
    let notes = Notes(agenda: [AgendaHandler(for: Chime.self) { _, _ in }])
    let error = await failure {
      try await CRM(
        storage: storage, capabilities: notes.andStandard + [Self.contradictions[index].1])
    }
    #expect(error?.code == .invalidCapability, "\(Self.contradictions[index].0)")
    #expect(error?.recovery.isEmpty == false)
  }

  @Test("The same event listed twice is one event")
  func sameEvent() async throws {
    _ = try await CRM(
      storage: MemoryStorage(),
      capabilities: Notes().andStandard + [Piece(events: [NoteWritten.self])])
  }

  @Test("A capability is found by its type, for its settings")
  func settings() async throws {
    let crm = try await CRM(
      storage: MemoryStorage(), capabilities: [Customers(callingCode: "82"), Notes()])
    try await crm.read { tx in
      #expect(tx.capability(Customers.self)?.callingCode == "82")
      #expect(tx.capability(Orders.self) == nil)
    }
  }
}
