/// How what a customer bought adds up to what loyalty is seen by; pure.
struct PurchaseTally {
  private let book: PurchaseBook
  private let model: LoyaltyIndexModel
  private var purchases = LoyaltyPurchases()

  /// More favourites of a kind than these are not kept.
  private static let mostFavourites = 5

  /// What a customer bought, by the rules of a model.
  ///
  /// - Complexity: O(*k* log *k*) in the lines.
  static func purchases(
    in book: PurchaseBook, by model: LoyaltyIndexModel, mark: LoyaltyPurchases.Mark
  ) -> LoyaltyPurchases {
    var tally = PurchaseTally(book: book, model: model)
    tally.purchases.mark = mark
    tally.addDays()
    tally.addOffers()
    tally.addReductions()
    tally.addAssortment()
    return tally.purchases
  }

  private init(book: PurchaseBook, model: LoyaltyIndexModel) {
    self.book = book
    self.model = model
  }

  // MARK: Days

  private mutating func addDays() {
    purchases.orders = book.orders.count
    purchases.firstAt = book.orders.first?.placedAt
    purchases.lastAt = book.orders.last?.placedAt
    var last: Int?
    for order in book.orders {
      let day = book.day(of: order)
      guard day != last else { continue }
      purchases.days += 1
      if let last {
        purchases.gaps += 1
        purchases.gapDays += day - last
        purchases.gapDaySquares += (day - last) * (day - last)
      }
      last = day
    }
  }

  // MARK: Offers

  /// Looks at what came after each order at a discount: a purchase at full price within the
  /// customer's rhythm, another one at a discount, or nothing in time.
  private mutating func addOffers() {
    let patience = patience
    for (index, order) in book.orders.enumerated() where isAtDiscount(order) {
      purchases.atDiscount += 1
      let day = book.day(of: order)
      guard index + 1 < book.orders.count else {
        let end = CalendarDate(daysSinceEpoch: day + patience + 1)
        purchases.droppedFrom = book.zone.startOfDay(end)
        continue
      }
      let next = book.orders[index + 1]
      if book.day(of: next) - day > patience {
        purchases.dropped += 1
      } else if !isAtDiscount(next) {
        purchases.followed += 1
      }
    }
  }

  /// How many days the customer is given to buy again.
  private var patience: Int {
    let hasRhythm = purchases.gaps > 1
    let days = hasRhythm ? purchases.gapDays : model.price.usualDays
    return days * model.price.patience / (100 * (hasRhythm ? purchases.gaps : 1))
  }

  private func isAtDiscount(_ order: Order) -> Bool {
    let (off, full) = (order.discount.minorUnits, order.subtotal.minorUnits)
    guard off > 0, full > 0 else { return false }
    let taken = off.multipliedFullWidth(by: 1_000_000)
    let asked = full.multipliedFullWidth(by: model.price.discount.partsPerMillion)
    return (taken.high, taken.low) >= (asked.high, asked.low)
  }

  private mutating func addReductions() {
    var sums: [String: PriceDependence.Reduction] = [:]
    for order in book.orders {
      let none = Money.zero(order.total.currency)
      var sum = sums[none.currency.rawValue] ?? PriceDependence.Reduction(full: none, off: none)
      sum.full = sum.full.clampedSum(with: order.subtotal)
      sum.off = sum.off.clampedSum(with: order.discount)
      sums[none.currency.rawValue] = sum
    }
    purchases.reductions = sums.sorted { $0.key < $1.key }.map(\.value)
  }

  // MARK: Brands and items

  /// What is known of a brand or an item while it is counted.
  private struct Count {
    var title: String
    var days: Set<Int> = []
    var categories: Set<String?> = []
    var firstAt: Instant
    var lastAt: Instant
  }

  private mutating func addAssortment() {
    var brands: [RecordReference: Count] = [:]
    var products: [RecordReference: Count] = [:]
    var categoryDays: [String?: Set<Int>] = [:]
    for order in book.orders {
      let day = book.day(of: order)
      for line in book.lines[order.id] ?? [] {
        let item = book.items[line.item]
        categoryDays[item?.category, default: []].insert(day)
        let product = RecordReference(line.item)
        count(product, item?.name ?? line.name, item, order, day, in: &products)
        guard case .text(let brand)? = item?.features[model.brandFeature] else { continue }
        count(
          RecordReference(LoyaltyBond.brandKind, brand), brand, item, order, day, in: &brands)
      }
    }
    purchases.categories = categoryDays.keys.count { $0 != nil }
    purchases.brands = brands.count
    purchases.products = products.count
    purchases.catalogueVersions = book.items.values.reduce(0) { $0 + $1.version }
    purchases.favourites = [brands, products].flatMap { favourites(among: $0, categoryDays) }
  }

  private func count(
    _ reference: RecordReference, _ title: String, _ item: CatalogueItem?, _ order: Order,
    _ day: Int, in counts: inout [RecordReference: Count]
  ) {
    var count =
      counts[reference] ?? Count(title: title, firstAt: order.placedAt, lastAt: order.placedAt)
    count.days.insert(day)
    count.categories.insert(item?.category)
    count.lastAt = order.placedAt
    counts[reference] = count
  }

  private func favourites(
    among counts: [RecordReference: Count], _ categoryDays: [String?: Set<Int>]
  ) -> [LoyaltyPurchases.Favourite] {
    let best = counts.sorted { a, b in
      a.value.days.count == b.value.days.count
        ? a.key.key.utf8.lexicographicallyPrecedes(b.key.key.utf8)
        : a.value.days.count > b.value.days.count
    }
    return best.prefix(Self.mostFavourites).map { reference, count in
      let around = count.categories.reduce(into: Set<Int>()) { days, category in
        days.formUnion(categoryDays[category] ?? [])
      }
      return LoyaltyPurchases.Favourite(
        to: reference, title: count.title, days: count.days.count, categoryDays: around.count,
        firstAt: count.firstAt, lastAt: count.lastAt)
    }
  }
}
