import CRMKit
import CRMTesting
import Testing

@Suite("What an interaction holds")
struct InteractionInputTests {
  @Test("Everything that is said of a contact is kept", arguments: Backend.allCases)
  func whole(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    let (_, item) = try await shop.furnished()
    let new = NewInteraction(
      with: ada, and: [bob], through: .email, .inbound, subject: " About the lamp ",
      content: "It flickers.", outcome: "Sent another", language: "zh-Hant-TW",
      staff: [.staff("kim"), .staff("lee")],
      about: [RecordReference(item.id), RecordReference("tickets", "T-1")],
      externalID: ExternalID("mail", "<1@example.com>"), cost: try Money("1.20", .eur),
      duration: .milliseconds(90_500), occurredAt: Shop.opening - .seconds(9))
    let kept = try await shop.crm.write { try $0.interactions.record(new) }
    let reopened = try await shop.reopened()
    let read = try await reopened.crm.read { try $0.interactions.get(kept.id) }
    #expect(read == kept)
    #expect(read.subject == "About the lamp" && read.content == "It flickers.")
    #expect(read.outcome == "Sent another" && read.language == "zh-Hant-TW")
    #expect(read.staff == new.staff && read.about == new.about)
    #expect(read.cost == new.cost && read.duration == .milliseconds(90_500))
    #expect(read.externalID == new.externalID && read.furtherCustomers == 1)
    try await reopened.crm.read { tx throws in
      for reference in new.about {
        #expect(try tx.interactions.page(about: reference).items == [kept])
      }
      #expect(read.about.first?.id(of: CatalogueItem.self) == item.id)
    }
  }

