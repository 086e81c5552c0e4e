import CRMKit
import CRMTesting
import Testing

/// Random lives of customers, held against a plain count of what happened.
@Suite("Loyalty in the long run")
struct LoyaltyIndexHistoryTests {
  @Test(
    "Whatever happens, the index is what a plain count says, and adds up",
    .timeLimit(.minutes(30)), arguments: Histories.of(1...3))
  func history(backend: Backend, seed: UInt64) async throws {
    var numbers = SeededNumbers(seed)
    let tea = try await TeaShop(backend)
    var lives: [PlainLife] = [PlainLife(customer: tea.ada)]
    let ben = try await tea.crm.write { try $0.customers.add(.person("Ben")).id }
    lives.append(PlainLife(customer: ben))
    for step in 0..<60 {
      tea.clock.advance(by: .seconds(Int.random(in: 0...900_000, using: &numbers)))
      if Int.random(in: 0..<3, using: &numbers) == 0 { try await tea.crm.advance() }
      let who = Int.random(in: 0..<2, using: &numbers)
      let kind = Int.random(in: 0..<12, using: &numbers)
      let detail = Int.random(in: 0..<1_000, using: &numbers)
      var life = lives[who]
      try await tea.crm.write { try life.go(on: kind, detail, step, tea, $0) }
      lives[who] = life
      if step % 10 == 9 { try await check(lives, tea) }
    }
    tea.clock.advance(by: TeaShop.day * Int.random(in: 0...400, using: &numbers))
    try await tea.crm.advance()
    try await check(lives, tea)
    #expect(try await tea.crm.verify().problems.isEmpty)
  }

  private func check(_ lives: [PlainLife], _ tea: TeaShop) async throws {
    try await tea.crm.read { tx in
      var standings: [LoyaltyStanding: Int] = [:]
      for life in lives {
        let index = try tx.loyaltyIndex.index(of: life.customer)
        let found = try #require(index)
        #expect(found.addsUp)
        let plain = life.values(at: tx.now)
        #expect(found.values == plain)
        let price = found.price
        let offers = life.offers(at: tx.now)
        #expect(price.atDiscount == offers.count)
        #expect(price.followed == offers.count { $0 == true })
        #expect(price.dropped == offers.count { $0 == false })
        standings[found.standing, default: 0] += 1
      }
      let due = try tx.agenda.upcoming(until: tx.now, limit: 1)
      if due.isEmpty { #expect(try tx.loyaltyIndex.matrix().counts == standings) }
    }
  }
}

/// What happened to a customer, as a plain list.
private struct PlainLife {
  let customer: Customer.ID
  var orders: [(at: Instant, number: String, item: Int, isDeal: Bool)] = []
  var answers: [(kind: LoyaltyFactor.Kind, share: (Int, Int))] = []
  var contributions = 0
  var referrals = 0
  var wallet: [(rank: Int, percent: Int)] = []
  var hasContact = false

