import CRMStorage
import Testing

// The looks of all tests are counted together.
@Suite("How the storage in memory finds rows", .serialized)
struct MemoryPlanTests {
  /// A row that counts how often it is looked at.
  struct Ticket: Record {
    let id: Identifier<Ticket>
    var lane: Int
    var place: Int

    struct Fields: Sendable {
      let lane = Field<Ticket, Int>("lane", { $0.lane }, { $0.lane = $1 })
      let place = Field<Ticket, Int>("place", { $0.place }, { $0.place = $1 })
      let isThere = Field<Ticket, Bool>(derived: "is_there") { _ in
        looks.withLock { $0 += 1 }
        return true
      }
    }

    static let looks = Locked(0)
    static let fields = Fields()
    static let schema = Schema<Ticket>(
      "tickets", fields, indexes: [.ordered(fields.lane, fields.place)]
    ) { Ticket(id: $0, lane: 0, place: 0) }
  }

  /// 5,000 tickets in 500 lanes.
  private func tickets() async throws -> MemoryStorage {
    let storage = MemoryStorage()
    try await storage.open(try Catalog([Ticket.self]))
    try await storage.write { tx in
      for number in 0..<5_000 {
        try tx.insert(
          Ticket.schema.hold(
            Ticket(
              id: Identifier(high: 1, low: UInt64(number)), lane: number % 500, place: number)))
      }
    }
    return storage
  }

  @Test("The first of the few that an index tells is not looked for among all")
  func few() async throws {
    let storage = try await tickets()
    let query = Query<Ticket>(
      where: { $0.isThere == true && $0.lane == 499 && $0.place > 2_000 }, limit: 1)
    let before = Ticket.looks.withLock { $0 }
    let found = try await storage.read { try $0.rows(query).map { $0.row.place } }
    #expect(found == [2_499])
    #expect(Ticket.looks.withLock { $0 } - before <= 10)
  }

  @Test("One of several values is looked up in an index, in order and from a place on")
  func choices() async throws {
    let storage = try await tickets()
    for isAscending in [true, false] {
      var query = Query<Ticket>(
        where: { $0.isThere == true && $0.lane.isOne(of: [7, 499, 3, 7, 9_999]) && $0.place > 500 })
      let fields = Ticket.fields
      query.order =
        isAscending
        ? [.ascending(fields.lane), .ascending(fields.place)]
        : [.descending(fields.lane), .descending(fields.place)]
      let lanes = isAscending ? [3, 7, 499] : [499, 7, 3]
      let places = lanes.flatMap { lane in
        let all = (1..<10).map { lane + $0 * 500 }.filter { $0 > 500 }
        return all.sorted { isAscending ? $0 < $1 : $0 > $1 }
      }
      let before = Ticket.looks.withLock { $0 }
      let found = try await storage.read { [query] in try $0.rows(query).map { $0.row.place } }
      #expect(found == places)
      #expect(Ticket.looks.withLock { $0 } - before <= 30)
      var joined: [Int] = []
      query.limit = 4
      repeat {
        let page = try await storage.read { [query] in try $0.page(query) }
        joined += page.items.map(\.place)
        query.after = page.next
      } while query.after != nil
      #expect(joined == places)
    }
    let count = try await storage.read { tx in
      try tx.count(Query<Ticket>(where: { $0.lane.isOne(of: [1, 2]) }))
    }
    #expect(count == 20)
  }
}
