/// The contacts of several customers as one list, the latest first, each once.
///
/// Every customer has two lists, of what they are the first customer of and of what they take
/// part in further. Of each no more is read than is needed to know what comes next.
struct InteractionMerge {
  /// A contact's place in the order: the later first, of two at one instant the later made.
  private struct Entry {
    let place: InteractionCursor
    let interaction: Interaction?

    func precedes(_ other: Entry) -> Bool {
      place.occurredAt == other.place.occurredAt
        ? place.interaction > other.place.interaction
        : place.occurredAt > other.place.occurredAt
    }
  }

  /// One list, read a part at a time.
  private struct Source {
    let read: (InteractionCursor?, Int) throws -> [Entry]
    var place: InteractionCursor?
    var entries: [Entry] = []
    var taken = 0
    var isAtEnd = false

    init(
      after place: InteractionCursor?, _ read: @escaping (InteractionCursor?, Int) throws -> [Entry]
    ) {
      self.place = place
      self.read = read
    }

    mutating func head(reading count: Int) throws -> Entry? {
      if taken == entries.count, !isAtEnd {
        entries = try read(place, count)
        taken = 0
        isAtEnd = entries.count < count
        place = entries.last?.place ?? place
      }
      return taken < entries.count ? entries[taken] : nil
    }
  }

  private let transaction: Transaction
  private let end: Instant
  private var sources: [Source] = []

  init(
    _ transaction: Transaction, of customers: [Customer.ID], until end: Instant,
    after cursor: InteractionCursor?
  ) {
    self.transaction = transaction
    self.end = end
    var known: Set<Customer.ID> = []
    for customer in customers where known.insert(customer).inserted {
      sources.append(Source(after: cursor) { try Self.own(customer, transaction, end, $0, $1) })
      sources.append(Source(after: cursor) { try Self.shared(customer, transaction, end, $0, $1) })
    }
  }

  /// The next contacts.
  mutating func page(limit: Int?) throws -> Page<Interaction, InteractionCursor> {
    // One list is read at once, of many a few contacts at a time.
    let wanted = min(limit ?? 255, 10_000) + 1
    let count = sources.count <= 2 ? wanted : max(8, 2 * wanted / sources.count)
    var entries: [Entry] = []
    var heads: [Entry?] = []
    for index in sources.indices { heads.append(try sources[index].head(reading: count)) }
    while let next = Self.first(of: heads) {
      if let limit, entries.count == limit {
        return Page(items: try interactions(of: entries), next: entries.last?.place)
      }
      var found: Entry?
      // One contact can stand in several lists.
      for index in sources.indices where heads[index]?.place == next.place {
        found = found?.interaction == nil ? heads[index] : found
        sources[index].taken += 1
        heads[index] = try sources[index].head(reading: count)
      }
      if let found { entries.append(found) }
    }
    return Page(items: try interactions(of: entries), next: nil)
  }

  private static func first(of heads: [Entry?]) -> Entry? {
    var first: Entry?
    for case let head? in heads where first.map(head.precedes) ?? true { first = head }
    return first
  }

  private func interactions(of entries: [Entry]) throws -> [Interaction] {
    let shared = entries.filter { $0.interaction == nil }.map(\.place.interaction)
    let found =
      shared.isEmpty ? [:] : try transaction.records(of: Interaction.self).find(shared)
    return entries.compactMap { $0.interaction ?? found[$0.place.interaction] }
  }

  /// What a customer is the first customer of.
  private static func own(
    _ customer: Customer.ID, _ transaction: Transaction, _ end: Instant,
    _ place: InteractionCursor?, _ count: Int
  ) throws -> [Entry] {
    var query = Query<Interaction>(
      where: { $0.customer == customer && $0.occurredAt <= end },
      sortedBy: { [.descending($0.occurredAt)] }, limit: count)
    query.after = try place.map {
      try transaction.cursor(
        after: .blank($0.interaction, at: $0.occurredAt), in: query)
    }
    return try transaction.records(of: Interaction.self).page(query).items.map {
      Entry(
        place: InteractionCursor(occurredAt: $0.occurredAt, interaction: $0.id), interaction: $0)
    }
  }

  /// What a customer takes part in further.
  private static func shared(
    _ customer: Customer.ID, _ transaction: Transaction, _ end: Instant,
    _ place: InteractionCursor?, _ count: Int
  ) throws -> [Entry] {
    var query = Query<InteractionParticipant>(
      where: { $0.customer == customer && $0.occurredAt <= end },
      sortedBy: { [.descending($0.occurredAt), .descending($0.interaction)] }, limit: count)
    query.after = try place.map {
      try transaction.cursor(
        after: InteractionParticipant(
          id: .zero, interaction: $0.interaction, customer: customer, direction: .inbound,
          occurredAt: $0.occurredAt, isPlanned: false), in: query)
    }
    return try transaction.records(of: InteractionParticipant.self).page(query).items.map {
      Entry(
        place: InteractionCursor(occurredAt: $0.occurredAt, interaction: $0.interaction),
        interaction: nil)
    }
  }
}

extension Transaction {
  /// The place in an answer just after a row, which need not be there.
  fileprivate func cursor<R: Record>(after row: R, in query: Query<R>) throws -> Cursor<R> {
    do {
      return try PreparedQuery(query, in: engine.catalog).cursor(after: Held(row))
    } catch {
      throw CRMError.translated(error)
    }
  }
}
