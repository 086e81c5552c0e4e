import CRMKit
import CRMTesting
import Testing

/// What comes too late is refused with all that is wrong besides.
@Suite("Problems of what comes too late")
struct ClosedProblemTests {
  private static let kim = Principal.staff("kim")

  @Test("A closed commitment", arguments: Backend.allCases)
  func commitments(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _, _) = try await shop.people()
    try await shop.crm.write { tx in
      let promise = try tx.commitments.make(
        NewCommitment(.promise, to: ada, "Call", owner: Self.kim, due: .at(tx.now)))
      try tx.commitments.close(promise.id, as: .kept)
      let early = Shop.opening - .seconds(1)
      for (error, fields) in [
        (
          refusal {
            try tx.commitments.close(promise.id, as: .answered, outcome: "", at: early)
          }, ["status", "outcome", "closed_at"]
        ),
        (
          refusal { try tx.commitments.reassign(promise.id, to: Principal(rawValue: "")) },
          ["owner"]
        ),
        (refusal { try tx.commitments.postpone(promise.id, to: .at(early)) }, ["due"]),
        (refusal { try tx.commitments.postpone(promise.id, to: .at(tx.now)) }, []),
      ] { #expect(error?.code == .notAllowed && error?.issues.map(\.field) == fields) }
    }
  }

  @Test("A contribution that is told of", arguments: Backend.allCases)
  func contributions(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _, _) = try await shop.people()
    try await shop.crm.write { tx in
      let idea = try tx.contributions.give(NewContribution(from: ada, .idea, "A dimmer"))
      try tx.contributions.decide(idea.id, isUsed: true, outcome: "On sale")
      try tx.contributions.tell(idea.id)
      let unknown = [RecordReference(Interaction.ID.zero)]
      let early = Shop.opening - .seconds(1)
      for (error, fields) in [
        (
          refusal { try tx.contributions.answer(idea.id, " ", referred: .zero, about: unknown) },
          ["text", "referred", "referred", "about[0]"]
        ),
        (
          refusal { try tx.contributions.decide(idea.id, isUsed: true, outcome: "", at: early) },
          ["outcome", "decided_at"]
        ),
        (
          refusal { try tx.contributions.tell(idea.id, about: unknown, at: early) },
          ["told_at", "about[0]"]
        ),
      ] { #expect(error?.code == .notAllowed && error?.issues.map(\.field) == fields) }
    }
  }

  @Test("A need that was met and a fact that was withdrawn", arguments: Backend.allCases)
  func needs(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _, _) = try await shop.people()
    try await shop.crm.write { tx in
      let need = try tx.needs.state(NewNeed(of: ada, "light", "A lamp", from: .staff))
      try tx.needs.meet(need.id, outcome: "Delivered")
      let fact = try tx.facts.assert("KR", for: Customer.fields.country, of: ada, from: .staff)
      try tx.facts.withdraw(fact.id)
      let early = Shop.opening - .seconds(1)
      for (error, fields) in [
        (
          refusal { try tx.needs.meet(need.id, by: .zero, outcome: "", at: early) },
          ["outcome", "closed_at", "order"]
        ),
        (
          refusal { try tx.needs.withdraw(need.id, outcome: "a\0", at: early) },
          ["outcome", "closed_at"]
        ),
        (refusal { try tx.needs.assign(need.id, to: Principal(rawValue: "")) }, ["owner"]),
        (refusal { try tx.needs.confirm(need.id, at: early) }, ["confirmed_at"]),
        (refusal { try tx.needs.assign(need.id, to: Self.kim) }, []),
        (refusal { try tx.facts.confirm(fact.id, at: early) }, ["confirmed_at"]),
      ] { #expect(error?.code == .notAllowed && error?.issues.map(\.field) == fields) }
    }
  }

  @Test("A delivered shipment, a full contact and a rate there is", arguments: Backend.allCases)
  func others(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      let order = try tx.orders.place(
        NewOrder(number: "1", customer: ada.id, lines: [.init(item.id, amount: .zero(.usd))]))
      let parcel = try tx.orders.ship(order.id, reference: "s")
      try tx.orders.deliver(shipment: parcel.id)
      let again = refusal {
        try tx.orders.deliver(shipment: parcel.id, at: tx.now - .seconds(1))
      }
      #expect(again?.code == .notAllowed)
      #expect(again?.issues.map(\.field) == ["delivered_at"])

      let others = try (1..<100).map { try tx.customers.add(.person("Person \($0)")).id }
      let meeting = try tx.interactions.record(
        NewInteraction(with: ada.id, and: others, through: .store, .inbound, subject: "All"))
      let full = refusal { try tx.interactions.link(meeting.id, to: .zero) }
      #expect(full?.code == .notAllowed && full?.issues.map(\.field) == ["customer"])

      let two = try #require(Ratio("2"))
      let rate = try tx.exchangeRates.record(two, from: .usd, to: .eur, source: .system("bank"))
      let other = refusal {
        try tx.exchangeRates.record(two, from: .usd, to: .eur, source: .staff)
      }
      #expect(other?.code == .duplicate && other?.holder == rate.id.description)
      #expect(other?.issues.map(\.field) == ["valid_from"])
      let wrong = refusal {
        try tx.exchangeRates.record(two, from: .usd, to: .eur, source: .system(""))
      }
      #expect(wrong?.code == .invalid && wrong?.holder == rate.id.description)
      #expect(wrong?.issues.map(\.field) == ["source", "valid_from"])
    }
  }
}
