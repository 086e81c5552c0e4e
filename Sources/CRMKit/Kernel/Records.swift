/// The records of one kind, as a transaction sees and changes them.
///
/// Every change names the event that tells of it, so nothing changes silently; records that
/// follow wholly from others (``Schema/isDerived``) are the exception. A query that cannot be
/// answered is refused with ``CRMError/Code/invalidQuery``, and a change of records that their
/// capability has locked (``Capability/lock``) with ``CRMError/Code/notAllowed``.
public struct Records<R: Record> {
  private let transaction: Transaction
  private let key: RecordKey?

  init(_ transaction: Transaction, key: RecordKey? = nil) {
    self.transaction = transaction
    self.key = key
  }

  // MARK: Reading

  /// The record of an identifier, if there is one.
  ///
  /// - Complexity: O(log *n*).
  public func find(_ id: R.ID) throws -> R? {
    // A row is large: it is copied once, out of its box to where the caller wants it.
    try held(id)?.row
  }

  /// The record of an identifier in its box.
  func held(_ id: R.ID) throws -> Held<R>? {
    if let known = transaction.lastSeen(id) { return known }
    let row = try store { try transaction.reader.get(id) }
    transaction.see(row)
    return row
  }

  /// The record of an identifier in its box, of which only some fields are asked for; the others
  /// may be those of a blank one.
  func find(_ id: R.ID, reading fields: [AnyField<R>]) throws -> Held<R>? {
    try transaction.lastSeen(id) ?? store { try transaction.reader.get(id, reading: fields) }
  }

  /// The records of some identifiers that there are, in one query.
  ///
  /// - Complexity: O(*k* log *n*) for *k* identifiers.
  public func find(_ ids: [R.ID]) throws -> [R.ID: R] {
    let found = try rows(ids).compactMap { $0.map { ($0.row.id, $0.row) } }
    return Dictionary(found) { first, _ in first }
  }

  func rows(_ ids: [R.ID]) throws -> [Held<R>?] {
    if ids.count == 1 { return [try held(ids[0])] }
    return try store { try transaction.reader.get(ids) }
  }

  /// Hands on the values of a field of many texts that begin with a prefix, by their UTF-8 bytes
  /// and then by identifier, until `body` returns false.
  ///
  /// - Parameter entry: The entry after which to begin.
  /// - Complexity: O(log *n*), and then in the entries handed on.
  public func scanEntries(
    _ field: MultiField<R, String>, prefix: String, after entry: IndexEntry<R>? = nil,
    _ body: (IndexEntry<R>) throws -> Bool
  ) throws {
    try store {
      try transaction.reader.scanEntries(EntryQuery(field, prefix: prefix, after: entry), body)
    }
  }

