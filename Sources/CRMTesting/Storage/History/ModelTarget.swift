import CRMStorage
import Foundation

/// What storages are compared with: dictionaries, and the rules written out plainly.
final class ModelTarget: HistoryTarget {
  /// All rows.
  struct Tables {
    var teams: [Identifier<Team>: Team] = [:]
    var people: [Identifier<Person>: Person] = [:]
    var notes: [Identifier<Note>: Note] = [:]
  }

  var tables = Tables()
  private var bookmark: (question: Question, row: Person)?

  func perform(_ edit: Edit) -> Reply {
    switch edit {
    case .insertTeam(let row): insert(normal(row), \.teams, obstacle)
    case .updateTeam(let row): update(normal(row), \.teams, obstacle)
    case .deleteTeam(let id): delete(id, \.teams, referrers(to: id))
    case .insertPerson(let row): insert(normal(row), \.people, obstacle)
    case .updatePerson(let row): update(normal(row), \.people, obstacle)
    case .deletePerson(let id): delete(id, \.people, referrers(to: id))
    case .insertNote(let row): insert(normal(row), \.notes, obstacle)
    case .updateNote(let row): update(normal(row), \.notes, obstacle)
    case .deleteNote(let id): delete(id, \.notes, [])
    }
  }

  private typealias Obstacle = (code: StorageError.Code, places: Set<String>)

  private func insert<R: Record>(
    _ row: R, _ table: WritableKeyPath<Tables, [Identifier<R>: R]>, _ obstacle: (R) -> Obstacle?
  ) -> Reply {
    if tables[keyPath: table][row.id] != nil {
      return refused(row.id, .duplicate, [Reply.place("id", row.id.description)])
    }
    if let found = obstacle(row) { return refused(row.id, found.code, found.places) }
    tables[keyPath: table][row.id] = row
    return .done
  }

  private func update<R: Record>(
    _ row: R, _ table: WritableKeyPath<Tables, [Identifier<R>: R]>, _ obstacle: (R) -> Obstacle?
  ) -> Reply {
    if tables[keyPath: table][row.id] == nil { return refused(row.id, .notFound, []) }
    if let found = obstacle(row) { return refused(row.id, found.code, found.places) }
    tables[keyPath: table][row.id] = row
    return .done
  }

  private func delete<R: Record>(
    _ id: Identifier<R>, _ table: WritableKeyPath<Tables, [Identifier<R>: R]>,
    _ referrers: Set<String>
  ) -> Reply {
    if tables[keyPath: table][id] == nil { return refused(id, .notFound, []) }
    if !referrers.isEmpty { return refused(id, .stillReferenced, referrers) }
    tables[keyPath: table][id] = nil
    return .done
  }

  private func refused<R: Record>(
    _ id: Identifier<R>, _ code: StorageError.Code, _ places: Set<String>
  ) -> Reply {
    .refused(
      .init(code: code, record: R.schema.name, identifier: id.description, places: places))
  }

  private func obstacle(_ team: Team) -> Obstacle? {
    if let parent = team.parent, parent != team.id, tables.teams[parent] == nil {
      return (.unknownReference, [Reply.place("parent", nil)])
    }
    return taken(tables.teams, by: team, "name") { $0.name == team.name }
  }

  private func obstacle(_ person: Person) -> Obstacle? {
    if let team = person.team, tables.teams[team] == nil {
      return (.unknownReference, [Reply.place("team", nil)])
    }
    return taken(tables.people, by: person, "code") { $0.code != nil && $0.code == person.code }
      ?? taken(tables.people, by: person, "team_number") {
        $0.team != nil && $0.number != nil && $0.team == person.team && $0.number == person.number
      }
      ?? taken(tables.people, by: person, "every_handle") {
        !Set($0.handles).isDisjoint(with: person.handles)
      }
  }

  private func obstacle(_ note: Note) -> Obstacle? {
    if tables.people[note.person] == nil {
      return (.unknownReference, [Reply.place("person", nil)])
    }
    if let about = note.about, tables.people[about] == nil {
      return (.unknownReference, [Reply.place("about", nil)])
    }
    return taken(tables.notes, by: note, "slug") { $0.slug != nil && $0.slug == note.slug }
  }

  private func taken<R: Record>(
    _ rows: [Identifier<R>: R], by row: R, _ index: String, _ collides: (R) -> Bool
  ) -> Obstacle? {
    let holders = rows.values.filter { $0.id != row.id && collides($0) }
    guard !holders.isEmpty else { return nil }
    return (.duplicate, Set(holders.map { Reply.place(index, $0.id.description) }))
  }

  private func referrers(to id: Identifier<Team>) -> Set<String> {
    let teams = tables.teams.values.filter { $0.parent == id && $0.id != id }
    let people = tables.people.values.filter { $0.team == id }
    return Set(
      teams.map { Reply.place("teams.parent", $0.id.description) }
        + people.map { Reply.place("people.team", $0.id.description) })
  }

  private func referrers(to id: Identifier<Person>) -> Set<String> {
    let owned = tables.notes.values.filter { $0.person == id }
    let about = tables.notes.values.filter { $0.about == id }
    return Set(
      owned.map { Reply.place("notes.person", $0.id.description) }
        + about.map { Reply.place("notes.about", $0.id.description) })
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

  private func sorted(_ question: Question) -> [Person] {
    let notes = Array(tables.notes.values)
    return tables.people.values.filter { question.probe.holds(of: $0, among: notes) }
      .sorted(by: question.precedes)
  }

  func ask(_ question: Question) -> Reply {
    let all = sorted(question).map(\.id)
    let limited = Array(all.prefix(question.limit ?? all.count))
    let size = question.pageSize
    let starts = all.isEmpty ? [0] : Array(stride(from: 0, to: all.count, by: size))
    let pages = starts.map { Array(all[$0..<min($0 + size, all.count)]) }
    let remaining = starts.dropFirst().map { min(size, all.count - $0) }
    return Answer(ids: limited, count: limited.count, pages: pages, remaining: remaining).reply
  }

  func mark(_ question: Question) -> Reply {
    let all = sorted(question)
    let page = all.prefix(question.pageSize)
    bookmark = all.count > page.count ? page.last.map { (question, $0) } : nil
    return .answer("\(page.map(\.id)), \(bookmark == nil ? "the end" : "more")")
  }

  func goOn() -> Reply {
    guard let (question, row) = bookmark else { return .answer("no bookmark") }
    return .answer("\(sorted(question).filter { question.precedes(row, $0) }.map(\.id))")
  }

  /// All rows.
  var everything: Reply {
    let teams = tables.teams.values.sorted { $0.id < $1.id }
    let people = tables.people.values.sorted { $0.id < $1.id }
    let notes = tables.notes.values.sorted { $0.id < $1.id }
    return .answer("\(teams)\n\(people)\n\(notes)")
  }
}

private func normal(_ text: String) -> String { text.precomposedStringWithCanonicalMapping }

private func normal(_ team: Team) -> Team {
  var team = team
  team.name = normal(team.name)
  return team
}

private func normal(_ person: Person) -> Person {
  var person = person
  person.name = normal(person.name)
  person.city = person.city.map(normal)
  person.code = person.code.map(normal)
  person.handles = person.handles.map(normal)
  person.tags = person.tags.map(normal)
  return person
}

private func normal(_ note: Note) -> Note {
  var note = note
  note.text = normal(note.text)
  note.slug = note.slug.map(normal)
  return note
}
