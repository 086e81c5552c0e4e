import CRMStorage
import Foundation

/// What storages are compared with: dictionaries, and the rules written out plainly.
final class ModelTarget: HistoryTarget {
  /// All rows.
  struct Tables {
    var crews: [Identifier<Crew>: Crew] = [:]
    var sailors: [Identifier<Sailor>: Sailor] = [:]
    var postcards: [Identifier<Postcard>: Postcard] = [:]
  }

  var tables = Tables()
  private var bookmark: (question: HistoryQuestion, row: Sailor)?

  func perform(_ edit: HistoryEdit) -> HistoryReply {
    switch edit {
    case .insertCrew(let row): insert(normal(row), \.crews, obstacle)
    case .updateCrew(let row): update(normal(row), \.crews, obstacle)
    case .deleteCrew(let id): delete(id, \.crews, referrers(to: id))
    case .insertSailor(let row): insert(normal(row), \.sailors, obstacle)
    case .updateSailor(let row): update(normal(row), \.sailors, obstacle)
    case .deleteSailor(let id): delete(id, \.sailors, referrers(to: id))
    case .insertPostcard(let row): insert(normal(row), \.postcards, obstacle)
    case .updatePostcard(let row): update(normal(row), \.postcards, obstacle)
    case .deletePostcard(let id): delete(id, \.postcards, [])
    }
  }

  private typealias Obstacle = (code: StorageError.Code, places: Set<String>)

  private func insert<R: Record>(
    _ row: R, _ table: WritableKeyPath<Tables, [Identifier<R>: R]>, _ obstacle: (R) -> Obstacle?
  ) -> HistoryReply {
    if tables[keyPath: table][row.id] != nil {
      return refused(row.id, .duplicate, [HistoryReply.place("id", row.id.description)])
    }
    if let found = obstacle(row) { return refused(row.id, found.code, found.places) }
    tables[keyPath: table][row.id] = row
    return .done
  }

  private func update<R: Record>(
    _ row: R, _ table: WritableKeyPath<Tables, [Identifier<R>: R]>, _ obstacle: (R) -> Obstacle?
  ) -> HistoryReply {
    if tables[keyPath: table][row.id] == nil { return refused(row.id, .notFound, []) }
    if let found = obstacle(row) { return refused(row.id, found.code, found.places) }
    tables[keyPath: table][row.id] = row
    return .done
  }

  private func delete<R: Record>(
    _ id: Identifier<R>, _ table: WritableKeyPath<Tables, [Identifier<R>: R]>,
    _ referrers: Set<String>
  ) -> HistoryReply {
    if tables[keyPath: table][id] == nil { return refused(id, .notFound, []) }
    if !referrers.isEmpty { return refused(id, .stillReferenced, referrers) }
    tables[keyPath: table][id] = nil
    return .done
  }

  private func refused<R: Record>(
    _ id: Identifier<R>, _ code: StorageError.Code, _ places: Set<String>
  ) -> HistoryReply {
    .refused(
      .init(code: code, record: R.schema.name, identifier: id.description, places: places))
  }

  private func obstacle(_ crew: Crew) -> Obstacle? {
    if let parent = crew.parent, parent != crew.id, tables.crews[parent] == nil {
      return (.unknownReference, [HistoryReply.place("parent", nil)])
    }
    return taken(tables.crews, by: crew, "name") { $0.name == crew.name }
  }

  private func obstacle(_ sailor: Sailor) -> Obstacle? {
    if let crew = sailor.crew, tables.crews[crew] == nil {
      return (.unknownReference, [HistoryReply.place("crew", nil)])
    }
    return taken(tables.sailors, by: sailor, "code") { $0.code != nil && $0.code == sailor.code }
      ?? taken(tables.sailors, by: sailor, "crew_number") {
        $0.crew != nil && $0.number != nil && $0.crew == sailor.crew && $0.number == sailor.number
      }
      ?? taken(tables.sailors, by: sailor, "every_handle") {
        !Set($0.handles).isDisjoint(with: sailor.handles)
      }
  }