  /// The record of an identifier.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func get(_ id: R.ID) throws -> R {
    try box(id).row
  }

  /// The same in its box.
  func box(_ id: R.ID) throws -> Held<R> {
    guard let row = try held(id) else { throw CRMError(R.schema.notFound(id)) }
    return row
  }

  /// The first record of a query, if there is one.
  public func first(
    where filter: (R.Fields) -> Filter<R> = { _ in .all },
    sortedBy order: (R.Fields) -> [Ordering<R>] = { _ in [] }
  ) throws -> R? {
    let row = try store { try rows(Query(where: filter, sortedBy: order, limit: 1)).first }
    transaction.see(row)
    return row?.row
  }

  /// All records of a query.
  public func all(
    where filter: (R.Fields) -> Filter<R> = { _ in .all },
    sortedBy order: (R.Fields) -> [Ordering<R>] = { _ in [] }, limit: Int? = nil
  ) throws -> [R] {
    try store { try rows(Query(where: filter, sortedBy: order, limit: limit)).map { $0.row } }
  }

  /// A part of a query's records, and the place to go on from.
  public func page(_ query: Query<R>) throws -> Page<R, Cursor<R>> {
    let page = try rowPage(query)
    return Page(items: page.items.map { $0.row }, next: page.next)
  }

  /// The same without copying the records out of their boxes.
  func rowPage(_ query: Query<R>) throws -> Page<Held<R>, Cursor<R>> {
    try store {
      guard let limit = query.limit, limit >= 0, limit < .max else {
        return Page(items: try rows(query), next: nil)
      }
      var wider = query
      wider.limit = limit + 1
      let rows = try rows(wider)
      var next: Cursor<R>?
      if rows.count > limit, limit > 0 {
        next = try PreparedQuery(query, in: transaction.reader.catalog).cursor(
          after: rows[limit - 1])
      }
      return Page(items: Array(rows.prefix(limit)), next: next)
    }
  }

  /// The rows a query asks for.
  ///
  /// The compiler knows the kind of record here, which it does not where any storage may answer.
  func rows(_ query: Query<R>) throws -> [Held<R>] {
    var rows: [Held<R>] = []
    try transaction.reader.scan(query) {
      if rows.isEmpty { rows.reserveCapacity(min(query.limit ?? 0, 64)) }
      rows.append($0)
      return true
    }
    return rows
  }

  /// Hands on a query's records one by one until `body` returns false, without keeping them.
  public func scan(_ query: Query<R> = Query(), _ body: (Held<R>) throws -> Bool) throws {
    try store { try transaction.reader.scan(query, body) }
  }

  /// How many records meet a filter.
  public func count(where filter: (R.Fields) -> Filter<R> = { _ in .all }) throws -> Int {
    try store { try transaction.reader.count(Query(where: filter)) }
  }

  // MARK: Changing

  /// Adds a record and tells of it.
  ///
  /// - Parameters:
  ///   - instant: When it happened, if not now.
  ///   - others: Customers on whose timelines it stands too, besides the record's own.
  /// - Returns: The record as it is kept.
  /// - Throws: ``CRMError/Code/duplicate``, ``CRMError/Code/unknownReference`` (of the others
  ///   too, with all who do not exist), ``CRMError/Code/invalid`` or, without the key,
  ///   ``CRMError/Code/notAllowed``; nothing has changed then.
  @discardableResult
  public func insert<E: Event>(
    _ record: R, emitting event: E, at instant: Instant? = nil, alsoAbout others: [Customer.ID] = []
  ) throws -> R {
    try transaction.operation {
      try checkChange(telling: E.self, others)
      let row = try store { try R.schema.hold(record) }
      try insert(row, telling: event, at: instant, others)
      return row.row
    }
  }

  /// Adds a record that is boxed as it is kept (``Schema/hold(_:)``), and tells of it.
  ///
  /// - Parameter customer: Whom it is about, where that is known; otherwise it is looked up.
  /// - Throws: As ``insert(_:emitting:at:alsoAbout:)``; nothing has changed then.
  func insert<E: Event>(
    held row: Held<R>, emitting event: E, at instant: Instant, about customer: Customer.ID? = nil
  ) throws {
    try transaction.operation {
      try checkChange(telling: E.self, [])
      try insert(row, telling: event, at: instant, [], about: customer)
    }
  }

  private func insert<E: Event>(
    _ row: Held<R>, telling event: E, at instant: Instant?, _ others: [Customer.ID],
    about customer: Customer.ID? = nil
  ) throws {
    let writer = try transaction.checkWritable()
    try store { try writer.insert(row) }
    transaction.noteChange(of: R.self, to: row)
    try transaction.record(
      event, row: row, changes: [], at: instant, customer: customer, alsoAbout: others)
  }

  /// Replaces a record and tells what changed; a record that is as it was is left alone.
  ///
  /// A ``Versioned`` record gets the next version and the present as its time of change.
  ///
  /// - Returns: The record as it is kept.
  /// - Throws: ``CRMError/Code/conflict`` where the record was changed since it was read,
  ///   ``CRMError/Code/notFound``, and as ``insert(_:emitting:at:alsoAbout:)``; nothing has changed
  ///   then.
  @discardableResult
  public func update<E: Event>(
    _ record: R, emitting event: E, at instant: Instant? = nil, alsoAbout others: [Customer.ID] = []
  ) throws -> R {
    try transaction.operation {
      try checkChange(telling: E.self, others)
      let writer = try transaction.checkWritable()
      let old = try stored(record.id, in: writer)
      var row = try store { try R.schema.hold(record) }
      try checkVersion(of: row, against: old)
      var changes = R.schema.changes(from: old, to: row)
      changes.removeAll { R.self is any Versioned.Type && $0.isBookkeeping }
      guard !changes.isEmpty else { return old.row }
      row = advanced(row)
      try replace(old, with: row, telling: event, changes, at: instant, others)
      return row.row
    }
  }

  /// Writes a record anew whose words are to be forgotten one day, or are now: the event keeps
  /// neither what its personal fields held nor what they hold, as the log is never rewritten.
  ///
  /// - Returns: The record as it is kept.
  /// - Throws: As ``update(_:emitting:at:alsoAbout:)``; nothing has changed then.
  @discardableResult
  func update<E: Event>(
    _ record: R, withoutWords event: E, at instant: Instant? = nil
  ) throws -> R {
    try transaction.operation {
      try checkChange(telling: E.self, [])
      let writer = try transaction.checkWritable()
      let old = try stored(record.id, in: writer)
      let row = try store { try R.schema.hold(record) }
      let personal = Set(
        R.schema.layout.stored.filter(\.isPersonal).flatMap { $0.columns.map(\.name) })
      let changes = R.schema.changes(from: old, to: row).filter { !personal.contains($0.field) }
      try replace(old, with: row, telling: event, changes, at: instant, [])
      return row.row
    }
  }

  private func replace<E: Event>(
    _ old: Held<R>, with row: Held<R>, telling event: E, _ changes: [FieldChange],
    at instant: Instant?, _ others: [Customer.ID]
  ) throws {
    let writer = try transaction.checkWritable()
    try store { try writer.update(row, from: old) }
    transaction.noteChange(of: R.self, to: row)
    try transaction.record(event, row: row, changes: changes, at: instant, alsoAbout: others)
  }

  /// Removes a record and tells of it; the event keeps what the record held.
  ///
  /// - Throws: ``CRMError/Code/notFound``, ``CRMError/Code/stillReferenced``,
  ///   ``CRMError/Code/unknownReference`` or, without the key, ``CRMError/Code/notAllowed``;
  ///   nothing has changed then.
  public func delete<E: Event>(
    _ id: R.ID, emitting event: E, at instant: Instant? = nil, alsoAbout others: [Customer.ID] = []
  ) throws {
    try transaction.operation {
      try checkChange(telling: E.self, others)
      let writer = try transaction.checkWritable()
      let old = try stored(id, in: writer)
      let customer = try transaction.customer(of: old)
      try store { try writer.delete(old) }
      transaction.noteChange(of: R.self)
      try transaction.record(
        event, row: old, changes: R.schema.changes(from: old, to: nil), at: instant,
        customer: customer, alsoAbout: others)
    }
  }

  /// Adds or replaces a record that follows wholly from others, without an event.
  ///
  /// - Parameter old: The record that is replaced, as this transaction last read it; where none is
  ///   given it is looked up.
  /// - Throws: As ``insert(_:emitting:at:alsoAbout:)``; nothing has changed then.
  /// - Precondition: The schema is ``Schema/isDerived``.
  public func put(_ record: R, instead old: R? = nil) throws {
    try write(record) { writer in
      let known = transaction.lastSeen(record.id) ?? old.map { Held($0) }
      return try known ?? store { try writer.get(record.id) }
    }
  }

  /// The same for a record that is there, as this transaction last read it.
  func put(_ record: R, instead old: Held<R>) throws {
    try write(record) { _ in transaction.lastSeen(record.id) ?? old }
  }

  /// Adds a record that follows wholly from others, or replaces it where it has changed, without an
  /// event.
  ///
  /// - Parameter old: The record as it is kept; `nil` where there is none.
  /// - Throws: As ``insert(_:emitting:at:alsoAbout:)``; nothing has changed then.
  /// - Precondition: The schema is ``Schema/isDerived``.
  func keep(_ record: R, over old: Held<R>?) throws {
    guard let old else { return try write(record) { _ in nil } }
    if record != old.row { try put(record, instead: old) }
  }

  private func write(
    _ record: R, instead old: (any StorageWriter) throws -> Held<R>?
  ) throws {
    precondition(R.schema.isDerived, "\(R.schema.name) are not derived: name an event.")
    try transaction.operation {
      try transaction.checkUnlocked(R.self, by: key)
      let writer = try transaction.checkWritable()
      let row = try store { try R.schema.hold(record) }
      if let old = try old(writer) {
        try store { try writer.update(row, from: old) }
      } else {
        try store { try writer.insert(row) }
      }
      transaction.noteChange(of: R.self, to: row)
    }
  }

  /// Removes a record that follows wholly from others, without an event.
  ///
  /// - Throws: As ``delete(_:emitting:at:alsoAbout:)``; nothing has changed then.
  /// - Precondition: The schema is ``Schema/isDerived``.
  public func remove(_ id: R.ID) throws {
    precondition(R.schema.isDerived, "\(R.schema.name) are not derived: name an event.")
    try transaction.operation {
      try transaction.checkUnlocked(R.self, by: key)
      let writer = try transaction.checkWritable()
      let old = try stored(id, in: writer)
      try store { try writer.delete(old) }
      transaction.noteChange(of: R.self)
    }
  }

  private func checkChange<E: Event>(telling event: E.Type, _ others: [Customer.ID]) throws {
    try transaction.checkUnlocked(R.self, by: key)
    try transaction.checkDeclared(E.self)
    try transaction.checkKnown(nil, others, in: R.schema.name)
  }

  private func checkVersion(of row: Held<R>, against old: Held<R>) throws {
    guard let new = row.row as? any Versioned, let current = old.row as? any Versioned,
      new.version != current.version
    else { return }
    throw CRMError.conflict(
      record: R.schema.name, id: row.id.description, expected: new.version, current: old.row,
      version: current.version)
  }

  private func advanced(_ row: Held<R>) -> Held<R> {
    guard var versioned = row.row as? any Versioned else { return row }
    versioned.version += 1
    versioned.modifiedAt = transaction.now
    guard let record = versioned as? R else { return row }
    return Held(record)
  }

  private func stored(_ id: R.ID, in writer: any StorageWriter) throws -> Held<R> {
    guard let row = try transaction.lastSeen(id) ?? store({ try writer.get(id) }) else {
      throw CRMError(R.schema.notFound(id))
    }
    return row
  }

  private func store<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as StorageError {
      throw CRMError.translated(error)
    }
  }
}

/// A record that counts its changes, so that two people cannot overwrite each other unawares.
public protocol Versioned: Record {
  /// 1 for a new record, raised by one with each change.
  var version: Int { get set }

  /// When it last changed.
  var modifiedAt: Instant { get set }
}

extension Transaction {
  /// The records of one kind; those that their capability has locked can only be read.
  public func records<R: Record>(of kind: R.Type) -> Records<R> {
    Records(self)
  }
}
