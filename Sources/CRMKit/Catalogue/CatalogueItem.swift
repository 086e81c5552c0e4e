/// A product or service the firm sells.
public struct CatalogueItem: Versioned, Archivable {
  /// What names the item for good.
  public let id: Identifier<CatalogueItem>

  /// The firm's own number of the item, held by one item.
  public var sku: String

  /// What it is called.
  public var name: String

  /// The category it is sold under.
  public var category: String?

  /// What the customer gets: something to be sent, something to download, or work done.
  public var kind: Kind

  /// What one of it is: a piece, a kilogram, an hour.
  public var unit: String?

  /// What it is, in words.
  public var details: String?

  /// The facts by which customers compare it with others.
  public var features: Attributes

  /// What one of it costs, once for each currency there is a list price in.
  public var prices: [Money]

  /// When it was taken out of the offer, if it was; see ``CatalogueOperations/archive(_:)``.
  public internal(set) var archivedAt: Instant?

  public var modifiedAt: Instant

  public var version: Int

  /// What a customer gets by an item.
  public enum Kind: String, Sendable, Codable, FieldValue {
    /// Something that is sent or handed over.
    case goods
    /// Something that is downloaded.
    case download
    /// Something that is done.
    case service
  }

  /// Describes an item to be added.
  public init(
    id: Identifier<CatalogueItem>, sku: String, name: String, category: String? = nil,
    kind: Kind = .goods, unit: String? = nil, details: String? = nil,
    features: Attributes = [:], prices: [Money] = [],
    modifiedAt: Instant = .earliest, version: Int = 1
  ) {
    self.id = id
    self.sku = sku
    self.name = name
    self.category = category
    self.kind = kind
    self.unit = unit
    self.details = details
    self.features = features
    self.prices = prices
    self.modifiedAt = modifiedAt
    self.version = version
  }

  /// What one of it costs in a currency, where there is a list price.
  public func price(in currency: Currency) -> Money? {
    prices.first { $0.currency == currency }
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

    /// ``CatalogueItem/kind``, for filters and sorting.
    public let kind = Field<CatalogueItem, Kind>("kind", { $0.kind }, { $0.kind = $1 })

    /// ``CatalogueItem/unit``, for filters and sorting.
    public let unit = Field<CatalogueItem, String?>("unit", { $0.unit }, { $0.unit = $1 })

    /// ``CatalogueItem/details``, for filters and sorting.
    public let details = Field<CatalogueItem, String?>(
      "details", { $0.details }, { $0.details = $1 })

    /// ``CatalogueItem/features``.
    public let features = Field<CatalogueItem, Attributes>(
      "features", { $0.features }, { $0.features = $1 })

    /// ``CatalogueItem/prices``.
    public let prices = Field<CatalogueItem, [Money]>(
      "prices", { $0.prices }, { $0.prices = $1 })

    /// ``CatalogueItem/archivedAt``, for filters and sorting.
    public let archivedAt = Field<CatalogueItem, Instant?>(
      "archived_at", { $0.archivedAt }, { $0.archivedAt = $1 })

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
