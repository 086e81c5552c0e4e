import CRMKit
import CRMTesting
import Testing

@Suite("The firm's share of what customers spend")
struct WalletShareTests {
  private static func share(
    _ percent: Int, by source: WalletSource, of customer: Customer.ID, on category: String = "tea",
    trueAt: Instant? = nil
  ) -> NewWalletStatement {
    NewWalletStatement(
      of: customer, on: category, share: .percent(percent), by: source, from: .staff,
      trueAt: trueAt)
  }

  @Test(
    "The most trusted source stands, then what was true last, and the others are kept",
    arguments: Backend.allCases)
  func trust(backend: Backend) async throws {
    let tea = try await TeaShop(backend, TeaShop.only(.walletShare))
    try await tea.crm.write { tx in
      let loyalty = tx.loyaltyIndex
      #expect(try loyalty.index(of: tea.ada)?.behaviour.value == nil)
      let guess = try loyalty.state(Self.share(90, by: .estimate, of: tea.ada))
      #expect(try loyalty.wallet(of: tea.ada).map(\.share) == [.percent(90)])
      let old = try loyalty.state(
        Self.share(30, by: .receipts, of: tea.ada, trueAt: tx.now - TeaShop.day * 90))
      let said = try loyalty.state(Self.share(60, by: .survey, of: tea.ada))
      // Trust goes before time: receipts of long ago before today's word.
      #expect(try loyalty.index(of: tea.ada)?.behaviour.value == 30)
      let new = try loyalty.state(
        Self.share(45, by: .receipts, of: tea.ada, trueAt: tx.now - TeaShop.day))
      #expect(try loyalty.index(of: tea.ada)?.behaviour.value == 45)
      let judged = try loyalty.walletStatements(of: tea.ada, on: "tea")
      #expect(Set(judged.map(\.statement.id)) == [guess.id, said.id, new.id, old.id])
      #expect(judged.map(\.statement.trueAt) == judged.map(\.statement.trueAt).sorted(by: >))
      #expect(judged.filter(\.isStanding).map(\.statement.id) == [new.id])
      let why = Dictionary(judged.map { ($0.statement.id, $0.decision) }) { first, _ in first }
      #expect(why[guess.id] == .trust && why[said.id] == .trust && why[old.id] == .recency)
      #expect(judged.filter { !$0.isStanding }.allSatisfy { $0.outdoneBy == new.id })
      try loyalty.withdraw(new.id)
      try loyalty.withdraw(new.id)
      #expect(try loyalty.index(of: tea.ada)?.behaviour.value == 30)
      #expect(try loyalty.walletStatements(of: tea.ada, on: "tea").count == 4)
    }
    #expect(try await tea.crm.verify().problems.isEmpty)
  }

  @Test("Which source wins is the host's to say", arguments: Backend.allCases)
  func ownTrust(backend: Backend) async throws {
    var model = TeaShop.only(.walletShare)
    let tea = try await TeaShop(backend, model)
    try await tea.crm.write { tx in
      try tx.loyaltyIndex.state(Self.share(80, by: .survey, of: tea.ada))
      try tx.loyaltyIndex.state(Self.share(20, by: .receipts, of: tea.ada))
      #expect(try tx.loyaltyIndex.index(of: tea.ada)?.value == 20)
      model.version = 2
      model.walletTrust = [.survey]
      try tx.loyaltyIndex.define(model)
      #expect(try tx.loyaltyIndex.index(of: tea.ada)?.value == 80)
    }
  }

  @Test("Of a stated sum the share follows from what was ordered", arguments: Backend.allCases)
  func sums(backend: Backend) async throws {
    let tea = try await TeaShop(backend, TeaShop.only(.walletShare))
    let first = tea.clock.now
    for number in 0..<4 { try await tea.buy("\(number)", after: number == 0 ? 0 : 10) }
    try await tea.crm.write { tx in
      try tea.buy("cup", tea.cup, in: tx)
      let today = tx.today
      try tx.loyaltyIndex.state(
        NewWalletStatement(
          of: tea.ada, on: "tea", spend: try Money("70.00", .eur), from: first.dateInUTC,
          through: CalendarDate(daysSinceEpoch: today.daysSinceEpoch - 1), by: .receipts,
          from: .system("panel")))
    }
    // Three of four orders of tea lie in the period: 30 of 70.
    var wallet = try #require(try await tea.index().wallet.first)
    #expect(wallet.own == Money(minorUnits: 3_000, .eur))
    #expect(wallet.share == Rate(partsPerMillion: 428_571))
    try await tea.crm.write { tx in
      let order = try #require(try tx.orders.find(number: "1"))
      try tx.orders.ship(order.id, reference: "s", by: .handover)
      try tx.orders.takeBack(order.id, reference: "r")
    }
    wallet = try #require(try await tea.index().wallet.first)
    #expect(wallet.share == Rate(partsPerMillion: 285_714))
    // Where customers buy more than they are said to, the share is all of it.
    try await tea.crm.write { tx in
      try tx.loyaltyIndex.state(
        NewWalletStatement(
          of: tea.ada, on: "tea", spend: try Money("1.00", .eur), from: first.dateInUTC,
          through: tx.today, by: .receipts, from: .system("panel")))
    }
    let index = try await tea.index()
    #expect(index.wallet.map(\.share) == [.percent(100)])
    #expect(index.behaviour.reasons[0].evidence.map(\.what) == ["tea"])
    #expect(try await tea.crm.verify().problems.isEmpty)
  }

  @Test(
    "Shares of several categories count alike, each in its history", arguments: Backend.allCases)
  func categories(backend: Backend) async throws {
    let tea = try await TeaShop(backend, TeaShop.only(.walletShare))
    let early = tea.clock.now
    try await tea.crm.write { try $0.loyaltyIndex.state(Self.share(90, by: .survey, of: tea.ada)) }
    tea.clock.advance(by: TeaShop.day)
    try await tea.crm.write { tx in
      try tx.loyaltyIndex.state(Self.share(20, by: .survey, of: tea.ada, on: "cups"))
    }
    #expect(try await tea.index().value == 55)
    #expect(try await tea.index().wallet.map(\.category) == ["cups", "tea"])
    #expect(try await tea.index(at: early).value == 90)
  }

  @Test("Statements that cannot be are refused with every problem", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let tea = try await TeaShop(backend)
    try await tea.crm.write { tx in
      let share = refusal {
        try tx.loyaltyIndex.state(
          NewWalletStatement(
            of: Customer.ID(high: 1, low: 2), on: " ", share: Rate(partsPerMillion: 1_000_001),
            by: .survey, from: FactSource(rawValue: "x"), trueAt: .latest))
      }
      #expect(
        share?.issues.map(\.field) == ["category", "origin", "share", "true_at", "customer"])
      let spend = refusal {
        try tx.loyaltyIndex.state(
          NewWalletStatement(
            of: tea.ada, on: "tea", spend: .zero(.eur), from: tx.today,
            through: CalendarDate(daysSinceEpoch: tx.today.daysSinceEpoch - 1), by: .survey,
            from: .staff))
      }
      #expect(spend?.issues.map(\.field) == ["spend", "through"])
      let kept = try tx.records(of: WalletStatement.self).count()
      #expect(kept == 0)
      #expect(
        refusal { try tx.loyaltyIndex.withdraw(WalletStatement.ID(high: 1, low: 2)) }?.code
          == .notFound)
    }
  }
}