  @Test("Every channel and direction is kept", arguments: Backend.allCases)
  func channels(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _, _) = try await shop.people()
    let channels: [Channel] = [
      .phone, .fax, .email, .web, .chat, .social, .directMail, .television, .store, .fieldVisit,
      .callCentre, .note, Channel(rawValue: "pigeon"),
    ]
    try await shop.crm.write { tx in
      for channel in channels {
        for direction in Interaction.Direction.allCases {
          try tx.interactions.record(
            NewInteraction(with: ada, through: channel, direction, subject: "Hello"))
        }
      }
    }
    let kept = try await shop.crm.read { try $0.interactions.all(of: ada) }
    #expect(Set(kept.map(\.channel)) == Set(channels) && kept.count == channels.count * 3)
  }

  @Test("All problems of a contact are named at once", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    let before = try await shop.exported()
    let wrong = NewInteraction(
      with: ada, and: [bob, bob, ada], through: Channel(rawValue: ""), .inbound, subject: "\0",
      content: String(repeating: "x", count: 1_000_001), outcome: " ", language: "Deutsch!",
      staff: [Principal(rawValue: "")],
      about: [
        RecordReference("", "1"), RecordReference("a:b", String(repeating: "x", count: 201)),
        RecordReference(ada),
      ], externalID: ExternalID("m:", ""), cost: Money(minorUnits: -1, .eur),
      duration: .seconds(-1), occurredAt: .latest)
    let error = await failure { try await shop.crm.write { try $0.interactions.record(wrong) } }
    #expect(error?.code == .invalid)
    #expect(
      error?.issues.map(\.field) == [
        "subject", "channel", "others[1]", "others[2]", "content", "outcome", "language", "cost",
        "staff[0]", "about[0].kind", "about[1].name", "about[1].kind", "about[2].kind",
        "external_id.value", "external_id.system", "duration", "occurred_at",
      ])
    let many = NewInteraction(
      with: ada, and: (0..<100).map { Customer.ID(high: 1, low: $0) }, through: .phone, .inbound,
      subject: "Crowd", staff: Array(repeating: .system, count: 101))
    #expect(
      await failure { try await shop.crm.write { try $0.interactions.record(many) } }?.issues
        .map(\.field) == ["others", "staff"])
    #expect(try await shop.exported() == before)
  }

  @Test("All that does not exist is named at once", arguments: Backend.allCases)
  func unknown(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    let before = try await shop.exported()
    let new = NewInteraction(
      with: .zero, and: [bob, Customer.ID(high: 9, low: 9)], through: .phone, .inbound,
      subject: "Hello",
      about: [
        RecordReference(Order.ID(high: 1, low: 1)), RecordReference("orders", "1001"),
        RecordReference("tickets", "T-1"),
      ])
    let error = await failure { try await shop.crm.write { try $0.interactions.record(new) } }
    #expect(error?.code == .unknownReference)
    #expect(
      error?.issues.map(\.field) == ["others[1]", "about[0]", "about[1]", "customer"])
    try await shop.crm.write { tx in
      #expect(refusal { try tx.interactions.record(new) }?.code == .unknownReference)
      var plain = new
      (plain.others, plain.about) = ([], [])
      #expect(refusal { try tx.interactions.record(plain) }?.code == .unknownReference)
    }
    #expect(try await shop.exported() == before)
    // The refused parts leave the transaction usable.
    try await shop.crm.write { tx in
      var edit = try tx.interactions.record(
        NewInteraction(with: ada, through: .phone, .inbound, subject: "Hello"))
      edit.about = [RecordReference(Order.ID(high: 1, low: 1))]
      #expect(refusal { try tx.interactions.update(edit) }?.code == .unknownReference)
      edit.about = []
      edit.outcome = "Bought"
      #expect(try tx.interactions.update(edit).version == 2)
    }
  }

  @Test("A contact that another system names is recorded once", arguments: Backend.allCases)
  func idempotence(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, firm) = try await shop.people()
    let mail = ExternalID("mail", "<7@example.com>")
    var new = NewInteraction(
      with: ada, and: [bob], through: .email, .inbound, subject: "Hello", externalID: mail)
    let first = try await shop.crm.write { try $0.interactions.record(new) }
    var edited = first
    edited.outcome = "Answered"
    edited = try await shop.crm.write { [edited] in try $0.interactions.update(edited) }
    let before = try await shop.exported()
    let again = try await shop.crm.write { [new] in try $0.interactions.record(new) }
    #expect(again == edited)
    #expect(try await shop.crm.read { try $0.interactions.find(mail) } == edited)
    #expect(
      try await shop.crm.read { try $0.interactions.find(ExternalID("mail", "\0")) } == nil)
    new.customer = firm
    let error = await failure {
      try await shop.crm.write { [new] in try $0.interactions.record(new) }
    }
    #expect(error?.code == .duplicate && error?.holder == first.id.description)
    #expect(try await shop.exported() == before)
  }

  @Test("Changes are told; what must stay cannot change", arguments: Backend.allCases)
  func update(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    let call = try await shop.crm.write { tx in
      try tx.interactions.record(
        NewInteraction(with: ada, and: [bob], through: .phone, .inbound, subject: "A call"))
    }
    try await shop.crm.write { tx in
      var edit = call
      edit.direction = .outbound
      edit.occurredAt = call.occurredAt - .seconds(60)
      try tx.interactions.update(edit)
      #expect(try tx.interactions.lastContact(of: bob, direction: .inbound) == nil)
      let last = try tx.interactions.lastContact(of: bob, direction: .outbound)
      #expect(last?.occurredAt == call.occurredAt - .seconds(60))
      #expect(refusal { try tx.interactions.update(edit) }?.code == .conflict)
    }
    let changes = try await shop.crm.read { try $0.events.history(of: call.id).last?.changes }
    #expect(changes?.map(\.field) == ["direction", "occurred_at"])
    let before = try await shop.exported()
    var wrong = try await shop.crm.read { try $0.interactions.get(call.id) }
    wrong.customer = bob
    wrong.furtherCustomers = 7
    wrong.externalID = ExternalID("mail", "1")
    wrong.isPlanned = true
    wrong.recordedAt = .earliest
    wrong.subject = ""
    wrong.durationMilliseconds = -1
    let error = await failure {
      try await shop.crm.write { [wrong] in try $0.interactions.update(wrong) }
    }
    #expect(
      error?.issues.map(\.field) == [
        "subject", "duration", "customer", "further_customers", "external_id", "is_planned",
        "recorded_at",
      ])
    #expect(try await shop.exported() == before)
  }

  @Test("Plain contacts leave no rows beside their own, their event and the customer's figures")
  func plain() async throws {
    let shop = try await Shop(.memory)
    let (ada, _, _) = try await shop.people()
    let before = try await shop.exported().count
    try await shop.crm.write { tx in
      for number in 1...10 {
        try tx.interactions.record(
          NewInteraction(with: ada, through: .phone, .inbound, subject: "Call \(number)"))
      }
    }
    #expect(try await shop.exported().count == before + 21)
  }

  @Test(
    "Language tags are those of BCP 47",
    arguments: [
      ("de", true), ("zh-Hant-TW", true), ("sr-Latn-RS", true), ("es-419", true),
      ("de-CH-1901", true), ("sl-rozaj-biske", true), ("en-a-bbb-x-a-ccc", true),
      ("x-whatever", true), ("zh-cmn-Hans-CN", true), ("de-419-DE", false), ("a-DE", false),
      ("ar-a-aaa-b-bbb-a-ccc", false), ("", false), ("d", false), ("de-", false), ("x", false),
      ("de_DE", false), ("Deutsch!", false), ("en-a", false), ("123", false), ("한국어", false),
    ])
  func languages(tag: String, isFit: Bool) async throws {
    let shop = try await Shop(.memory)
    let (ada, _, _) = try await shop.people()
    try await shop.crm.write { tx in
      let error = refusal {
        try tx.interactions.record(
          NewInteraction(
            with: ada, through: .phone, .inbound, subject: "Hello", language: tag))
      }
      #expect(error?.issues.map(\.field) == (isFit ? nil : ["language"]))
    }
  }
}
