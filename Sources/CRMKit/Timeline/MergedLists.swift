/// Several lists as one, the latest first, each entry once.
///
/// Of each list no more is read than is needed to know what comes next.
struct MergedLists<Place: Comparable, Item> {
  /// What stands at a place; of a list that has only places, the item is found afterwards.
  struct Entry {
    let place: Place
    let item: Item?
  }

  /// Reads so many entries of a list after a place.
  typealias Reading = (_ place: Place?, _ count: Int) throws -> [Entry]

  /// One list, read a part at a time.
  private struct Source {
    let read: Reading
    var place: Place?
    var entries: [Entry] = []
    var taken = 0
    var isAtEnd = false

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

  private var sources: [Source]

  /// Begins after a place, or at the latest entry.
  init(after place: Place?, _ readings: [Reading]) {
    sources = readings.map { Source(read: $0, place: place) }
  }

  /// The next entries, and the place to go on from.
  mutating func page(limit: Int?) throws -> (entries: [Entry], next: Place?) {
    // One list is read at once, of many a few entries at a time.
    let wanted = min(limit ?? 255, 10_000) + 1
    let count = sources.count <= 2 ? wanted : max(8, 2 * wanted / sources.count)
    var entries: [Entry] = []
    var heads: [Entry?] = []
    for index in sources.indices { heads.append(try sources[index].head(reading: count)) }
    while let next = Self.latest(of: heads) {
      if let limit, entries.count == limit { return (entries, entries.last?.place) }
      var found: Entry?
      // One entry can stand in several lists.
      for index in sources.indices where heads[index]?.place == next.place {
        found = found?.item == nil ? heads[index] : found
        sources[index].taken += 1
        heads[index] = try sources[index].head(reading: count)
      }
      if let found { entries.append(found) }
    }
    return (entries, nil)
  }

  private static func latest(of heads: [Entry?]) -> Entry? {
    var latest: Entry?
    for case let head? in heads where latest.map({ $0.place < head.place }) ?? true {
      latest = head
    }
    return latest
  }
}

extension Transaction {
  /// The place in an answer just after a row, which need not be there.
  func cursor<R: Record>(after row: R, in query: Query<R>) throws -> Cursor<R> {
    do {
      return try PreparedQuery(query, in: engine.catalog).cursor(after: Held(row))
    } catch {
      throw CRMError.translated(error)
    }
  }
}
