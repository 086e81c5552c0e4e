import CRMKit
import CRMTesting
import Testing

@Suite("What customers give besides money")
struct ContributionTests {
  @Test("Asked, given, decided on, and told what became of it", arguments: Backend.allCases)
  func life(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    let asked = try await shop.crm.write { tx in
      let call = try tx.interactions.record(
        NewInteraction(with: ada, through: .phone, .outbound, subject: "How is the lamp?"))
      let asked = try tx.contributions.ask(
        ada, "Is it bright enough?", about: [RecordReference(call.id)])
      #expect(asked.status == .asked && asked.text == nil)
      #expect(try tx.contributions.undecided().items.isEmpty)
      return asked
    }
    shop.clock.advance(by: .seconds(60))
    try await shop.crm.write { tx in
      #expect(
        refusal { try tx.contributions.decide(asked.id, isUsed: true, outcome: "x") }?.code
          == .notAllowed)
      let unknown = refusal { try tx.contributions.answer(asked.id, "", language: "xx") }
      #expect(unknown?.issues.map(\.field) == ["text", "language"])
      let given = try tx.contributions.answer(asked.id, "A dimmer would help", language: "en-GB")
      #expect(given.language == "en-GB")
      #expect(refusal { try tx.contributions.answer(asked.id, "Again") }?.code == .notAllowed)
      let referral = try tx.contributions.give(
        NewContribution(from: ada, .referral, "Her brother", referred: bob))
      #expect(try tx.contributions.undecided().items.map(\.id) == [asked.id, referral.id])
      try tx.contributions.decide(
        asked.id, isUsed: true, outcome: "The next model has one", worth: Money("500.00", .eur))
      try tx.contributions.decide(referral.id, isUsed: false, outcome: "He moved away")
      #expect(try tx.contributions.untold().items.map(\.id) == [asked.id, referral.id])
      let letter = try tx.interactions.record(
        NewInteraction(with: ada, through: .directMail, .outbound, subject: "Thank you"))
      let told = try tx.contributions.tell(asked.id, about: [RecordReference(letter.id)])
      #expect(told.toldAt == tx.now && told.about.count == 2)
      #expect(try tx.contributions.untold().items.map(\.id) == [referral.id])
      #expect(refusal { try tx.contributions.tell(asked.id) }?.code == .notAllowed)
      let value = try tx.contributions.value(of: ada)
      #expect(value.given == [.feedback: 1, .referral: 1] && value.used == [.feedback: 1])
      #expect(value.worth == [try Money("500.00", .eur)])
      #expect(try tx.contributions.value(of: bob).given.isEmpty)
      #expect(try tx.contributions.all(of: ada).map(\.id) == [asked.id, referral.id])
    }
    let types = try await shop.crm.read { try $0.events.history(of: asked.id).map(\.type) }
    #expect(
      types == [
        "contributions.asked", "contributions.given", "contributions.decided",
        "contributions.told",
      ])
    let timeline = try await shop.crm.read { try $0.timeline.entries(of: ada).items.map(\.type) }
    #expect(types.allSatisfy(timeline.contains))
  }

  @Test("Every problem is named at once, and nothing changes", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _, _) = try await shop.people()
    let given = try await shop.crm.write { tx in
      try tx.contributions.give(NewContribution(from: ada, .idea, "Sell lamps"))
    }
    let before = try await shop.exported()
    try await shop.crm.write { tx in
      let nobody = Interaction.ID.zero
      let give = refusal {
        try tx.contributions.give(
          NewContribution(
            from: .zero, .idea, " ", about: [RecordReference(nobody)], referred: .zero,
            givenAt: .latest))
      }
      #expect(give?.code == .invalid)
      #expect(
        give?.issues.map(\.field)
          == ["text", "referred", "referred", "given_at", "customer", "referred", "about[0]"])
      #expect(
        refusal { try tx.contributions.ask(.zero, "Well?") }?.code == .unknownReference)
      #expect(
        refusal {
          try tx.contributions.decide(
            given.id, isUsed: true, outcome: "", worth: Money(minorUnits: -1, .eur),
            at: .earliest)
        }?.issues.map(\.field) == ["outcome", "decided_at", "worth"])
    }
    #expect(try await shop.exported() == before)
  }

  @Test(
    "Customers are asked by a channel and for a time, and their referral is named",
    arguments: Backend.allCases)
  func asking(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    try await shop.crm.write { tx in
      let due = tx.now + .seconds(3_600)
      let later = try tx.contributions.ask(
        ada, "Who else?", for: .referral, through: .email, due: .at(due))
      let sooner = try tx.contributions.ask(bob, "Well?", due: .at(due - .seconds(60)))
      #expect(later.channel == .email && later.dueAt == due && sooner.channel == nil)
      #expect(try tx.contributions.unanswered().items.map(\.id) == [sooner.id, later.id])
      #expect(
        refusal {
          try tx.contributions.ask(
            ada, "Well?", through: Channel(rawValue: " "), due: .at(tx.now - .seconds(1)))
        }?.issues.map(\.field) == ["channel", "due"])
      #expect(
        refusal { try tx.contributions.answer(sooner.id, "Ada", referred: ada) }?
          .issues.map(\.field) == ["referred"])
      #expect(
        refusal { try tx.contributions.answer(later.id, "Him", referred: .zero) }?.code
          == .unknownReference)
      let answered = try tx.contributions.answer(later.id, "Her brother", referred: bob)
      #expect(answered.referred == bob)
      #expect(try tx.contributions.unanswered().items.map(\.id) == [sooner.id])
    }
  }
}
