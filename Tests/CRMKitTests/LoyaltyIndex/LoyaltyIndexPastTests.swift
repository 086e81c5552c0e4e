import CRMKit
import CRMTesting
import Testing

@Suite("Loyalty as it was")
struct LoyaltyIndexPastTests {
  @Test(
    "What an index was stays known exactly, whatever happens later, weights included",
    arguments: Backend.allCases)
  func past(backend: Backend) async throws {
    var numbers = SeededNumbers(5)
    let tea = try await TeaShop(backend)
    var known: [LoyaltyIndex] = []
    for step in 0..<24 {
      tea.clock.advance(by: .seconds(Int.random(in: 1...1_500_000, using: &numbers)))
      if Bool.random(using: &numbers) { try await tea.crm.advance() }
      let kind = Int.random(in: 0..<6, using: &numbers)
      known.append(
        try await tea.crm.write { tx in
          try Self.happen(kind, step, tea, tx)
          if step == 12 {
            var model = TeaShop.only(.tenure, .trust)
            model.version = 2
            try tx.loyaltyIndex.define(model)
          }
          return try #require(try tx.loyaltyIndex.index(of: tea.ada))
        })
      tea.clock.advance(by: .milliseconds(1))
    }
    tea.clock.advance(by: TeaShop.day * 1_000)
    try await tea.crm.advance()
    let reopened = try await tea.shop.reopened()
    try await reopened.crm.read { tx in
      for index in known {
        #expect(try tx.loyaltyIndex.index(of: tea.ada, at: index.at) == index, "at \(index.at)")
        #expect(index.addsUp)
      }
      let history = try tx.loyaltyIndex.history(of: tea.ada)
      #expect(history.map(\.at) == history.map(\.at).sorted())
      #expect(Set(history.map(\.modelVersion)) == [1, 2])
      for index in history {
        #expect(try tx.loyaltyIndex.index(of: tea.ada, at: index.at) == index)
      }
    }
    #expect(try await reopened.crm.verify().problems.isEmpty)
  }

  private static func happen(
    _ kind: Int, _ step: Int, _ tea: TeaShop, _ tx: Transaction
  ) throws {
    switch kind {
    case 0: try tea.buy("\(step)", in: tx)
    case 1:
      // Recorded late: it was not known before.
      try tea.buy("\(step)", tea.cup, off: 200, at: tx.now - .seconds(500_000), in: tx)
    case 2: try tx.loyaltyIndex.record(NewAttitudeAnswer(from: tea.ada, .trust, 1 + step % 7))
    case 3: try tx.contributions.give(NewContribution(from: tea.ada, .feedback, "Nice"))
    case 4:
      try tx.loyaltyIndex.state(
        NewWalletStatement(
          of: tea.ada, on: "tea", share: .percent(step), by: .estimate, from: .staff))
    default: try tx.satisfaction.record(NewSatisfactionAnswer(from: tea.ada, .ease, 5))
    }
  }

  @Test("A changed model moves everybody at once", arguments: Backend.allCases)
  func models(backend: Backend) async throws {
    let tea = try await TeaShop(backend, TeaShop.only(.repeats))
    for number in 0..<3 { try await tea.buy("\(number)", after: 1) }
    try await tea.crm.write { tx in
      try tx.satisfaction.record(NewSatisfactionAnswer(from: tea.ada, .satisfaction, 5))
      #expect(try tx.loyaltyIndex.place(of: tea.ada)?.standing == .loyal)
      var model = TeaShop.only(.repeats)
      (model.version, model.highBehaviour) = (2, 67)
      try tx.loyaltyIndex.define(model)
      #expect(try tx.loyaltyIndex.place(of: tea.ada)?.standing == .latent)
      #expect(try tx.loyaltyIndex.matrix().counts == [.latent: 1])
    }
    #expect(try await tea.crm.verify().problems.isEmpty)
  }

  @Test(
    "What the catalogue says anew counts from the next order on, or when looked at",
    arguments: Backend.allCases)
  func catalogue(backend: Backend) async throws {
    let tea = try await TeaShop(backend, TeaShop.only(.categories))
    try await tea.crm.write { tx in
      try tea.buy("1", in: tx)
      try tea.buy("2", tea.cup, in: tx)
    }
    #expect(try await tea.index().values[.categories] == "66.666666666")
    try await tea.crm.write { tx in
      var cup = try tx.catalogue.get(tea.cup)
      cup.category = "tea"
      try tx.catalogue.update(cup)
    }
    #expect(try await tea.index().values[.categories] == "66.666666666")
    #expect(try await tea.crm.verify().problems.isEmpty)
    try await tea.crm.write { _ = try $0.loyaltyIndex.look() }
    #expect(try await tea.index().values[.categories] == "33.333333333")
  }
}
