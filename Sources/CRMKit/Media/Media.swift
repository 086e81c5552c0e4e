/// Files that belong to customers, interactions, orders and products, described and found.
public struct Media: Capability {
  static let key = RecordKey("tx.media")

  /// The capability.
  public init() {}

  public var records: [any Record.Type] { [MediaItem.self] }

  public var lock: RecordLock? { Self.key.lock }

  public var events: [any Event.Type] { [MediaAdded.self, MediaUpdated.self, MediaRemoved.self] }
}

extension Transaction {
  /// Files, described; their bytes are where the host keeps them.
  public var media: MediaOperations { MediaOperations(self) }
}

/// Describing files and finding them.
public struct MediaOperations {
  private let transaction: Transaction
  private let records: Records<MediaItem>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: MediaItem.self, with: Media.key)
  }

  /// Describes a file.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/unknownReference``
  ///   with all that does not exist; nothing has changed then.
  @discardableResult
  public func add(_ new: NewMediaItem) throws -> MediaItem {
    let item = MediaRules.kept(
      MediaItem(
        id: transaction.makeIdentifier(), customer: new.customer, about: new.about,
        kind: new.kind ?? MediaRules.kind(ofType: new.mediaType), title: new.title,
        mediaType: new.mediaType, byteCount: new.byteCount, sha256: new.sha256, url: new.url,
        language: new.language, addedAt: transaction.now, modifiedAt: transaction.now,
        version: 1))
    try check(item, was: nil)
    return try records.insert(item, emitting: MediaAdded(item: item.id, kind: item.kind))
  }

  /// Keeps a changed description; one that is as it was is left alone.
  ///
  /// When it was added stays. What it belonged to before may be gone by now. Where it goes to
  /// another customer's file, that stands on both timelines.
  ///
  /// - Throws: ``CRMError/Code/conflict``, ``CRMError/Code/notFound``, and as ``add(_:)``;
  ///   nothing has changed then.
  @discardableResult
  public func update(_ item: MediaItem) throws -> MediaItem {
    let item = MediaRules.kept(item)
    let old = try get(item.id)
    try check(item, was: old)
    // What goes to another file is told in both.
    let left = old.customer.flatMap { $0 == item.customer ? nil : $0 }
    return try records.update(
      item, emitting: MediaUpdated(item: item.id), alsoAbout: left.map { [$0] } ?? [])
  }

  /// Takes a description out; the bytes are the host's to delete.
  ///
  /// - Throws: ``CRMError/Code/notFound``; nothing has changed then.
  public func remove(_ id: MediaItem.ID) throws {
    try records.delete(id, emitting: MediaRemoved(item: id))
  }

  /// The description of an identifier.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func get(_ id: MediaItem.ID) throws -> MediaItem { try records.get(id) }

  /// The files in a customer's file, the latest first.
  public func page(
    of customer: Customer.ID, after cursor: Cursor<MediaItem>? = nil, limit: Int = 50
  ) throws -> Page<MediaItem, Cursor<MediaItem>> {
    try records.page(
      Query(
        where: { $0.customer == customer }, sortedBy: { [.descending($0.addedAt)] },
        after: cursor, limit: limit))
  }

  /// The files that belong to something, such as an interaction, the latest first.
  public func page(
    about reference: RecordReference, after cursor: Cursor<MediaItem>? = nil, limit: Int = 50
  ) throws -> Page<MediaItem, Cursor<MediaItem>> {
    try records.page(
      Query(
        where: { $0.subjects.contains(reference.key) },
        sortedBy: { [.descending($0.addedAt)] }, after: cursor, limit: limit))
  }

  /// The files with the same bytes.
  public func find(sha256 digest: String) throws -> [MediaItem] {
    guard !digest.utf8.contains(0) else { return [] }
    return try records.all(where: { $0.sha256 == digest.lowercased() })
  }

  private func check(_ item: MediaItem, was old: MediaItem?) throws {
    var problems = MediaRules.problems(of: item)
    if let old, old.version == item.version, old.addedAt != item.addedAt {
      problems.append(.init("added_at", "stays as it is"))
    }
    var unknown = try transaction.unknown(item.about, in: "about", besides: old?.about ?? [])
    if let customer = item.customer, customer != old?.customer,
      let problem = try transaction.problem(with: customer)
    {
      unknown.append(problem)
    }
    guard problems.isEmpty, unknown.isEmpty else {
      throw CRMError.refusal("media", problems, unknown: unknown)
    }
  }
}
