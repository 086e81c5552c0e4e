/// The contacts of several customers as one list, the latest first, each once.
///
/// Every customer has two lists, of what they are the first customer of and of what they take
/// part in further.
struct InteractionMerge {
  private typealias Entry = MergedLists<InteractionCursor, Held<Interaction>>.Entry

  private let transaction: Transaction
  private var lists: MergedLists<InteractionCursor, Held<Interaction>>

  init(
    _ transaction: Transaction, of customers: [Customer.ID], until end: Instant,
    after cursor: InteractionCursor?
  ) {
    self.transaction = transaction
    var known: Set<Customer.ID> = []
    var readings: [MergedLists<InteractionCursor, Held<Interaction>>.Reading] = []
    for customer in customers where known.insert(customer).inserted {
      readings.append { try Self.own(customer, transaction, end, $0, $1) }
      readings.append { try Self.shared(customer, transaction, end, $0, $1) }
    }
    lists = MergedLists(after: cursor, readings)
  }

  /// The next contacts.
  mutating func page(limit: Int?) throws -> Page<Interaction, InteractionCursor> {
    let (entries, next) = try lists.page(limit: limit)
    return Page(items: try interactions(of: entries), next: next)
  }

  private func interactions(of entries: [Entry]) throws -> [Interaction] {
    let shared = entries.filter { $0.item == nil }.map(\.place.interaction)
    let found =
      shared.isEmpty ? [:] : try transaction.records(of: Interaction.self).find(shared)
    return entries.compactMap { $0.item?.row ?? found[$0.place.interaction] }
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
    return try transaction.records(of: Interaction.self).rows(query).map {
      Entry(place: InteractionCursor(occurredAt: $0.occurredAt, interaction: $0.id), item: $0)
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
    return try transaction.records(of: InteractionParticipant.self).rows(query).map {
      Entry(
        place: InteractionCursor(occurredAt: $0.occurredAt, interaction: $0.interaction), item: nil)
    }
  }
}
