import CRMStorage

/// How far one writer has come.
package struct Tally: Record {
  package let id: Identifier<Tally>
  package var done: Int

  package init(id: Identifier<Tally>, done: Int = 0) {
    self.id = id
    self.done = done
  }

  package struct Fields: Sendable {
    package let done = Field<Tally, Int>("done", { $0.done }, { $0.done = $1 })
  }
  package static let fields = Fields()
  package static let schema = Schema<Tally>("tallies", fields, blank: { Tally(id: $0) })
}

/// A part of what one write has left.
package struct Page: Record {
  package let id: Identifier<Page>
  package var tally: Identifier<Tally>
  package var number = 0
  package var text = ""
  package var words: [String] = []

  package struct Fields: Sendable {
    package let tally = Field<Page, Identifier<Tally>>("tally", { $0.tally }, { $0.tally = $1 })
      .references(Tally.self)
    package let number = Field<Page, Int>("number", { $0.number }, { $0.number = $1 })
    package let text = Field<Page, String>("text", { $0.text }, { $0.text = $1 })
    package let words = Field<Page, [String]>("words", { $0.words }, { $0.words = $1 })
    package let everyWord = MultiField<Page, String>("every_word", unique: true) { $0.words }
  }
  package static let fields = Fields()
  package static let schema = Schema<Page>(
    "pages", fields, indexes: [.ordered(fields.tally, fields.number)],
    blank: { Page(id: $0, tally: .zero) })
}

/// The rows of one writer: how many writes there were decides all of them.
///
/// Each write adds pages, changes some of an earlier write, removes those of one before, and
/// counts itself. A store that has a part of a write, or one without those before it, shows.
package struct Ledger: Sendable {
  package let tally: Identifier<Tally>
  private let writer: UInt64

  package static let kinds: [any Record.Type] = [Tally.self, Page.self]

  package init(writer: Int) {
    self.writer = UInt64(writer)
    tally = Identifier(high: 1, low: UInt64(writer))
  }

  /// Does the next write.
  ///
  /// - Returns: Its number.
  @discardableResult
  package func write(_ store: any StorageWriter) throws -> Int {
    guard let old = try store.get(tally) else {
      try store.insert(Tally.schema.hold(Tally(id: tally, done: 1)))
      for page in pages(of: 1, after: 1) { try store.insert(Page.schema.hold(page)) }
      return 1
    }
    let number = old.row.done + 1
    for page in pages(of: number - Self.lifetime, after: number - 1) {
      if let row = try store.get(page.id) { try store.delete(row) }
    }
    for page in pages(of: number - Self.revision, after: number) {
      if let row = try store.get(page.id) { try store.update(Page.schema.hold(page), from: row) }
    }
    for page in pages(of: number, after: number) { try store.insert(Page.schema.hold(page)) }
    try store.update(Tally.schema.hold(Tally(id: tally, done: number)), from: old)
    return number
  }

  /// How many writes a store has, each of them whole.
  ///
  /// - Throws: ``Torn`` where one is there in part.
  package func check(_ store: any StorageReader) throws -> Int {
    let done = try store.get(tally)?.row.done ?? 0
    let expected =
      done == 0
      ? []
      : (max(1, done - Self.lifetime + 1)...done)
        .flatMap { pages(of: $0, after: done) }
    let query = Query<Page>(
      where: { $0.tally == tally }, sortedBy: { [.ascending($0.number)] })
    let found = try store.rows(query).map(\.row)
    guard found == expected else { throw Torn(done: done, expected: expected, found: found) }
    for page in expected.suffix(2) {
      for word in page.words {
        let holders = try store.rows(Query<Page>(where: { $0.everyWord.contains(word) }))
        guard holders.map(\.id) == [page.id] else {
          throw Torn(done: done, expected: [page], found: holders.map(\.row))
        }
      }
    }
    return done
  }

  private static let lifetime = 6
  private static let revision = 3

  /// The pages of a write as they are after another; none where there was no such write.
  private func pages(of number: Int, after last: Int) -> [Page] {
    guard number >= 1 else { return [] }
    var numbers = SplitMix64(state: writer << 32 | UInt64(number))
    let isRevised = last >= number + Self.revision
    return (0..<(1 + number % 3)).map { part in
      // Some are longer than a sector.
      let length = Int.random(in: 0...(number % 8 == 0 ? 2_000 : 90), using: &numbers)
      var page = Page(
        id: Identifier(high: writer << 32 | UInt64(number), low: UInt64(part)), tally: tally)
      page.number = number
      page.text = String(repeating: isRevised ? "r" : "n", count: length)
      page.words = ["\(writer).\(number).\(part)", "\(writer).\(number).\(part).\(isRevised)"]
      return page
    }
  }

  /// A store that has a write in part.
  package struct Torn: Error, CustomStringConvertible {
    let done: Int
    let expected: [Page]
    let found: [Page]

    package var description: String {
      """
      After \(done) writes there should be \(expected.map(\.words)), \
      there are \(found.map(\.words)).
      """
    }
  }
}
