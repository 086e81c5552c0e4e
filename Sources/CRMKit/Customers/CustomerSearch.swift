/// A place in what a search found.
public struct SearchCursor: Sendable, Hashable, Codable {
  /// Which of the ways of looking found the last customer.
  let way: Int

  /// What was looked up.
  let prefix: String

  /// Where the last customer was found.
  let entry: IndexEntry<Customer>
}

/// What someone typed, as ways of looking for it; pure.
struct CustomerSearch {
  /// One way of looking: entries of an index that begin with a text.
  struct Way {
    let field: MultiField<Customer, String>

    /// What entries may begin with; a customer must have an entry for each.
    let prefixes: [String]

    /// The entries of a customer that this way finds the customer by.
    fileprivate let entries: @Sendable (Held<Customer>) -> [String]

    /// Whether the way leads to a customer.
    func finds(_ customer: Held<Customer>) -> Bool {
      finds(entries(customer))
    }

    /// Whether the way leads to a customer, and by an entry first of all; there may be several
    /// that a prefix leads to the customer by.
    func finds(_ customer: Held<Customer>, by entry: String, beginning prefix: String) -> Bool {
      let entries = entries(customer)
      return finds(entries)
        && !entries.contains {
          $0.utf8.starts(with: prefix.utf8) && $0.utf8.lexicographicallyPrecedes(entry.utf8)
        }
    }

    private func finds(_ entries: [String]) -> Bool {
      prefixes.allSatisfy { prefix in entries.contains { $0.utf8.starts(with: prefix.utf8) } }
    }
  }

  /// The ways, the most telling first.
  let ways: [Way]

  init(_ typed: String) {
    let text = kept(trimmed(typed))
    guard !text.utf8.contains(0) else {
      ways = []
      return
    }
    let email = Way(field: Customer.fields.emailAddresses, prefixes: [kept(text.lowercased())]) {
      $0.isArchived ? [] : $0.emails.map(\.normalised)
    }
    // What begins with it is a name on a service.
    if text.contains("@"), !text.hasPrefix("@") {
      ways = [email]
      return
    }
    var ways: [Way] = []
    for ending in SearchWords.phoneEndings(in: text) { ways.append(Self.words([ending])) }
    if text.hasPrefix("+"), text.utf8.count > 1 {
      // A whole number is read as the kept ones were: a zero in brackets is none of it.
      let digits =
        PhoneNumber(text)?.normalised ?? "+" + text.filter { ("0"..."9").contains($0) }
      ways.append(
        Way(field: Customer.fields.phoneNumbers, prefixes: [digits]) {
          $0.isArchived ? [] : $0.phones.map(\.normalised)
        })
    }
    let sought = SearchWords.sought(in: text)
    if !sought.isEmpty { ways.append(Self.words(sought)) }
    let isToken = !text.unicodeScalars.contains { $0.properties.isWhitespace }
    if isToken, !sought.isEmpty { ways.append(email) }
    self.ways = ways
  }

  private static func words(_ prefixes: [String]) -> Way {
    Way(field: Customer.fields.searchWords, prefixes: prefixes) { SearchWords.words(of: $0) }
  }
}

extension CustomerOperations {
  /// Customers found by what someone types, the best first; archived ones are not found.
  ///
  /// - Words are looked for at the beginning of the words of names, in any of their forms, of
  ///   handles and of external ids: case, accents and kana do not matter, and any part of a name in Han,
  ///   kana or Hangul is found. All of the first ten different words must be there.
  /// - Four digits or more are also looked for at the end of phone numbers, and first of all
  ///   there; behind a plus sign also at their beginning.
  /// - Text with an at sign, and a single word after all else, is the beginning of an e-mail
  ///   address.
  ///
  /// A whole word comes before longer ones, and these by the alphabet of their bytes; of equals
  /// the one with the lower identifier, which is the older file.
  ///
  /// - Parameters:
  ///   - cursor: The place to go on from. What comes in before it does not move it.
  ///   - limit: How many at most.
  /// - Complexity: O(log *n*) to find the first, and in what else has the rarest of the words.
  public func search(_ text: String, after cursor: SearchCursor? = nil, limit: Int = 20) throws
    -> Page<Customer, SearchCursor>
  {
    guard limit >= 0 else {
      throw CRMError(
        .invalidQuery, "A limit of \(limit) customers.", recovery: "Ask for none or more.")
    }
    let search = CustomerSearch(text)
    var finder = SearchRun(search, limit: limit)
    for (position, way) in search.ways.enumerated() where position >= cursor?.way ?? 0 {
      let start = cursor.flatMap { $0.way == position ? $0 : nil }
      let prefix = try start?.prefix ?? rarest(of: way)
      try finder.look(position, by: prefix, after: start?.entry, in: self)
      if finder.isFull { break }
    }
    return finder.page
  }

  /// The prefix with the fewest entries, or where all have many, the longest.
  private func rarest(of way: CustomerSearch.Way) throws -> String {
    var best: (prefix: String, count: Int)?
    for prefix in way.prefixes.sorted(by: { $0.utf8.count > $1.utf8.count }) {
      let count =
        way.prefixes.count == 1 ? 0 : try entries(way.field, prefix, after: nil, 256).count
      if count < best?.count ?? .max { best = (prefix, count) }
    }
    return best?.prefix ?? ""
  }

  /// So many entries of an index, from a place on.
  fileprivate func entries(
    _ field: MultiField<Customer, String>, _ prefix: String, after entry: IndexEntry<Customer>?,
    _ count: Int
  ) throws -> [IndexEntry<Customer>] {
    var entries: [IndexEntry<Customer>] = []
    try records.scanEntries(field, prefix: prefix, after: entry) {
      entries.append($0)
      return entries.count < count
    }
    return entries
  }
}

/// What a search has found so far.
private struct SearchRun {
  private let search: CustomerSearch
  private let limit: Int
  private var found: [(customer: Held<Customer>, place: SearchCursor)] = []

  init(_ search: CustomerSearch, limit: Int) {
    self.search = search
    self.limit = limit
  }

  /// Whether there is more than was asked for.
  var isFull: Bool { found.count > limit }

  var page: Page<Customer, SearchCursor> {
    let shown = found.prefix(limit)
    return Page(
      items: shown.map { $0.customer.row }, next: isFull ? shown.last?.place : nil)
  }

  /// Takes what one way leads to, some entries at a time.
  mutating func look(
    _ position: Int, by prefix: String, after start: IndexEntry<Customer>?,
    in customers: CustomerOperations
  ) throws {
    let way = search.ways[position]
    var place = start
    var count = min(limit, 1_000) + 1
    while !isFull {
      let entries = try customers.entries(way.field, prefix, after: place, count)
      for (entry, row) in zip(entries, try customers.records.rows(entries.map(\.id))) {
        guard let row, way.finds(row, by: entry.value, beginning: prefix),
          !search.ways[..<position].contains(where: { $0.finds(row) })
        else { continue }
        found.append((row, SearchCursor(way: position, prefix: prefix, entry: entry)))
        if isFull { return }
      }
      guard entries.count == count else { return }
      place = entries.last
      count = min(count * 2, 512)
    }
  }
}
