import CRMStorage

/// A transaction of a storage that a history is played on.
final class StorageTarget: HistoryTarget {
  private let reader: any StorageReader
  private let writer: (any StorageWriter)?
  private(set) var bookmark: Bookmark?

  init(reader: any StorageReader, _ bookmark: Bookmark?) {
    self.reader = reader
    writer = nil
    self.bookmark = bookmark
  }

  init(writer: any StorageWriter, _ bookmark: Bookmark?) {
    reader = writer
    self.writer = writer
    self.bookmark = bookmark
  }

  func perform(_ edit: Edit) throws -> Reply {
    do {
      switch edit {
      case .insertTeam(let row): try insert(row)
      case .insertPerson(let row): try insert(row)
      case .insertNote(let row): try insert(row)
      case .updateTeam(let row): try update(row)
      case .updatePerson(let row): try update(row)
      case .updateNote(let row): try update(row)
      case .deleteTeam(let id): try delete(Team(id: id))
      case .deletePerson(let id): try delete(Person(id: id))
      case .deleteNote(let id): try delete(Note(id: id, person: .zero))
      }
      return .done
    } catch let error as StorageError {
      return Reply(error)
    }
  }

  private func insert<R: Record>(_ row: R) throws { try writer?.add(row) }

  private func update<R: Record>(_ row: R) throws {
    try writer?.update(try R.schema.hold(row), from: try reader.get(row.id) ?? Held(row))
  }

  private func delete<R: Record>(_ blank: R) throws {
    try writer?.delete(try reader.get(blank.id) ?? Held(blank))
  }

  func ask(_ question: Question) throws -> Reply {
    var query = question.query
    let ids = try reader.ids(query)
    let count = try reader.count(query)
    // The same rows once more, page by page.
    query.limit = question.pageSize
    var pages: [[Identifier<Person>]] = []
    var remaining: [Int] = []
    repeat {
      let page = try reader.page(query)
      pages.append(page.items.map(\.id))
      query.after = page.next
      if page.next != nil { remaining.append(try reader.count(query)) }
    } while query.after != nil && pages.count < 1_000
    return Answer(ids: ids, count: count, pages: pages, remaining: remaining).reply
  }

  func mark(_ question: Question) throws -> Reply {
    var query = question.query
    query.limit = question.pageSize
    let page = try reader.page(query)
    bookmark = page.next.map { Bookmark(question: question, cursor: $0) }
    return .answer("\(page.items.map(\.id)), \(page.next == nil ? "the end" : "more")")
  }

  func goOn() throws -> Reply {
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
  func everything() throws -> Reply {
    let teams = try reader.rows(Query<Team>()).map(\.row)
    let people = try reader.rows(Query<Person>()).map(\.row)
    let notes = try reader.rows(Query<Note>()).map(\.row)
    for person in people where try reader.get(person.id)?.row != person {
      return .answer("\(person.id) is another row by identifier")
    }
    return .answer("\(teams)\n\(people)\n\(notes)")
  }
}

/// What a question brings to light.
struct Answer {
  var ids: [Identifier<Person>]
  var count: Int
  var pages: [[Identifier<Person>]]
  /// How many rows, at most a page of them, are counted after each page but the last.
  var remaining: [Int]

  var reply: Reply {
    .answer("\(count): \(ids.map(\.ordinal)), \(pages.map { $0.map(\.ordinal) }), \(remaining)")
  }
}
