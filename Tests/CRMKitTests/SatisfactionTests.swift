import CRMKit
import CRMTesting
import Testing

@Suite("Satisfaction")
struct SatisfactionTests {
  @Test("Answers are kept on their scale, the latest first", arguments: Backend.allCases)
  func answers(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    try await shop.crm.write { tx in
      let visit = try tx.interactions.record(
        NewInteraction(with: ada.id, through: .store, .inbound, subject: "Visit"))
      try tx.satisfaction.record(
        NewSatisfactionAnswer(
          from: ada.id, .satisfaction, 4, text: "Quick", through: .email,
          about: [RecordReference(visit.id)]))
      try tx.satisfaction.record(
        NewSatisfactionAnswer(
          from: ada.id, .recommendation, 9, answeredAt: tx.now - .seconds(60)))
      try tx.satisfaction.record(NewSatisfactionAnswer(from: ada.id, .ease, 1))
      let answers = try tx.satisfaction.answers(of: ada.id)
      #expect(answers.map(\.scale) == [.ease, .satisfaction, .recommendation])
      #expect(answers.map(\.percent) == [0, 75, 90])
      #expect(try tx.satisfaction.answers(of: ada.id, until: tx.now - .seconds(1)).count == 1)
    }
    let types = try await shop.crm.read { try $0.timeline.entries(of: ada.id).items.map(\.type) }
    #expect(types.filter { $0 == "satisfaction.answered" }.count == 3)
  }

  @Test("What no scale has is refused with every problem", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let before = try await shop.records()
    let error = await failure {
      try await shop.crm.write { tx in
        try tx.satisfaction.record(
          NewSatisfactionAnswer(
            from: ada.id, .satisfaction, 6, text: " ", about: [.init("", "x")],
            answeredAt: tx.now + .seconds(200_000)))
      }
    }
    #expect(error?.code == .invalid)
    #expect(error?.issues.map(\.field) == ["text", "score", "about[0].kind", "answered_at"])
    let unknown = await failure {
      try await shop.crm.write { tx in
        try tx.satisfaction.record(NewSatisfactionAnswer(from: .zero, .ease, 7))
      }
    }
    #expect(unknown?.code == .unknownReference)
    #expect(try await shop.records() == before)
  }
}
