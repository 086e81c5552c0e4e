import CRMKit
import Testing

@Suite("What is told and scheduled about customers")
struct UnknownCustomerTests {
  private let notes = Notes(agenda: [AgendaHandler(for: Chime.self) { _, _ in }])

  @Test("A customer who does not exist is refused", arguments: Backend.allCases)
  func unknown(backend: Backend) async throws {
    let shop = try await Shop(backend, notes.andStandard)
    let before = try await shop.exported()
    try await shop.crm.write { tx in
      for error in [
        refusal { try tx.emit(Step(count: 1), about: .zero) },
        refusal { try tx.agenda.schedule(Chime(label: "a"), at: tx.now, about: .zero) },
      ] {
        #expect(error?.code == .unknownReference)
        #expect(error?.issues.map(\.field) == ["customer"])
      }
    }
    #expect(try await shop.exported() == before)
  }

  @Test("Without the capability nobody exists", arguments: Backend.allCases)
  func withoutCustomers(backend: Backend) async throws {
    let shop = try await Shop(backend, [Bells()])
    let error = await failure {
      try await shop.crm.write { try $0.emit(Step(count: 1), about: .zero) }
    }
    #expect(error?.code == .unknownReference)
    try await shop.crm.write { try $0.emit(Step(count: 1)) }
  }

  @Test("A replacement about nobody leaves the task that is there", arguments: Backend.allCases)
  func replacement(backend: Backend) async throws {
    let shop = try await Shop(backend, notes.andStandard)
    try await shop.crm.write { tx in
      try tx.agenda.schedule(Chime(label: "a"), at: tx.now)
      _ = try? tx.agenda.schedule(Chime(label: "a"), at: tx.now, about: .zero)
      let ada = try tx.customers.add(.person("Ada"))
      try tx.emit(Step(count: 1), about: ada.id)
      try tx.agenda.schedule(Chime(label: "b"), at: tx.now, about: ada.id)
    }
    #expect(try await shop.crm.read { try $0.agenda.upcoming().map(\.key) } == ["a", "b"])
  }

  @Test("What is told of days to come is refused", arguments: Backend.allCases)
  func future(backend: Backend) async throws {
    let shop = try await Shop(backend, notes.andStandard)
    let limit = Shop.opening + .seconds(86_400)
    try await shop.crm.write { tx in
      let error = refusal { try tx.emit(Step(count: 1), at: limit + .milliseconds(1)) }
      #expect(error?.code == .invalid)
      #expect(error?.issues.map(\.field) == ["occurred_at"])
      try tx.emit(Step(count: 1), at: limit)
    }
    #expect(try await shop.events().map(\.occurredAt) == [limit])
  }
}

private struct Bells: Capability {
  var events: [any Event.Type] { [Step.self] }
}
