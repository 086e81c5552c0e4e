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

    /// The place of the next entry.
    var next: Place? { taken < entries.count ? entries[taken].place : nil }

    mutating func take(reading count: Int) throws -> Entry {
      let entry = entries[taken]
      taken += 1
      try fill(reading: count)
      return entry
    }

    /// Reads on where all that was read is taken.
    mutating func fill(reading count: Int) throws {
      guard taken == entries.count, !isAtEnd else { return }
      entries = try read(place, count)
      taken = 0
      isAtEnd = entries.count < count
      place = entries.last?.place ?? place
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
    for index in sources.indices { try sources[index].fill(reading: count) }
    entries.reserveCapacity(min(wanted, sources.reduce(0) { $0 + $1.entries.count }))
    while let (first, place) = latest {
      if let limit, entries.count == limit { return (entries, entries.last?.place) }
      var entry = try sources[first].take(reading: count)
      // One entry can stand in several lists.
      for index in sources.indices.dropFirst(first + 1) where sources[index].next == place {
        let same = try sources[index].take(reading: count)
        if entry.item == nil { entry = same }
      }
      entries.append(entry)
    }
    return (entries, nil)
  }

  /// The first list whose next entry is the latest.
  private var latest: (index: Int, place: Place)? {
    var latest: (index: Int, place: Place)?
    for index in sources.indices {
      guard let place = sources[index].next else { continue }
      if latest.map({ $0.place < place }) ?? true { latest = (index, place) }
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
