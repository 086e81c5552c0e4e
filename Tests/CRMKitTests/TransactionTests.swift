import CRMKit
import Dispatch
import Testing

@Suite("Transactions")
struct TransactionTests {
  @Test(
    "A write hands back what its closure returns, and a read sees it", arguments: Backend.allCases)
  func results(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let ada = try await shop.crm.write { try $0.customers.add(.person("Ada")) }
    let found = try await shop.crm.read { try $0.customers.get(ada.id) }
    #expect(found == ada)
    #expect(ada.version == 1)
    #expect(ada.createdAt == Shop.opening)
  }

  @Test("Results need not be Sendable", arguments: Backend.allCases)
  func plainResults(backend: Backend) async throws {
    final class Basket { var names: [String] = [] }
    let shop = try await Shop(backend)
    let written = try await shop.crm.write { tx in
      let basket = Basket()
      basket.names.append(try tx.customers.add(.person("Ada")).name)
      return basket
    }
    let read = try await shop.crm.read { tx in
      let basket = Basket()
      try tx.records(of: Customer.self).scan {
        basket.names.append($0.name)
        return true
      }
      return basket
    }
    #expect(written.names == ["Ada"])
    #expect(read.names == ["Ada"])
  }

  @Test("A write that throws leaves no record, event or task behind", arguments: Backend.allCases)
  func rollback(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let before = try await shop.exported()
    await #expect(throws: Refused()) {
      try await shop.crm.write { tx in
        try tx.customers.add(.person("Bob"))
        try tx.orders.place(
          NewOrder(
            number: "1", customer: ada.id, lines: [.init(item.id, amount: Money("9.99", .usd))],
            promisedAt: Shop.opening + .seconds(60)))
        #expect(try tx.agenda.upcoming().count == 1)
        throw Refused()
      }
    }
    #expect(try await shop.exported() == before)
    #expect(try await shop.reopened().exported() == before)
  }

  @Test("A write sees its own changes, reads see them only when it has ended")
  func isolation() async throws {
    let shop = try await Shop(.memory)
    try await shop.crm.write { tx in
      try tx.customers.add(.person("Ada"))
      #expect(try tx.customers.count() == 1)
    }
    #expect(try await shop.crm.read { try $0.customers.count() } == 1)
  }

  @Test("A read sees one snapshot however much is written meanwhile", arguments: Backend.allCases)
  func snapshot(backend: Backend) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.write { try $0.customers.add(.person("Ada")) }
    let (started, start) = AsyncStream.makeStream(of: Void.self)
    let written = DispatchSemaphore(value: 0)
    async let counts = PatientReader().counts(in: shop.crm) {
      start.finish()
      written.wait()
    }
    for await _ in started {}
    try await shop.crm.write { try $0.customers.add(.person("Bob")) }
    written.signal()
    #expect(try await counts == [1, 1, 1])
    #expect(try await shop.crm.read { try $0.customers.count() } == 2)
  }

  @Test("A read refuses every change", arguments: Backend.allCases)
  func readOnly(backend: Backend) async throws {
    let shop = try await Shop(
      backend, Notes(agenda: [AgendaHandler(for: Chime.self) { _, _ in }]).andStandard)
    let (ada, item) = try await shop.furnished()
    let before = try await shop.exported()
    try await shop.crm.read { tx in
      var changed = ada
      changed.name = "Ada L."
      #expect(refusal { try tx.customers.add(.person("Bob")) }?.code == .readOnly)
      #expect(refusal { try tx.customers.update(changed) }?.code == .readOnly)
      #expect(refusal { try tx.catalogue.add(sku: "2", name: "B") }?.code == .readOnly)
      #expect(
        refusal {
          try tx.orders.place(
            NewOrder(
              number: "1", customer: ada.id, lines: [.init(item.id, amount: Money("1", .usd))]))
        }?.code == .readOnly)
      #expect(refusal { try tx.emit(Step(count: 1)) }?.code == .readOnly)
      #expect(refusal { try tx.agenda.schedule(Chime(label: "a"), at: tx.now) }?.code == .readOnly)
      #expect(refusal { try tx.attempt {} }?.code == .readOnly)
    }
    #expect(try await shop.exported() == before)
  }

  @Test("A transaction is of no use after its closure", arguments: Backend.allCases)
  func ended(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let before = try await shop.exported()
    for tx in [try await shop.crm.write { $0 }, try await shop.crm.read { $0 }] {
      #expect(refusal { try tx.customers.add(.person("Bob")) }?.code == .transactionEnded)
      #expect(refusal { try tx.attempt {} }?.code == .transactionEnded)
      #expect(refusal { try tx.customers.get(ada.id) }?.code == .transactionEnded)
      #expect(refusal { try tx.customers.search("ada") }?.code == .transactionEnded)
      #expect(refusal { try tx.customers.count() }?.code == .transactionEnded)
      #expect(refusal { try tx.events.page() }?.code == .transactionEnded)
    }
    #expect(try await shop.exported() == before)
  }

  @Test("Many writers at once lose nothing", arguments: Backend.allCases)
  func writers(backend: Backend) async throws {
    let shop = try await Shop(backend)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 1...40 {
        group.addTask {
          _ = try await shop.crm.write { try $0.customers.add(.person("P \(number)")) }
        }
      }
      try await group.waitForAll()
    }
    let events = try await shop.events()
    #expect(events.map(\.id.number) == Array(1...40))
    #expect(events.map(\.commit) == Array(1...40))
    #expect(try await shop.crm.read { try $0.customers.count() } == 40)
  }

  @Test(
    "Who comes second with an old version gets the record as it is", arguments: Backend.allCases)
  func conflict(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    var first = ada
    var second = ada
    first.name = "Ada Lovelace"
    second.country = "GB"
    let (one, two) = (first, second)
    let kept = try await shop.crm.write { try $0.customers.update(one) }
    let before = try await shop.exported()
    let error = await failure { try await shop.crm.write { try $0.customers.update(two) } }
    #expect(error?.code == .conflict)
    #expect(error?.identifier == ada.id.description)
    #expect(error?.current as? Customer == kept)
    #expect(kept.version == 2)
    #expect(try await shop.exported() == before)

    var newer = kept
    newer.country = "GB"
    newer = try await shop.crm.write { [newer] in try $0.customers.update(newer) }
    #expect(newer.version == 3)
    #expect(newer.name == "Ada Lovelace")

    var early = item
    early.version = 0
    early.name = "B"
    let lost = await failure { [early] in
      try await shop.crm.write { try $0.catalogue.update(early) }
    }
    #expect(lost?.code == .conflict)
  }
}

/// Reads on a thread of its own, so that its waiting takes none from the other tests.
private actor PatientReader {
  private final class Executor: SerialExecutor {
    private let queue = DispatchQueue(label: "PatientReader")

    func enqueue(_ job: UnownedJob) {
      queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
  }

  private let executor = Executor()

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Customers before and after a pause, and the last event after it.
  func counts(in crm: CRM, pausing pause: @Sendable () -> Void) async throws -> [Int] {
    try await crm.read { tx in
      let before = try tx.customers.count()
      pause()
      return [before, try tx.customers.count(), Int(try tx.events.end().number)]
    }
  }
}
