/// An item came into the catalogue.
public struct CatalogueItemAdded: Event {
  /// The item.
  public var item: CatalogueItem.ID

  public static let name = "catalogue.item_added"

  private struct Fields: Sendable {
    let item = Field<CatalogueItemAdded, CatalogueItem.ID>("item", { $0.item }, { $0.item = $1 })
  }

  public static let layout = Layout(Fields(), blank: CatalogueItemAdded(item: .zero))
}

/// An item of the catalogue was changed; the recorded event has the fields, before and after.
public struct CatalogueItemUpdated: Event {
  /// The item.
  public var item: CatalogueItem.ID

  public static let name = "catalogue.item_updated"

  private struct Fields: Sendable {
    let item = Field<CatalogueItemUpdated, CatalogueItem.ID>(
      "item", { $0.item }, { $0.item = $1 })
  }

  public static let layout = Layout(Fields(), blank: CatalogueItemUpdated(item: .zero))
}
