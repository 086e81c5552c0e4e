/// What the firm sells.
public struct Catalogue: Capability {
  static let key = RecordKey("tx.catalogue")

  /// The capability.
  public init() {}

  public var records: [any Record.Type] { [CatalogueItem.self] }

  public var lock: RecordLock? { Self.key.lock }

  public var events: [any Event.Type] {
    [
      CatalogueItemAdded.self, CatalogueItemUpdated.self, CatalogueItemArchived.self,
      CatalogueItemRestored.self,
    ]
  }
}

extension Transaction {
  /// What the firm sells.
  public var catalogue: CatalogueOperations { CatalogueOperations(self) }
}

/// Adding, changing and finding items.
public struct CatalogueOperations {
  private let transaction: Transaction
  private let records: Records<CatalogueItem>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: CatalogueItem.self, with: Catalogue.key)
  }

  /// Adds an item.
  ///
  /// - Parameters:
  ///   - sku: The firm's own number of the item.
  ///   - name: What it is called.
  ///   - category: The category it is sold under.
  ///   - kind: What the customer gets.
  ///   - unit: What one of it is.
  ///   - details: What it is, in words.
  ///   - features: The facts by which customers compare it.
  ///   - prices: What one of it costs, at most once for each currency.
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/duplicate`` where
  ///   another item has the number; nothing has changed then.
  @discardableResult
  public func add(
    sku: String, name: String, category: String? = nil, kind: CatalogueItem.Kind = .goods,
    unit: String? = nil, details: String? = nil, features: Attributes = [:],
    prices: [Money] = []
  ) throws -> CatalogueItem {
    let item = CatalogueItem(
      id: transaction.makeIdentifier(), sku: sku, name: name, category: category, kind: kind,
      unit: unit, details: details, features: features, prices: prices,
      modifiedAt: transaction.now)
    try check(item)
    return try records.insert(item, emitting: CatalogueItemAdded(item: item.id))
  }

  /// Changes an item; one that is as it was is left alone.
  ///
  /// - Throws: ``CRMError/Code/conflict``, ``CRMError/Code/invalid``,
  ///   ``CRMError/Code/duplicate``, ``CRMError/Code/notFound``; nothing has changed then.
  @discardableResult
  public func update(_ item: CatalogueItem) throws -> CatalogueItem {
    try check(item)
    return try records.update(item, emitting: CatalogueItemUpdated(item: item.id))
  }

  /// Takes an item out of the offer: it can no longer be ordered, and all else stays.
  ///
  /// An item that is archived already is left alone.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  @discardableResult
  public func archive(_ id: CatalogueItem.ID) throws -> CatalogueItem {
    var item = try get(id)
    item.archivedAt = item.archivedAt ?? transaction.now
    return try records.update(item, emitting: CatalogueItemArchived(item: id))
  }

  /// Offers an item again that was archived; one that was not is left alone.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  @discardableResult
  public func restore(_ id: CatalogueItem.ID) throws -> CatalogueItem {
    var item = try get(id)
    item.archivedAt = nil
    return try records.update(item, emitting: CatalogueItemRestored(item: id))
  }

  /// The item of an identifier.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func get(_ id: CatalogueItem.ID) throws -> CatalogueItem { try records.get(id) }

  /// The item of a number, if there is one.
  public func find(sku: String) throws -> CatalogueItem? {
    guard !sku.utf8.contains(0) else { return nil }
    return try records.first(where: { $0.sku == sku })
  }

  /// A part of a query's items, and the place to go on from.
  public func page(_ query: Query<CatalogueItem>) throws
    -> Page<CatalogueItem, Cursor<CatalogueItem>>
  {
    try records.page(query)
  }

  private func check(_ item: CatalogueItem) throws {
    var problems = CatalogueRules.problems(of: item)
    guard !problems.isEmpty else { return }
    let holder = try find(sku: item.sku).flatMap { $0.id == item.id ? nil : $0.id }
    if let holder { problems.append(.init("sku", "is taken by item \(holder)")) }
    var error = CRMError.invalid("catalogue_items", problems)
    error.holder = holder?.description
    throw error
  }
}
