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

/// An item was taken out of the offer; what was ordered before stays.
public struct CatalogueItemArchived: Event {
  /// The item.
  public var item: CatalogueItem.ID

  public static let name = "catalogue.item_archived"

  private struct Fields: Sendable {
    let item = Field<CatalogueItemArchived, CatalogueItem.ID>(
      "item", { $0.item }, { $0.item = $1 })
  }

  public static let layout = Layout(Fields(), blank: CatalogueItemArchived(item: .zero))
}

/// An item that was archived is offered again.
public struct CatalogueItemRestored: Event {
  /// The item.
  public var item: CatalogueItem.ID

  public static let name = "catalogue.item_restored"

  private struct Fields: Sendable {
    let item = Field<CatalogueItemRestored, CatalogueItem.ID>(
      "item", { $0.item }, { $0.item = $1 })
  }

  public static let layout = Layout(Fields(), blank: CatalogueItemRestored(item: .zero))
}
