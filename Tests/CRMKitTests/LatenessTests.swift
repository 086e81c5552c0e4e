import CRMKit
import CRMTesting
import Testing

@Suite("Late orders")
struct LatenessTests {
  private static let day: Duration = .seconds(86_400)
  private static let promised = Shop.opening + day

  private func shop(_ backend: Backend) async throws -> (Shop, Order) {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let order = try await shop.crm.write { tx in
      try tx.orders.place(
        NewOrder(
          number: "1", customer: ada.id, lines: [.init(item.id, amount: Money("9.99", .usd))],
          promisedAt: Self.promised))
    }
    shop.clock.advance(by: Self.day + Self.day)
    return (shop, order)
  }

  private func delays(_ shop: Shop) async throws -> [Instant] {
    try await shop.events().filter { $0.type == OrderDelayed.name }.map(\.occurredAt)
  }

  @Test(
    "What was closed after its promise is late, whenever the agenda was advanced",
    arguments: Backend.allCases, [(true, true), (true, false), (false, true), (false, false)])
  func late(backend: Backend, way: (isAdvanced: Bool, isDelivered: Bool)) async throws {
    let (shop, order) = try await shop(backend)
    if way.isAdvanced { try await shop.crm.advance() }
    let closed = try await shop.crm.write { tx in
      way.isDelivered ? try tx.orders.deliver(order.id) : try tx.orders.cancel(order.id)
    }
    #expect(closed.isLate)
    #expect(closed.version == 3)
    #expect(try await delays(shop) == [Self.promised + .milliseconds(1)])
    #expect(try await shop.crm.advance().done == 0)
    #expect(try await delays(shop).count == 1)
  }

  @Test(
    "What came in time is not late, also where that is recorded afterwards",
    arguments: Backend.allCases, [true, false])
  func inTime(backend: Backend, isAdvanced: Bool) async throws {
    let (shop, order) = try await shop(backend)
    if isAdvanced { try await shop.crm.advance() }
    let closed = try await shop.crm.write { try $0.orders.deliver(order.id, at: Self.promised) }
    #expect(!closed.isLate)
    // The history keeps what was told, and the delivery tells that it was not so.
    #expect(try await delays(shop).count == (isAdvanced ? 1 : 0))
    let changes = try await shop.events().last?.changes.map(\.field) ?? []
    #expect(changes.contains("is_late") == isAdvanced)
  }
}
