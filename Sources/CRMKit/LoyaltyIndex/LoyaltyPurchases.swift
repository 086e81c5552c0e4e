/// What a customer bought, as far as loyalty is seen by it.
struct LoyaltyPurchases: Described, Codable {
  /// What of the figures changes whenever an order does.
  var mark = Mark()

  /// How many orders, those cancelled left out.
  var orders = 0

  /// On how many days of the firm.
  var days = 0
  var gaps = 0
  var gapDays = 0
  var gapDaySquares = 0
  var firstAt: Instant?
  var lastAt: Instant?
  var categories = 0
  var brands = 0
  var products = 0

  /// Of orders at a discount: how many there are, and what came after those that ended.
  var atDiscount = 0
  var followed = 0
  var dropped = 0

  /// When the last of them counts as dropped, where nothing came after it yet.
  var droppedFrom: Instant?
  var reductions: [PriceDependence.Reduction] = []

  /// The brands and items bought on most days.
  var favourites: [Favourite] = []

  /// The versions of all items bought, added up: it rises whenever the catalogue says something
  /// else of one of them.
  var catalogueVersions = 0

  /// What tells whether orders have changed since they were read: each number goes one way only,
  /// or only with another one.
  struct Mark: Described, Codable {
    var placed = 0
    var cancelled = 0
    var units = 0
    var returned = 0

    private struct Fields: Sendable {
      let placed = Field<Mark, Int>("placed", { $0.placed }, { $0.placed = $1 })
      let cancelled = Field<Mark, Int>("cancelled", { $0.cancelled }, { $0.cancelled = $1 })
      let units = Field<Mark, Int>("units", { $0.units }, { $0.units = $1 })
      let returned = Field<Mark, Int>("returned", { $0.returned }, { $0.returned = $1 })
    }

    static let layout = Layout(Fields(), blank: Mark())
  }

  /// A brand or an item, and on how many days it was bought.
  struct Favourite: Described, Codable {
    var to: RecordReference
    var title: String
    var days: Int
    var categoryDays: Int
    var firstAt: Instant
    var lastAt: Instant

    private struct Fields: Sendable {
      let to = Field<Favourite, RecordReference>("to", { $0.to }, { $0.to = $1 })
      let title = Field<Favourite, String>("title", { $0.title }, { $0.title = $1 })
      let days = Field<Favourite, Int>("days", { $0.days }, { $0.days = $1 })
      let categoryDays = Field<Favourite, Int>(
        "category_days", { $0.categoryDays }, { $0.categoryDays = $1 })
      let firstAt = Field<Favourite, Instant>("first_at", { $0.firstAt }, { $0.firstAt = $1 })
      let lastAt = Field<Favourite, Instant>("last_at", { $0.lastAt }, { $0.lastAt = $1 })
    }

    static let layout = Layout(
      Fields(),
      blank: Favourite(
        to: RecordReference("", ""), title: "", days: 0, categoryDays: 0, firstAt: .earliest,
        lastAt: .earliest))
  }

  private struct Fields: Sendable {
    let mark = Field<LoyaltyPurchases, Mark>("mark", { $0.mark }, { $0.mark = $1 })
    let orders = Field<LoyaltyPurchases, Int>("orders", { $0.orders }, { $0.orders = $1 })
    let days = Field<LoyaltyPurchases, Int>("days", { $0.days }, { $0.days = $1 })
    let gaps = Field<LoyaltyPurchases, Int>("gaps", { $0.gaps }, { $0.gaps = $1 })
    let gapDays = Field<LoyaltyPurchases, Int>("gap_days", { $0.gapDays }, { $0.gapDays = $1 })
    let gapDaySquares = Field<LoyaltyPurchases, Int>(
      "gap_day_squares", { $0.gapDaySquares }, { $0.gapDaySquares = $1 })
    let firstAt = Field<LoyaltyPurchases, Instant?>(
      "first_at", { $0.firstAt }, { $0.firstAt = $1 })
    let lastAt = Field<LoyaltyPurchases, Instant?>("last_at", { $0.lastAt }, { $0.lastAt = $1 })
    let categories = Field<LoyaltyPurchases, Int>(
      "categories", { $0.categories }, { $0.categories = $1 })
    let brands = Field<LoyaltyPurchases, Int>("brands", { $0.brands }, { $0.brands = $1 })
    let products = Field<LoyaltyPurchases, Int>("products", { $0.products }, { $0.products = $1 })
    let atDiscount = Field<LoyaltyPurchases, Int>(
      "at_discount", { $0.atDiscount }, { $0.atDiscount = $1 })
    let followed = Field<LoyaltyPurchases, Int>("followed", { $0.followed }, { $0.followed = $1 })
    let dropped = Field<LoyaltyPurchases, Int>("dropped", { $0.dropped }, { $0.dropped = $1 })
    let droppedFrom = Field<LoyaltyPurchases, Instant?>(
      "dropped_from", { $0.droppedFrom }, { $0.droppedFrom = $1 })
    let reductions = Field<LoyaltyPurchases, [PriceDependence.Reduction]>(
      "reductions", { $0.reductions }, { $0.reductions = $1 })
    let favourites = Field<LoyaltyPurchases, [Favourite]>(
      "favourites", { $0.favourites }, { $0.favourites = $1 })
    let catalogueVersions = Field<LoyaltyPurchases, Int>(
      "catalogue_versions", { $0.catalogueVersions }, { $0.catalogueVersions = $1 })
  }

  static let layout = Layout(Fields(), blank: LoyaltyPurchases())
}

extension LoyaltyPurchases {
  /// The same without what the catalogue says of the items.
  var withoutCatalogue: LoyaltyPurchases {
    var rest = self
    (rest.categories, rest.brands, rest.catalogueVersions) = (0, 0, 0)
    rest.favourites = []
    return rest
  }
}