  mutating func go(
    on kind: Int, _ detail: Int, _ step: Int, _ tea: TeaShop, _ tx: Transaction
  ) throws {
    switch kind {
    case 0...5: try buy(detail, step, tea, tx)
    case 6:
      guard !orders.isEmpty else { return }
      let order = orders.remove(at: detail % orders.count)
      try tx.orders.cancel(try #require(try tx.orders.find(number: order.number)).id)
    case 7:
      let score = 1 + detail % 5
      try tx.satisfaction.record(NewSatisfactionAnswer(from: customer, .satisfaction, score))
      answers.append((.satisfaction, (score - 1, 4)))
    case 8:
      let score = 1 + detail % 7
      try tx.loyaltyIndex.record(NewAttitudeAnswer(from: customer, .trust, score))
      answers.append((.trust, (score - 1, 6)))
    case 9:
      try tx.contributions.give(NewContribution(from: customer, .idea, "Pots"))
      contributions += 1
    case 10:
      try tx.contributions.give(NewContribution(from: customer, .referral, "A friend"))
      referrals += 1
    default:
      let source = WalletSource.allCases[detail % 3]
      let rank = WalletSource.usualTrust.firstIndex(of: source) ?? 3
      try tx.loyaltyIndex.state(
        NewWalletStatement(
          of: customer, on: "tea", share: .percent(detail % 101), by: source, from: .staff))
      wallet.append((rank, detail % 101))
    }
  }

  private mutating func buy(
    _ detail: Int, _ step: Int, _ tea: TeaShop, _ tx: Transaction
  ) throws {
    let isDeal = detail % 3 == 0
    // Some are told of late.
    let at = detail % 7 == 0 ? tx.now - .seconds(detail * 1_000) : tx.now
    let order = try tea.buy(
      "\(customer) \(step)", by: customer, detail % 2 == 0 ? tea.tea : tea.cup,
      off: isDeal ? 150 : 20, at: at, in: tx)
    orders.append((at, order.number, detail % 2, isDeal))
    orders.sort { $0.at < $1.at }
    hasContact = true
  }

  private func day(_ instant: Instant) -> Int { instant.dateInUTC.daysSinceEpoch }

  private var days: [Int] { Set(orders.map { day($0.at) }).sorted() }

  private var gaps: [Int] { zip(days, days.dropFirst()).map { $1 - $0 } }

  /// Of each order at a discount whether it was followed at full price; `nil` where that is open.
  func offers(at now: Instant) -> [Bool?] {
    let hasRhythm = gaps.count > 1
    let patience =
      hasRhythm ? gaps.reduce(0, +) * 150 / (100 * gaps.count) : 90 * 150 / 100
    return orders.indices.filter { orders[$0].isDeal }.map { index in
      let last = day(orders[index].at) + patience
      guard index + 1 < orders.count else { return day(now) > last ? false : nil }
      if day(orders[index + 1].at) > last { return false }
      return orders[index + 1].isDeal ? nil : true
    }
  }

  /// Each factor of the standard model.
  func values(at now: Instant) -> [LoyaltyFactor.Kind: String] {
    var values: [LoyaltyFactor.Kind: String] = [
      .recency: "0", .regularity: "0", .tenure: "0",
      .repeats: share(max(0, days.count - 1), max(1, days.count)),
      .categories: share(Set(orders.map(\.item)).count, 3),
      .channels: share(hasContact ? 1 : 0, 3),
    ]
    if let first = orders.first, let last = orders.last {
      let day = 86_400_000
      values[.tenure] = share(
        Int(last.at.milliseconds - first.at.milliseconds), 1_095 * day)
      let pace = gaps.count > 1 ? gaps.reduce(0, +) * day / gaps.count : 90 * day
      let late = Int(now.milliseconds - last.at.milliseconds) - pace
      values[.recency] = rest(late, 2 * pace)
      values[.fullPrice] = share(orders.count { !$0.isDeal }, orders.count)
    }
    if gaps.count > 1 {
      let sum = gaps.reduce(0, +)
      let squares = gaps.reduce(0) { $0 + $1 * $1 }
      values[.regularity] = rest(gaps.count * squares - sum * sum, sum * sum)
    }
    if let rank = wallet.map(\.rank).min() {
      values[.walletShare] = wallet.last { $0.rank == rank }.map { "\($0.percent)" }
    }
    for kind in [LoyaltyFactor.Kind.satisfaction, .trust] {
      let latest = answers.filter { $0.kind == kind }.suffix(3).map(\.share)
      guard let span = latest.first?.1 else { continue }
      values[kind] = share(latest.reduce(0) { $0 + $1.0 }, latest.count * span)
    }
    if contributions + referrals + answers.count > 0 {
      values[.contributions] = share(contributions, 3)
      values[.advocacy] = share(referrals, 2)
    }
    return values
  }

  /// A hundredfold share as text, cut off at the ninth decimal; by long division.
  private func share(_ part: Int, _ whole: Int) -> String {
    guard part < whole else { return "100" }
    guard part > 0 else { return "0" }
    return text(billionths(part, whole))
  }

  private func rest(_ part: Int, _ whole: Int) -> String {
    if part <= 0 { return "100" }
    return part >= whole ? "0" : text(100_000_000_000 - billionths(part, whole))
  }

  private func billionths(_ part: Int, _ whole: Int) -> Int {
    var (digits, rest) = (part * 100 / whole, part * 100 % whole)
    for _ in 0..<9 { (digits, rest) = (digits * 10 + rest * 10 / whole, rest * 10 % whole) }
    return digits
  }

  private func text(_ billionths: Int) -> String {
    var decimals = String(billionths % 1_000_000_000)
    decimals = String(repeating: "0", count: 9 - decimals.utf8.count) + decimals
    while decimals.hasSuffix("0") { decimals.removeLast() }
    return "\(billionths / 1_000_000_000)" + (decimals.isEmpty ? "" : "." + decimals)
  }
}
