extension CustomerOperations {
  /// Brings the index of attributes in line with the definitions there are now, part by part.
  ///
  /// Writing a file does that for it. After a definition became searchable, or no longer is, the
  /// files that are not written meanwhile need it once:
  ///
  ///     var place: Cursor<Customer>?
  ///     repeat {
  ///       place = try await crm.write { try $0.customers.indexAttributes(after: place) }
  ///     } while place != nil
  ///
  /// - Parameters:
  ///   - place: Where the last part ended.
  ///   - limit: How many files a part has at most.
  /// - Returns: The place to go on from; `nil` where all are done.
  /// - Throws: ``CRMError/Code/invalidQuery`` for a limit below 1.
  public func indexAttributes(after place: Cursor<Customer>? = nil, limit: Int = 1_000) throws
    -> Cursor<Customer>?
  {
    guard limit > 0 else {
      throw CRMError(
        .invalidQuery, "A part of \(limit) customers.", recovery: "Ask for one or more.",
        record: "customers")
    }
    return try transaction.operation {
      let page = try records.page(Query(after: place, limit: limit))
      for file in page.items {
        var indexed = file
        indexed.indexedAttributes = rules.indexedAttributes(of: file)
        if indexed.indexedAttributes != file.indexedAttributes {
          try records.update(indexed, emitting: CustomerUpdated(customer: file.id))
        }
      }
      return page.next
    }
  }
}
