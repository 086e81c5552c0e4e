import CRMStorage

/// A transaction of a storage that a history is played on.
final class StorageTarget: HistoryTarget {
  private let reader: any StorageReader
  private let writer: (any StorageWriter)?
  private(set) var bookmark: HistoryBookmark?

  init(reader: any StorageReader, _ bookmark: HistoryBookmark?) {
    self.reader = reader
    writer = nil
    self.bookmark = bookmark
  }

  init(writer: any StorageWriter, _ bookmark: HistoryBookmark?) {
    reader = writer
    self.writer = writer
    self.bookmark = bookmark
  }

  func perform(_ edit: HistoryEdit) throws -> HistoryReply {
    do {
      switch edit {
      case .insertCrew(let row): try insert(row)
      case .insertSailor(let row): try insert(row)
      case .insertPostcard(let row): try insert(row)
      case .updateCrew(let row): try update(row)
      case .updateSailor(let row): try update(row)
      case .updatePostcard(let row): try update(row)
      case .deleteCrew(let id): try delete(Crew(id: id))
      case .deleteSailor(let id): try delete(Sailor(id: id))
      case .deletePostcard(let id): try delete(Postcard(id: id, sailor: .zero))
      }
      return .done
    } catch let error as StorageError {
      return HistoryReply(error)
    }
  }

  private func insert<R: Record>(_ row: R) throws { try writer?.add(row) }

  private func update<R: Record>(_ row: R) throws {
    try writer?.update(try R.schema.hold(row), from: try reader.get(row.id) ?? Held(row))
  }

  private func delete<R: Record>(_ blank: R) throws {
    try writer?.delete(try reader.get(blank.id) ?? Held(blank))
  }

  func ask(_ question: HistoryQuestion) throws -> HistoryReply {
    var query = question.query
    let ids = try reader.ids(query)
    let count = try reader.count(query)
    // The same rows once more, page by page.
    query.limit = question.pageSize
    var pages: [[Identifier<Sailor>]] = []
    var remaining: [Int] = []
    repeat {
      let page = try reader.page(query)
      pages.append(page.items.map(\.id))
      query.after = page.next
      if page.next != nil { remaining.append(try reader.count(query)) }
    } while query.after != nil && pages.count < 1_000
    return HistoryAnswer(ids: ids, count: count, pages: pages, remaining: remaining).reply
  }

  func mark(_ question: HistoryQuestion) throws -> HistoryReply {
    var query = question.query
    query.limit = question.pageSize
    let page = try reader.page(query)
    bookmark = page.next.map { HistoryBookmark(question: question, cursor: $0) }
    return .answer("\(page.items.map(\.id)), \(page.next == nil ? "the end" : "more")")
  }

  func goOn() throws -> HistoryReply {
    guard let bookmark else { return .answer("no bookmark") }
    var query = bookmark.question.query
    query.limit = nil
    query.after = bookmark.cursor
    return .answer("\(try reader.ids(query))")
  }

  func attempt(_ body: () throws -> Void) throws {
    try writer?.attempt(body)
  }

  /// All rows.
  func everything() throws -> HistoryReply {
    let crews = try reader.rows(Query<Crew>()).map(\.row)
    let sailors = try reader.rows(Query<Sailor>()).map(\.row)
    let postcards = try reader.rows(Query<Postcard>()).map(\.row)
    for sailor in sailors where try reader.get(sailor.id)?.row != sailor {
      return .answer("\(sailor.id) is another row by identifier")
    }
    return .answer("\(crews)\n\(sailors)\n\(postcards)")
  }
}

/// What a question brings to light.
struct HistoryAnswer {
  var ids: [Identifier<Sailor>]
  var count: Int
  var pages: [[Identifier<Sailor>]]
  /// How many rows, at most a page of them, are counted after each page but the last.
  var remaining: [Int]

  var reply: HistoryReply {
    .answer("\(count): \(ids.map(\.ordinal)), \(pages.map { $0.map(\.ordinal) }), \(remaining)")
  }
}
