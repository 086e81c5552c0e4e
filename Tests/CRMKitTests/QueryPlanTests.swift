import CRMKit
import CRMSQLite
import Foundation
import Testing

@Suite("What the CRM asks, SQLite finds by an index", .timeLimit(.minutes(30)))
struct QueryPlanTests {
  /// A question, and the index that must answer it.
  struct Question: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let index: String
    let ask: @Sendable (Transaction) throws -> Void

    init(_ name: String, by index: String, _ ask: @escaping @Sendable (Transaction) throws -> Void)
    {
      testDescription = name
      self.index = index
      self.ask = ask
    }
  }

  private static let someone = Customer.ID(high: 1, low: 1)

  static let questions = [
    Question("A customer by another system's name", by: "PRIMARY KEY (id=?)") {
      _ = try $0.customers.find(ExternalID("shop", "1"))
    },
    Question("Customers by e-mail address", by: "PRIMARY KEY (id=?)") {
      _ = try $0.customers.find(email: "ada@example.com")
    },
    Question("Customers by phone number", by: "PRIMARY KEY (id=?)") {
      _ = try $0.customers.find(phone: "+4930123456")
    },
    Question("An order by number", by: "INDEX orders__number (number=?)") {
      _ = try $0.orders.find(number: "1")
    },
    Question("The lines of an order", by: "INDEX order_lines__") {
      _ = try $0.orders.lines(of: Order.ID(high: 1, low: 1))
    },
    Question(
      "A customer's orders", by: "INDEX orders__customer_placed_at (customer=? AND placed_at<?)"
    ) { _ = try $0.orders.all(of: someone, limit: 10) },
    Question("Late orders", by: "INDEX orders__is_open_promised_at (is_open=? AND promised_at<?)") {
      _ = try $0.orders.late(limit: 10)
    },
    Question("The payments of an order", by: "INDEX payments__order (order=?)") {
      _ = try $0.orders.payments(of: Order.ID(high: 1, low: 1))
    },
    Question("A payment by reference", by: "INDEX payments__reference (reference=?)") {
      _ = try $0.orders.find(payment: "1")
    },
    Question("The shipments of an order", by: "INDEX shipments__order (order=?)") {
      _ = try $0.orders.shipments(of: Order.ID(high: 1, low: 1))
    },
    Question("A shipment by reference", by: "INDEX shipments__reference (reference=?)") {
      _ = try $0.orders.find(shipment: "1")
    },
    Question("A return by reference", by: "INDEX returns__reference (reference=?)") {
      _ = try $0.orders.find(return: "1")
    },
    Question("A dispute by reference", by: "INDEX disputes__reference (reference=?)") {
      _ = try $0.orders.find(dispute: "1")
    },
    Question("An item by number", by: "INDEX catalogue_items__sku (sku=?)") {
      _ = try $0.catalogue.find(sku: "cd-1")
    },
    Question("A customer's contacts", by: "INDEX interactions__customer_occurred_at (customer=?") {
      _ = try $0.interactions.all(of: someone, limit: 10)
    },
    Question(
      "A customer's last contact",
      by: "INDEX interactions__customer_contact_at (customer=? AND contact_at<?)"
    ) { _ = try $0.interactions.lastContact(of: someone) },
    Question(
      "A customer's next contact",
      by: "INDEX interactions__customer_direction_occurred_at (customer=? AND direction=? AND occ"
    ) { _ = try $0.interactions.nextContact(of: someone, direction: .outbound) },
    Question(
      "Contacts of several customers",
      by: "INDEX interaction_participants__customer_occurred_at_interaction (customer=? AND occ"
    ) { _ = try $0.interactions.page(of: [someone, .zero], limit: 10) },
    Question("Contacts that are planned with somebody", by: "PRIMARY KEY (id=?)") { tx in
      _ = try tx.records(of: Interaction.self).all(
        where: { $0.plannedFor.contains("staff:kim") && $0.occurredAt > tx.now })
    },
    Question(
      "A customer's broken promises",
      by: "INDEX commitments__customer_broken_at (customer=? AND broken_at>?"
    ) { tx in
      _ = try tx.records(of: Commitment.self).all(
        where: { $0.customer == someone && $0.brokenAt >= tx.now },
        sortedBy: { [.ascending($0.brokenAt)] })
    },
    Question("A contact by another system's name", by: "PRIMARY KEY (id=?)") {
      _ = try $0.interactions.find(ExternalID("mail", "1"))
    },
    Question(
      "What is open with a customer",
      by: "INDEX commitments__customer_status_first_due_at (customer=? AND status=?)"
    ) { _ = try $0.commitments.open(of: someone) },
    Question(
      "What someone has open", by: "INDEX commitments__owner_status_due_at (owner=? AND status=?)"
    ) { _ = try $0.commitments.open(ownedBy: .system) },
    Question("What is overdue", by: "INDEX commitments__status_due_at (status=? AND due_at<?)") {
      _ = try $0.commitments.overdue()
    },
    Question("What came up in a contact", by: "INDEX commitments__interaction (interaction=?)") {
      _ = try $0.commitments.all(in: Interaction.ID(high: 1, low: 1))
    },
    Question(
      "A customer's late orders", by: "INDEX orders__customer_first_due_at (customer=? AND first"
    ) { _ = try $0.orders.late(of: someone) },
    Question(
      "What is pending of what a customer gave",
      by: "INDEX contributions__customer_is_pending (customer=? AND is_pending=?)"
    ) { _ = try $0.contributions.pending(of: someone) },
    Question(
      "Relationships nobody made sure of", by: "INDEX relationships__fresh_at (fresh_at<?)"
    ) { _ = try $0.relationships.stale(olderThan: Shop.opening) },
    Question("Someone's reminders", by: "INDEX reminders__owner_next_at (owner=? AND next_at>?)") {
      _ = try $0.reminders.upcoming(for: .system)
    },
    Question(
      "Reminders about a customer", by: "INDEX reminders__customer_next_at (customer=? AND next"
    ) { _ = try $0.reminders.upcoming(about: someone) },
    Question("A customer's files", by: "INDEX media__customer_added_at (customer=?)") {
      _ = try $0.media.page(of: someone)
    },
    Question("Files with the same bytes", by: "INDEX media__sha256 (sha256=?)") {
      _ = try $0.media.find(sha256: "00")
    },
    Question(
      "A timeline's first page",
      by: "INDEX events__customer_occurred_at (customer=? AND occurred_at<?)"
    ) { _ = try $0.timeline.entries(of: someone, limit: 10) },
    Question("A record's history", by: "INDEX events__record_id (record_id=?)") {
      _ = try $0.events.history(of: someone)
    },
    Question("Events after a place", by: "INTEGER PRIMARY KEY (rowid>?)") {
      _ = try $0.events.page(limit: 10)
    },
    Question(
      "What is due next", by: "INDEX agenda__is_parked_run_at (is_parked=? AND run_at<?)"
    ) { _ = try $0.agenda.upcoming(until: Shop.opening, limit: 1) },
    Question("What is due about a customer", by: "INDEX agenda__customer_due (customer=?)") {
      _ = try $0.agenda.upcoming(for: someone)
    },
    Question("Tasks that were parked", by: "INDEX agenda__is_parked_run_at (is_parked=?)") {
      _ = try $0.agenda.parked()
    },
    Question("What a customer bought", by: "INDEX purchase_metrics__customer_currency (customer=?)")
    { _ = try $0.metrics.purchases(of: someone) },
    Question(
      "The best customers", by: "INDEX purchase_metrics__revenue (revenue_currency=? AND revenue"
    ) { _ = try $0.metrics.best(in: .eur) },
    Question(
      "Who stays too long at a stage",
      by: "INDEX lifecycle_positions__lifecycle_expected_until (lifecycle=? AND expected_until<"
    ) { _ = try $0.lifecycle.overstaying(in: "retail") },
    Question("Overdue reviews", by: "INDEX plans__status_review_at (status=? AND review_at<?") {
      _ = try $0.plans.overdueReviews()
    },
    Question(
      "A customer's open plans",
      by: "INDEX plans__customer_status_opened_at (customer=? AND status=?"
    ) { _ = try $0.plans.open(of: someone) },
    Question(
      "Someone's open plans", by: "INDEX plans__owner_status_review_at (owner=? AND status=?"
    ) { _ = try $0.plans.open(ownedBy: .system) },
    Question(
      "A customer's returns", by: "INDEX comebacks__customer_recognised_at (customer=?"
    ) { _ = try $0.plans.comebacks(of: someone) },
    Question(
      "A customer's warning", by: "INDEX warnings__customer_is_standing_raised_at (customer=?"
    ) { _ = try $0.warnings.standing(of: someone) },
    Question(
      "The gravest warnings",
      by: "INDEX warnings__is_standing_urgency_raised_at (is_standing=? AND urgency<?"
    ) { _ = try $0.warnings.standing(atLeast: .medium) },
    Question(
      "Someone's warnings",
      by: "INDEX warnings__owner_is_standing_urgency_raised_at (owner=? AND is_standing=?"
    ) { _ = try $0.warnings.standing(ownedBy: .system) },
    Question(
      "What was known of a customer", by: "INDEX standing_readings__customer_at (customer=?"
    ) { tx in
      _ = try tx.records(of: StandingReading.self).first(
        where: { $0.customer == someone && $0.at <= tx.now },
        sortedBy: { [.descending($0.at)] })
    },
    Question(
      "What a customer's loyalty was measured by",
      by: "INDEX loyalty_readings__customer_at (customer=?"
    ) { tx in
      _ = try tx.records(of: LoyaltyReading.self).first(
        where: { $0.customer == someone && $0.at <= tx.now },
        sortedBy: { [.descending($0.at)] })
    },
    Question("A customer's place", by: "INDEX loyalty_places__customer (customer=?") {
      _ = try $0.loyaltyIndex.place(of: someone)
    },
    Question("Who is loyal", by: "INDEX loyalty_places__standing_customer (standing=?") {
      _ = try $0.loyaltyIndex.members(at: .loyal)
    },
    Question(
      "Who was won by price",
      by: "INDEX loyalty_places__is_won_by_price_customer (is_won_by_price=?"
    ) { _ = try $0.loyaltyIndex.wonByPrice() },
    Question(
      "A customer's answers on trust",
      by: "INDEX attitude_answers__customer_answered_at (customer=?"
    ) { _ = try $0.loyaltyIndex.answers(of: someone) },
    Question(
      "A customer's answers",
      by: "INDEX satisfaction_answers__customer_answered_at (customer=?"
    ) { _ = try $0.satisfaction.answers(of: someone) },
    Question("The returns of a time", by: "INDEX comebacks__returned_at (returned_at>") {
      _ = try $0.plans.comebacks(until: $0.now)
    },
  ]

  @Test("Without scanning or sorting a table", arguments: questions)
  func finds(question: Question) async throws {
    let lines = try await plan(of: question.ask)
    let plan = lines.joined(separator: "\n")
    #expect(plan.contains("SEARCH t0 USING \(question.index)"), "\(plan)")
    #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
    #expect(!plan.contains("SCAN"), "\(plan)")
  }

  @Test("A timeline goes on from a place without passing over what came before")
  func timeline() async throws {
    let lines = try await plan { tx in
      let ada = try #require(try tx.customers.search("Ada").items.first)
      let page = try tx.timeline.entries(of: ada.id, limit: 1)
      _ = try tx.timeline.entries(of: ada.id, after: page.next, limit: 10)
    }
    let last = lines.suffix(2)
    #expect(last.first?.contains("INDEX events__customer_occurred_at (customer=?") == true)
    #expect(
      last.last?.contains("INDEX timeline_places__customer_occurred_at_event (customer=? AND (occ")
        == true, "\(last)")
    #expect(last.first?.contains("occurred_at<?") == true)
    #expect(last.allSatisfy { !$0.contains("TEMP B-TREE") })
  }

  @Test("Whom no plan looks after is found by looking each up, in the order of their files")
  func gaps() async throws {
    for (gap, indexes) in [
      (PlanOperations.Gap.plan, ["plans__customer_status_opened_at (customer=? AND status=?"]),
      (
        .step,
        [
          "commitments__customer_status_first_due_at (customer=? AND status=?",
          "interactions__customer_occurred_at (customer=? AND occurred_at>?",
          "interaction_participants__customer_occurred_at_interaction (customer=? AND occurred_at>?",
        ]
      ),
    ] {
      let lines = try await plan { _ = try $0.plans.customers(without: gap) }
      let plan = lines.joined(separator: "\n")
      #expect(lines.count { $0.contains("SCAN") } == 1 && plan.contains("SCAN t0"), "\(plan)")
      #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
      for index in indexes { #expect(plan.contains("INDEX \(index)"), "\(plan)") }
    }
  }

  @Test("Words are looked up in the order of their index")
  func search() async throws {
    for (text, field) in [
      ("ada", "search_words"), ("ada lovelace", "search_words"), ("ada@exa", "email_addresses"),
      ("+4930", "phone_numbers"), ("4711", "search_words"),
    ] {
      let plan = try await plan { _ = try $0.customers.search(text) }.joined(separator: "\n")
      #expect(plan.contains("SEARCH t0 USING PRIMARY KEY (\(field)>? AND \(field)<?)"), "\(plan)")
      #expect(!plan.contains("SCAN") && !plan.contains("TEMP B-TREE"), "\(plan)")
    }
  }

  private func plan(of ask: @Sendable (Transaction) throws -> Void) async throws -> [String] {
    let folder = NSTemporaryDirectory() + "crmkit-plans-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let storage = QueryRecorder(SQLiteStorage(at: folder + "/shop.crm", durability: .onClose))
    let crm = try await CRM(storage: storage)
    try await crm.write { tx in
      let ada = try tx.customers.add(.person("Ada"))
      let item = try tx.catalogue.add(sku: "cd-1", name: "A record")
      try tx.orders.place(
        NewOrder(
          number: "1", customer: ada.id, lines: [.init(item.id, amount: Money("9.99", .eur))]))
    }
    _ = try await storage.takePlan()
    try await crm.read { try ask($0) }
    let plan = try await storage.takePlan()
    await crm.close()
    return plan
  }
}
