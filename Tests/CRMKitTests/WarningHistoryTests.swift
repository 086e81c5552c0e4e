import CRMKit
import CRMTesting
import Testing

/// A year of random customers, watched by the standard signals.
@Suite("Warnings of random histories")
struct WarningHistoryTests {
  /// Goes through a history, and gives what it told and holds.
  private func run(
    _ backend: Backend, seed: UInt64, isTimely: Bool = true, isHandled: Bool = true,
    isPlanned: Bool = false
  ) async throws -> (told: [String], records: [String]) {
    let shop = try await Shop(backend, seed: seed)
    var numbers = SeededNumbers(seed)
    let (item, customers) = try await shop.crm.write { tx in
      try tx.warnings.define(.standard)
      let item = try tx.catalogue.add(sku: "a", name: "A").id
      return (item, try (0..<3).map { try tx.customers.add(.person("Customer \($0)")).id })
    }
    for step in 0..<40 {
      shop.clock.advance(by: .seconds(Int.random(in: 1...600_000, using: &numbers)))
      if isTimely { try await shop.crm.advance() }
      let customer = customers[Int.random(in: 0..<3, using: &numbers)]
      let kind = Int.random(in: 0..<(isPlanned ? 11 : 8), using: &numbers)
      try await shop.crm.write { tx in
        switch kind {
        case 0...3:
          let order = try tx.orders.place(
            NewOrder(
              number: "\(step)", customer: customer,
              lines: [.init(item, quantity: 1, amount: try Money("5.00", .eur))]))
          if kind == 3 {
            try tx.orders.dispute(order.id, over: "Broken", reference: "\(step)")
          }
        case 4...6:
          try tx.interactions.record(
            NewInteraction(with: customer, through: .phone, .outbound, subject: "Offer"))
        case 8, 9:
          try tx.interactions.plan(
            NewInteraction(
              with: customer, through: .phone, kind == 8 ? .inbound : .outbound, subject: "Call",
              occurredAt: tx.now + .seconds(Int.random(in: 1...2_000_000, using: &numbers))))
        case 10:
          try tx.commitments.make(
            NewCommitment(
              .promise, to: customer, "Write", owner: .staff("kim"),
              due: .at(tx.now + .seconds(Int.random(in: 1...2_000_000, using: &numbers)))))
        default:
          // Nobody can deal with what nobody has looked at.
          if isTimely, isHandled, let warning = try tx.warnings.standing(of: customer) {
            try tx.warnings.resolve(warning.id, note: "Called")
          }
        }
        let standing = try tx.warnings.count(where: { $0.isStanding == true })
        let of = try customers.filter { try tx.warnings.standing(of: $0) != nil }.count
        #expect(standing == of)
        for customer in customers {
          let looks = try tx.agenda.upcoming(for: customer).filter { $0.task == "warnings.look" }
          #expect(looks.count <= 1)
          let keys = try tx.warnings.all(of: customer).flatMap(\.evidence).map {
            "\($0.signal) \($0.key)"
          }
          #expect(Set(keys).count == keys.count)
        }
      }
    }
    try await shop.crm.advance()
    #expect(try await shop.crm.verify().problems.isEmpty)
    for warning in try await shop.crm.read({ try $0.warnings.page(Query(limit: 1_000)).items }) {
      #expect(warning.raisedAt <= warning.grownAt)
      #expect(warning.closedAt.map { warning.grownAt <= $0 } ?? true)
    }
    let told = try await shop.events().filter { $0.type.hasPrefix("warnings.") }.map {
      "\($0.type) \($0.customer?.description ?? "") \($0.occurredAt)"
    }
    return (told.sorted(), try await shop.records())
  }

  @Test(
    "One warning stands at most, none is raised twice, and every backend keeps the same bytes",
    arguments: [UInt64(1)])
  func same(seed: UInt64) async throws {
    let memory = try await run(.memory, seed: seed)
    #expect(memory.told.contains { $0.hasPrefix("warnings.raised") })
    for backend in [Backend.file, .sqlite] {
      #expect(try await run(backend, seed: seed).records == memory.records)
    }
  }

  @Test("It makes no difference when anybody looks", arguments: [UInt64(3), 4])
  func late(seed: UInt64) async throws {
    let timely = try await run(.memory, seed: seed, isHandled: false)
    let late = try await run(.memory, seed: seed, isTimely: false)
    #expect(late.told == timely.told)
    #expect(timely.told.count > 3)
  }

  @Test(
    "Whatever is done late, no warning ends before it was raised", arguments: UInt64(1)...4,
    [true, false])
  func belated(seed: UInt64, isTimely: Bool) async throws {
    let backend = Backend.allCases[Int(seed) % Backend.allCases.count]
    let history = try await run(backend, seed: seed, isTimely: isTimely, isPlanned: true)
    #expect(history.told.contains { $0.hasPrefix("warnings.raised") })
  }

  @Test("Value falls and rises exactly when plain sums say so", arguments: 1...6)
  func value(seed: Int) async throws {
    var numbers = SeededNumbers(UInt64(seed))
    let shop = try await Shop(Backend.allCases[seed % Backend.allCases.count])
    let (ada, item) = try await shop.furnished()
    let day: Int64 = 86_400_000
    let span = Int64.random(in: 5...40, using: &numbers)
    let percent = Int.random(in: 1...90, using: &numbers)
    let start = shop.clock.now
    let orders = (0..<25).map { _ in
      (
        at: start - .seconds(Int.random(in: 0...5_000_000, using: &numbers)),
        units: Int64.random(in: 1...2_000, using: &numbers)
      )
    }
    try await shop.crm.write { tx in
      for (number, order) in orders.enumerated() {
        try tx.orders.place(
          NewOrder(
            number: "\(number)", customer: ada.id,
            lines: [
              .init(item.id, quantity: 1, amount: Money(minorUnits: order.units, .eur))
            ], placedAt: order.at))
      }
      try tx.warnings.define(
        WarningModel(
          signals: [
            .init(
              "falling", .low,
              when: .fallingValue(by: .percent(percent), within: .days(Int(span))))
          ], expiry: .days(10_000)))
      try tx.warnings.look()
    }
    func hasFallen(at instant: Instant) -> Bool {
      let ages = orders.map { (instant.milliseconds - $0.at.milliseconds, $0.units) }
      let recent = ages.filter { $0.0 >= 0 && $0.0 < span * day }.reduce(0) { $0 + $1.1 }
      let before = ages.filter { $0.0 >= span * day && $0.0 < 2 * span * day }.reduce(0) {
        $0 + $1.1
      }
      return before > 0 && recent * 100 <= before * Int64(100 - percent)
    }
    var expected: [String] = []
    var isFallen = hasFallen(at: start)
    if isFallen { expected.append("raised \(start)") }
    let changes = orders.flatMap { order in
      [1, 2].map { order.at + .milliseconds($0 * span * day) }
    }
    for instant in changes.filter({ $0 > start }).sorted() where hasFallen(at: instant) != isFallen
    {
      isFallen.toggle()
      expected.append("\(isFallen ? "raised" : "expired") \(instant)")
    }
    shop.clock.advance(by: .seconds(200 * 86_400))
    try await shop.crm.advance()
    let told = try await shop.events().filter {
      ["warnings.raised", "warnings.expired"].contains($0.type)
    }.map { "\($0.type.dropFirst(9)) \($0.occurredAt)" }
    #expect(told == expected)
    #expect(expected.count > 1)
  }
}
