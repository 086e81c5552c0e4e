/// A product or service the firm sells.
public struct CatalogueItem: Versioned {
  /// What names the item for good.
  public let id: Identifier<CatalogueItem>

  /// The firm's own number of the item, held by one item.
  public var sku: String

  /// What it is called.
  public var name: String

  /// The category it is sold under.
  public var category: String?

  /// What one of it costs, where there is a list price.
  public var price: Money?

  public var modifiedAt: Instant

  public var version: Int

  /// Describes an item to be added.
  public init(
    id: Identifier<CatalogueItem>, sku: String, name: String, category: String? = nil,
    price: Money? = nil, modifiedAt: Instant = .earliest, version: Int = 1
  ) {
    self.id = id
    self.sku = sku
    self.name = name
    self.category = category
    self.price = price
    self.modifiedAt = modifiedAt
    self.version = version
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``CatalogueItem/sku``, for filters and sorting.
    public let sku = Field<CatalogueItem, String>("sku", { $0.sku }, { $0.sku = $1 })

    /// ``CatalogueItem/name``, for filters and sorting.
    public let name = Field<CatalogueItem, String>("name", { $0.name }, { $0.name = $1 })

    /// ``CatalogueItem/category``, for filters and sorting.
    public let category = Field<CatalogueItem, String?>(
      "category", { $0.category }, { $0.category = $1 })

    /// ``CatalogueItem/price``, for filters and sorting.
    public let price = Field<CatalogueItem, Money?>("price", { $0.price }, { $0.price = $1 })

    /// ``CatalogueItem/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<CatalogueItem, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``CatalogueItem/version``, for filters and sorting.
    public let version = Field<CatalogueItem, Int>("version", { $0.version }, { $0.version = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<CatalogueItem>(
    "catalogue_items", fields,
    indexes: [.unique(fields.sku), .ordered(fields.category, fields.name)]
  ) { CatalogueItem(id: $0, sku: "", name: "") }
}
