import CRMKit
import CRMSQLite
import CRMTesting
import Foundation
import Testing

/// The code of the pages, run.
///
/// Each test holds the blocks of one page as they stand there.
@Suite("Examples")
struct ExampleTests {
  /// Runs a body in a folder of its own, which is gone afterwards.
  private func inFolder(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("crmkit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder.path)
  }

  @Test("README.md")
  func readme() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    try await inFolder { folder in
      // The page's path is relative; here it leads into the folder.
      // swift-format-ignore: AlwaysUseLowerCamelCase
      func SQLiteStorage(at path: String) -> CRMSQLite.SQLiteStorage {
        CRMSQLite.SQLiteStorage(at: "\(folder)/\(path)")
      }

      let crm = try await CRM(storage: SQLiteStorage(at: "shop.crm"))

      let yuna = try await crm.write { tx in
        let yuna = try tx.customers.add(.person("김유나", emails: ["yuna@example.kr"]))
        let tea = try tx.catalogue.add(sku: "TEA-50", name: "Green tea, 50 g")
        try tx.orders.place(
          NewOrder(
            number: "1001", customer: yuna.id,
            lines: [.init(tea.id, quantity: 2, amount: try Money("17.80", .eur))],
            promisedAt: tx.now + .seconds(3 * 86_400)))
        return yuna
      }  // one transaction: all of it, or none

      try await crm.advance(to: yuna.createdAt + .seconds(7 * 86_400))  // a week passes

      try await crm.read { tx in
        for event in try tx.timeline.entries(of: yuna.id).items.reversed() { print(event.type) }
        for figures in try tx.metrics.purchases(of: yuna.id) { print(figures.revenue) }
      }
      await crm.close()
    }
    try output.isShown(on: "README.md")
  }

  @Test("Documentation/Embedding.md: opening")
  func opening() async throws {
    do {
      let crm = try await CRM(storage: MemoryStorage())
      #expect(try await crm.read { try $0.customers.count() } == 0)
    }
    let clock = TestClock("1998-06-30T09:00:00Z")
    let crm = try await CRM(
      storage: MemoryStorage(),
      capabilities: CRM.standardCapabilities,
      clock: clock,
      identifiers: .seeded(7))
    #expect(try await crm.read { $0.now } == clock.now)
  }

