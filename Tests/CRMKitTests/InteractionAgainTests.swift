import CRMKit
import CRMTesting
import Testing

@Suite("Contacts that another system sends again")
struct InteractionAgainTests {
  private static let id = ExternalID("mail", "<7@example.com>")

  private struct Sent {
    let shop: Shop
    let ada, bob, firm: Customer.ID
    let new: NewInteraction
    let kept: Interaction

    init(_ backend: Backend) async throws {
      let shop = try await Shop(backend)
      let (ada, bob, firm) = try await shop.people()
      let new = NewInteraction(
        with: ada, and: [bob], through: .email, .inbound, subject: " Ciao, Jose\u{301} ",
        content: "Where is my order?", outcome: "Answered", language: "en",
        staff: [.staff("kim")], about: [RecordReference("projects", "P-7")], externalID: id,
        cost: try Money("1.20", .eur), duration: .seconds(90), expectsAnswer: true,
        occurredAt: shop.clock.now - .seconds(60))
      let kept = try await shop.crm.write { try $0.interactions.record(new) }
      (self.shop, self.ada, self.bob, self.firm) = (shop, ada, bob, firm)
      (self.new, self.kept) = (new, kept)
    }

    func again(_ edit: (inout NewInteraction) -> Void = { _ in }) async throws -> Interaction {
      var new = new
      edit(&new)
      return try await shop.crm.write { [new] in try $0.interactions.record(new) }
    }
  }

  @Test("One that says what was recorded is returned as it is", arguments: Backend.allCases)
  func same(backend: Backend) async throws {
    let sent = try await Sent(backend)
    sent.shop.clock.advance(by: .seconds(60))
    let before = try await sent.shop.exported()
    #expect(try await sent.again() == sent.kept)
    #expect(try await sent.again { $0.subject = "Ciao, José" } == sent.kept)
    // When it happened need not be said again.
    #expect(try await sent.again { $0.occurredAt = nil } == sent.kept)
    // Those who took part are the same, whoever is named first.
    #expect(
      try await sent.again { ($0.customer, $0.others) = (sent.bob, [sent.ada]) } == sent.kept)
    #expect(try await sent.shop.exported() == before)
  }

  @Test("One that says otherwise is refused, every difference named", arguments: Backend.allCases)
  func different(backend: Backend) async throws {
    let sent = try await Sent(backend)
    let before = try await sent.shop.exported()
    let edits: [(String, @Sendable (inout NewInteraction) throws -> Void)] = [
      ("customer", { $0.customer = sent.firm }), ("others", { $0.others = [] }),
      ("others", { $0.others = [sent.bob, sent.firm] }), ("channel", { $0.channel = .chat }),
      ("direction", { $0.direction = .outbound }), ("subject", { $0.subject = "Hi" }),
      ("content", { $0.content = nil }), ("outcome", { $0.outcome = "Refused" }),
      ("language", { $0.language = "de" }), ("staff", { $0.staff = [] }),
      ("about", { $0.about = [] }),
      ("cost", { $0.cost = try Money("1.20", .usd) }),
      ("duration_milliseconds", { $0.duration = .seconds(91) }),
      ("expects_answer", { $0.expectsAnswer = nil }), ("uses", { $0.uses = ["name"] }),
      ("occurred_at", { $0.occurredAt = sent.shop.clock.now }),
    ]
    for (field, edit) in edits {
      let error = await failure { try await sent.again { try? edit(&$0) } }
      #expect(error?.code == .duplicate && error?.holder == sent.kept.id.description)
      #expect(error?.issues.map(\.field) == ["external_id", field])
    }
    let all = await failure {
      try await sent.again { new in
        for (_, edit) in edits { try? edit(&new) }
        new.subject = ""
      }
    }
    #expect(all?.code == .invalid && all?.holder == sent.kept.id.description)
    let named = Set(all?.issues.map(\.field) ?? [])
    // Who takes part further is not looked at where the first customer is another.
    #expect(named.isSuperset(of: edits.map(\.0).filter { $0 != "others" }))
    let planned = await failure {
      var new = sent.new
      new.occurredAt = sent.shop.clock.now + .seconds(60)
      try await sent.shop.crm.write { [new] in try $0.interactions.plan(new) }
    }
    #expect(planned?.issues.map(\.field) == ["external_id", "is_planned", "occurred_at"])
    #expect(try await sent.shop.exported() == before)
  }

  @Test(
    "What staff changed since does not keep the system from saying what it said",
    arguments: Backend.allCases)
  func edited(backend: Backend) async throws {
    let sent = try await Sent(backend)
    let kept = try await sent.shop.crm.write { tx in
      var edit = sent.kept
      (edit.subject, edit.outcome, edit.cost) = ("A complaint", nil, try Money("2.00", .eur))
      edit = try tx.interactions.update(edit)
      edit.subject = "A polite complaint"
      try tx.interactions.update(edit)
      try tx.interactions.link(edit.id, to: sent.firm)
      try tx.interactions.unlink(edit.id, from: sent.ada)
      return try tx.interactions.get(edit.id)
    }
    let before = try await sent.shop.exported()
    #expect(try await sent.again() == kept)
    // So does what the contact says by now.
    let now = try await sent.again {
      ($0.subject, $0.outcome) = ("A polite complaint", nil)
      ($0.customer, $0.others) = (sent.firm, [sent.bob])
    }
    #expect(now == kept)
    // What it said in between does not, nor what nobody said.
    let error = await failure {
      try await sent.again {
        ($0.subject, $0.outcome, $0.others) = ("A complaint", "Sold", [sent.bob, sent.firm])
      }
    }
    #expect(error?.issues.map(\.field) == ["external_id", "others", "subject", "outcome"])
    #expect(try await sent.shop.exported() == before)
  }

  @Test(
    "A planned contact can be sent again once its instant has come", arguments: Backend.allCases)
  func planned(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _, _) = try await shop.people()
    let new = NewInteraction(
      with: ada, through: .fieldVisit, .outbound, subject: "Visit", externalID: Self.id,
      occurredAt: shop.clock.now + .seconds(3_600))
    let kept = try await shop.crm.write { try $0.interactions.plan(new) }
    shop.clock.advance(by: .seconds(7_200))
    let before = try await shop.exported()
    #expect(try await shop.crm.write { try $0.interactions.plan(new) } == kept)
    // That it took place is another thing to say, by an update with what came of it.
    let error = await failure { try await shop.crm.write { try $0.interactions.record(new) } }
    #expect(error?.issues.map(\.field) == ["external_id", "is_planned"])
    var other = new
    other.occurredAt = shop.clock.now - .seconds(60)
    let moved = await failure {
      try await shop.crm.write { [other] in try $0.interactions.plan(other) }
    }
    #expect(moved?.issues.map(\.field) == ["external_id", "occurred_at"])
    #expect(try await shop.exported() == before)
  }
}