  private func obstacle(_ postcard: Postcard) -> Obstacle? {
    if tables.sailors[postcard.sailor] == nil {
      return (.unknownReference, [HistoryReply.place("sailor", nil)])
    }
    if let about = postcard.about, tables.sailors[about] == nil {
      return (.unknownReference, [HistoryReply.place("about", nil)])
    }
    return taken(tables.postcards, by: postcard, "slug") {
      $0.slug != nil && $0.slug == postcard.slug
    }
  }

  private func taken<R: Record>(
    _ rows: [Identifier<R>: R], by row: R, _ index: String, _ collides: (R) -> Bool
  ) -> Obstacle? {
    let holders = rows.values.filter { $0.id != row.id && collides($0) }
    guard !holders.isEmpty else { return nil }
    return (.duplicate, Set(holders.map { HistoryReply.place(index, $0.id.description) }))
  }

  private func referrers(to id: Identifier<Crew>) -> Set<String> {
    let crews = tables.crews.values.filter { $0.parent == id && $0.id != id }
    let sailors = tables.sailors.values.filter { $0.crew == id }
    return Set(
      crews.map { HistoryReply.place("crews.parent", $0.id.description) }
        + sailors.map { HistoryReply.place("sailors.crew", $0.id.description) })
  }

  private func referrers(to id: Identifier<Sailor>) -> Set<String> {
    let owned = tables.postcards.values.filter { $0.sailor == id }
    let about = tables.postcards.values.filter { $0.about == id }
    return Set(
      owned.map { HistoryReply.place("postcards.sailor", $0.id.description) }
        + about.map { HistoryReply.place("postcards.about", $0.id.description) })
  }

  func attempt(_ body: () throws -> Void) throws {
    let before = tables
    do {
      try body()
    } catch {
      tables = before
      throw error
    }
  }

  private func sorted(_ question: HistoryQuestion) -> [Sailor] {
    let postcards = Array(tables.postcards.values)
    return tables.sailors.values.filter { question.probe.holds(of: $0, among: postcards) }
      .sorted(by: question.precedes)
  }

  func ask(_ question: HistoryQuestion) -> HistoryReply {
    let all = sorted(question).map(\.id)
    let limited = Array(all.prefix(question.limit ?? all.count))
    let size = question.pageSize
    let starts = all.isEmpty ? [0] : Array(stride(from: 0, to: all.count, by: size))
    let pages = starts.map { Array(all[$0..<min($0 + size, all.count)]) }
    let remaining = starts.dropFirst().map { min(size, all.count - $0) }
    return HistoryAnswer(ids: limited, count: limited.count, pages: pages, remaining: remaining)
      .reply
  }

  func mark(_ question: HistoryQuestion) -> HistoryReply {
    let all = sorted(question)
    let page = all.prefix(question.pageSize)
    bookmark = all.count > page.count ? page.last.map { (question, $0) } : nil
    return .answer("\(page.map(\.id)), \(bookmark == nil ? "the end" : "more")")
  }

  func goOn() -> HistoryReply {
    guard let (question, row) = bookmark else { return .answer("no bookmark") }
    return .answer("\(sorted(question).filter { question.precedes(row, $0) }.map(\.id))")
  }

  /// All rows.
  var everything: HistoryReply {
    let crews = tables.crews.values.sorted { $0.id < $1.id }
    let sailors = tables.sailors.values.sorted { $0.id < $1.id }
    let postcards = tables.postcards.values.sorted { $0.id < $1.id }
    return .answer("\(crews)\n\(sailors)\n\(postcards)")
  }
}

private func normal(_ text: String) -> String { text.precomposedStringWithCanonicalMapping }

private func normal(_ crew: Crew) -> Crew {
  var crew = crew
  crew.name = normal(crew.name)
  return crew
}

private func normal(_ sailor: Sailor) -> Sailor {
  var sailor = sailor
  sailor.name = normal(sailor.name)
  sailor.city = sailor.city.map(normal)
  sailor.code = sailor.code.map(normal)
  sailor.handles = sailor.handles.map(normal)
  sailor.tags = sailor.tags.map(normal)
  return sailor
}

private func normal(_ postcard: Postcard) -> Postcard {
  var postcard = postcard
  postcard.text = normal(postcard.text)
  postcard.slug = postcard.slug.map(normal)
  return postcard
}