  @Test("Documentation/Embedding.md: reading, writing and errors")
  func embedding() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let crm = try await CRM(storage: MemoryStorage())
    let customer = try await crm.write(because: "sign-up form") { tx in
      try tx.customers.add(.organisation("Müller & Söhne", phones: ["+49 30 123456"]))
    }
    let found = try await crm.read { tx in try tx.customers.search("muller") }
    #expect(found.items == [customer])
    try await crm.write { tx in
      for name in ["Anna", "", "Ben"] {
        _ = try? tx.attempt { try tx.customers.add(.person(name)) }
      }
    }
    #expect(try await crm.read { try $0.customers.count() } == 3)
    let desk = crm.acting(as: .staff("kim"), onBehalfOf: .customer(customer.id), through: .phone)
    try await desk.write(because: "asked for it on the phone") { tx in
      var file = try tx.customers.get(customer.id)
      file.language = "de"
      try tx.customers.update(file)
    }
    do {
      try await crm.write { tx in
        _ = try tx.customers.add(.person("", emails: ["nobody", "anna@example.com"]))
      }
    } catch let error as CRMError where error.code == .invalid {
      for issue in error.issues { print(issue) }
    }
    try output.isShown(on: "Documentation/Embedding.md")
    let (mine, yours) = (customer, try await crm.read { try $0.customers.get(customer.id) })
    do {
      try await crm.write { tx in
        var edit = mine
        edit.country = "AT"
        _ = try tx.customers.update(edit)
      }
    } catch let error as CRMError where error.code == .conflict {
      print(error.current as? Customer == yours)
    }
    try output.isShown(on: "Documentation/Embedding.md")
  }

  @Test("Documentation/Events.md")
  func events() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let crm = try await CRM(storage: MemoryStorage())
    let anna = try await crm.write { tx in try tx.customers.add(.person("Anna")) }
    try await crm.write { tx in
      var file = anna
      file.language = "de"
      try tx.customers.update(file)
    }
    var cursor = EventCursor.start
    for try await event in crm.events(after: cursor) {
      if let added = try event.payload(as: CustomerAdded.self) { print("welcome", added.customer) }
      cursor = EventCursor(after: event)
      if event.id.number == 2 { break }
    }
    #expect(output.lines == ["welcome \(anna.id)"])
    #expect(cursor == EventCursor(number: 2))
    let changes = Output()
    try await printHistory(of: anna, in: crm, to: changes)
    try changes.isShown(on: "Documentation/Events.md")
  }

  private func printHistory(of anna: Customer, in crm: CRM, to output: Output) async throws {
    func print(_ items: Any...) { output.append(items) }
    let history = try await crm.read { tx in try tx.events.history(of: anna.id) }
    for change in history.flatMap(\.changes) {
      print("\(change.field): \(change.before) → \(change.after)")
    }
  }

  @Test("Documentation/Agenda.md")
  func agenda() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let clock = TestClock("2026-03-02T10:00:00Z")
    let crm = try await CRM(storage: MemoryStorage(), clock: clock)
    let order = try await crm.write { tx in
      let customer = try tx.customers.add(.person("Anna"))
      let item = try tx.catalogue.add(sku: "LAMP", name: "Lamp")
      return try tx.orders.place(
        NewOrder(
          number: "7", customer: customer.id, lines: [.init(item.id, amount: .zero(.eur))],
          promisedAt: tx.now + .seconds(86_400)))
    }
    clock.advance(by: .seconds(10 * 86_400))
    let report = try await crm.advance()
    let late = try await crm.read { try $0.events.history(of: order.id).last }
    print(report.done, late?.type ?? "", late?.occurredAt ?? .latest)
    try output.isShown(on: "Documentation/Agenda.md")

    let service = Task { try await crm.run(every: .seconds(1)) }
    service.cancel()
    try await service.value
  }

  @Test("Documentation/Capabilities.md")
  func capabilities() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let clock = TestClock("2026-01-01T00:00:00Z")
    let crm = try await CRM(
      storage: MemoryStorage(), capabilities: CRM.standardCapabilities + [Badges()], clock: clock)
    try await crm.write { tx in _ = try tx.customers.add(.person("Anna")) }
    clock.advance(by: .seconds(400 * 86_400))
    try await crm.advance()
    let badges = try await crm.read { tx in
      try tx.records(of: Badge.self).all(where: { $0.title == "Newcomer" && $0.isValid == false })
    }
    print(badges.count)
    try output.isShown(on: "Documentation/Capabilities.md")
  }

  @Test("Documentation/CustomersAndOrders.md")
  func customersAndOrders() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let attributes = [
      AttributeDefinition("shoe_size", .integer),
      AttributeDefinition("plan", .text, required: true, allowed: [.text("free"), .text("pro")]),
    ]
    let crm = try await CRM(
      storage: MemoryStorage(),
      capabilities: CRM.standardCapabilities.replacing(
        Customers(callingCode: "82", attributes: attributes)))
    let yuna = try await crm.write { tx in
      try tx.customers.add(
        .person(
          "김유나", emails: ["Yuna@Example.KR"], phones: ["010-1234-5678"],
          externalIDs: [ExternalID("shop", "0007")], attributes: ["plan": .text("pro")]))
    }
    try await crm.read { tx in
      print(try tx.customers.find(email: "yuna@example.kr").count)
      print(try tx.customers.find(phone: "+82 10 1234 5678").count)
      print(try tx.customers.find(ExternalID("shop", "0007"))?.id == yuna.id)
      print(try tx.customers.search("김유").items.count)
      print(try tx.customers.page(Query(where: { $0.name.hasPrefix("김") })).items.count)
    }
    try output.isShown(on: "Documentation/CustomersAndOrders.md")
    try await crm.write { tx in
      let disc = try tx.catalogue.add(
        sku: "CD", name: "Compact disc", category: "Music", prices: [Money("14.99", .usd)])
      let order = NewOrder(
        number: "2026-0001", customer: yuna.id,
        lines: [.init(disc.id, quantity: 2, amount: try Money("14.99", .usd) * 2)])
      let placed = try tx.orders.place(order)
      let again = try tx.orders.place(order)
      print(placed == again, placed.total)
      try tx.orders.deliver(placed.id)
      print(try tx.metrics.purchases(of: yuna.id)[0].orders)
    }
    try output.isShown(on: "Documentation/CustomersAndOrders.md")
    try await crm.write { tx in
      try tx.interactions.record(
        NewInteraction(with: yuna.id, through: .phone, .outbound, subject: "Asked how she likes it")
      )
    }
    let page = try await crm.read { tx in try tx.timeline.entries(of: yuna.id, limit: 2) }
    let rest = try await crm.read { tx in
      try tx.timeline.entries(of: yuna.id, after: page.next, limit: 50)
    }
    print(page.items.count + rest.items.count)
    try output.isShown(on: "Documentation/CustomersAndOrders.md")
  }

  @Test("Documentation/Storage.md")
  func storage() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let crm = try await CRM(storage: MemoryStorage())
    try await crm.write { tx in
      for number in 1...60 {
        try tx.customers.add(.person("Person \(number)", country: "FR", tags: ["vip"]))
      }
      let item = try tx.catalogue.add(sku: "CD", name: "Compact disc")
      let buyer = try tx.customers.add(.person("Buyer"))
      try tx.orders.place(
        NewOrder(
          number: "1", customer: buyer.id,
          lines: [.init(item.id, quantity: 2, amount: .zero(.eur))]))
    }
    let french = Filter<Customer> { $0.country == "FR" && $0.eachTag.contains("vip") }
    let saved = try JSONEncoder().encode(french)
    var query = Query<Customer>(sortedBy: { [.ascending($0.name)] }, limit: 50)
    query.filter = try JSONDecoder().decode(Filter<Customer>.self, from: saved)
    let first = try await crm.read { tx in try tx.customers.page(query) }
    query.after = first.next
    let second = try await crm.read { tx in try tx.customers.page(query) }
    print(first.items.count, second.items.count)
    try output.isShown(on: "Documentation/Storage.md")
    let buyers = Filter<Customer>.exists(Order.fields.customer) { $0.units >= 2 }
    let count = try await crm.read { tx in try tx.customers.count(where: { _ in buyers }) }
    print(count)
    try output.isShown(on: "Documentation/Storage.md")
    // Named only: nothing is made before a CRM opens them.
    let orders = SQLiteStorage(at: "shop.crm", durability: .everyCommit)
    let visits = SQLiteStorage(at: "visits.crm", durability: .grouped(within: .seconds(1)))
    #expect(orders.path != visits.path)
  }
}
