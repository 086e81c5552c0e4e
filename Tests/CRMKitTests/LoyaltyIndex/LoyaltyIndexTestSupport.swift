import CRMKit
import CRMTesting
import Testing

/// A tea shop whose loyalty index tests look at.
struct TeaShop {
  static let day: Duration = .seconds(86_400)

  let shop: Shop
  let ada: Customer.ID
  let tea: CatalogueItem.ID
  let cup: CatalogueItem.ID

  var clock: TestClock { shop.clock }
  var crm: CRM { shop.crm }

  init(_ backend: Backend, _ model: LoyaltyIndexModel? = .standard) async throws {
    let shop = try await Shop(backend)
    self.shop = shop
    (ada, tea, cup) = try await shop.crm.write { tx in
      if let model { try tx.loyaltyIndex.define(model) }
      return (
        try tx.customers.add(.person("Ada")).id,
        try tx.catalogue.add(
          sku: "tea", name: "Green tea", category: "tea", features: ["brand": .text("Oolong")]
        ).id,
        try tx.catalogue.add(
          sku: "cup", name: "Cup", category: "cups", features: ["brand": .text("Meissen")]
        ).id
      )
    }
  }

  /// Buys one item for 10 EUR, with so many cents taken off.
  @discardableResult
  func buy(
    _ number: String, by customer: Customer.ID? = nil, _ item: CatalogueItem.ID? = nil,
    off cents: Int64 = 0, at instant: Instant? = nil, in tx: Transaction
  ) throws -> Order {
    let off = cents == 0 ? nil : Portion.amount(Money(minorUnits: cents, .eur))
    return try tx.orders.place(
      NewOrder(
        number: number, customer: customer ?? ada,
        lines: [.init(item ?? tea, amount: Money(minorUnits: 1_000, .eur), discount: off)],
        placedAt: instant))
  }

  /// The same in a write of its own, so many days after the present.
  func buy(
    _ number: String, by customer: Customer.ID? = nil, off cents: Int64 = 0, after days: Int
  ) async throws {
    clock.advance(by: Self.day * days)
    _ = try await crm.write { try buy(number, by: customer, off: cents, in: $0) }
  }

  func index(at instant: Instant? = nil) async throws -> LoyaltyIndex {
    try await crm.read { try #require(try $0.loyaltyIndex.index(of: ada, at: instant)) }
  }

  /// A model that looks at one thing a part.
  static func only(
    _ behaviour: LoyaltyFactor.Kind, _ attitude: LoyaltyFactor.Kind = .satisfaction
  ) -> LoyaltyIndexModel {
    LoyaltyIndexModel(
      behaviour: [LoyaltyFactor(behaviour, weight: 1)],
      attitude: [LoyaltyFactor(attitude, weight: 1)])
  }
}

extension LoyaltyIndex {
  /// What each factor comes to.
  var values: [LoyaltyFactor.Kind: String] {
    Dictionary((behaviour.reasons + attitude.reasons).map { ($0.kind, $0.value.description) }) {
      first, _ in first
    }
  }

  /// Whether every number is exactly the sum of its parts.
  var addsUp: Bool {
    func sum(_ points: [ScorePoints]) -> ScorePoints? {
      // Whole billionths, written out and read, so that nothing is rounded.
      let billionths = points.reduce(Int64(0)) { $0 + Self.billionths($1) }
      return ScorePoints(Self.text(billionths))
    }
    return value == sum([behaviour.points, attitude.points])
      && [behaviour, attitude].allSatisfy { part in
        part.value == nil ? part.reasons.isEmpty : part.value == sum(part.reasons.map(\.points))
      }
  }

  private static func billionths(_ points: ScorePoints) -> Int64 {
    let parts = points.description.split(separator: ".")
    let decimals = parts.count > 1 ? String(parts[1]) : ""
    let padded = decimals + String(repeating: "0", count: 9 - decimals.utf8.count)
    return (Int64(parts[0]) ?? 0) * 1_000_000_000 + (Int64(padded) ?? 0)
  }

  private static func text(_ billionths: Int64) -> String {
    let digits = String(billionths % 1_000_000_000)
    return "\(billionths / 1_000_000_000)."
      + String(repeating: "0", count: 9 - digits.utf8.count) + digits
  }
}
