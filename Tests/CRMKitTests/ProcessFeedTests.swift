import CRMKit
import CRMSQLite
import Foundation
import Testing

/// What a child of the tests does, in a process of its own on the same file.
private enum Child {
  static let customers = 20

  static func crm(_ path: String) async throws -> CRM {
    try await CRM(
      storage: SQLiteStorage(at: path, durability: .onClose, busyTimeout: .seconds(60)),
      clock: SystemClock())
  }

  static func add(to path: String) async throws {
    let crm = try await crm(path)
    for number in 0..<customers {
      try await crm.write { try $0.customers.add(.person("Customer \(number)")) }
      try await Task.sleep(for: .milliseconds(5))
    }
    await crm.close()
  }

  static func advance(_ path: String, to end: Instant) async throws -> Int {
    let crm = try await crm(path)
    let done = try await crm.advance(to: end).done
    await crm.close()
    return done
  }
}

@Suite("Events and tasks of several processes", .timeLimit(.minutes(30)))
struct ProcessFeedTests {
  private let folder = TestFolder()

  @Test("Who listens hears in order and once what another process commits")
  func feed() async throws {
    let path = folder.file("shop.crm")
    let crm = try await Child.crm(path)
    async let child: Void = {
      await #expect(processExitsWith: .success) { [path = path as String] in
        try await Child.add(to: path)
      }
    }()
    var numbers: [Int64] = []
    for try await event in crm.events() {
      numbers.append(event.id.number)
      if numbers.count == Child.customers { break }
    }
    await child
    #expect(numbers == (1...Child.customers).map(Int64.init))
    await crm.close()
  }

  @Test("What falls due is done once, however many processes advance")
  func advance() async throws {
    let path = folder.file("shop.crm")
    let crm = try await Child.crm(path)
    let end = SystemClock().now + .seconds(40 * 86_400)
    let tasks = 40
    try await crm.write { tx in
      let ada = try tx.customers.add(.person("Ada"))
      let tea = try tx.catalogue.add(sku: "tea", name: "Tea", prices: [Money("9.99", .usd)])
      for number in 0..<tasks {
        try tx.orders.place(
          NewOrder(
            number: "\(number)", customer: ada.id,
            lines: [.init(tea.id, quantity: 1, amount: Money("9.99", .usd))],
            promisedAt: tx.now + .seconds(86_400)))
      }
    }
    async let first: Void = {
      await #expect(processExitsWith: .success) {
        [path = path as String, end = end.milliseconds as Int64] in
        _ = try await Child.advance(path, to: Instant(milliseconds: end))
      }
    }()
    async let second: Void = {
      await #expect(processExitsWith: .success) {
        [path = path as String, end = end.milliseconds as Int64] in
        _ = try await Child.advance(path, to: Instant(milliseconds: end))
      }
    }()
    try await crm.advance(to: end)
    await first
    await second
    let late = try await crm.read { tx in
      try tx.events.page(limit: 10_000).count { $0.type == "orders.delayed" }
    }
    #expect(late == tasks)
    #expect(try await crm.verify().problems == [])
    await crm.close()
  }
}
