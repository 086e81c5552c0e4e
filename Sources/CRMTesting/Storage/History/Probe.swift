import CRMStorage
import Foundation

/// A condition on a person, told twice: as a filter, and plainly.
indirect enum Probe: Sendable {
  case always
  case name(Comparison, String)
  case city(Comparison, String?)
  case age(Comparison, Int?)
  case score(Comparison, Double?)
  case born(Comparison, CalendarDate?)
  case seen(Comparison, Instant?)
  case isActive(Comparison, Bool)
  case fee(Comparison, Fee?)
  case code(Comparison, String?)
  case team(Comparison, Identifier<Team>?)
  case nameLength(Comparison, Int)
  case nameIs([String]), cityIs([String?]), ageIs([Int?]), feeIs([Fee?])
  case namePrefix(String), cityPrefix(String), handlePrefix(String), tagPrefix(String)
  case handle(String), tag(String)
  case written(NoteProbe), mentioned(NoteProbe)
  case all([Probe]), any([Probe]), not(Probe)
}

/// A condition on a note.
indirect enum NoteProbe: Sendable {
  case always
  case text(Comparison, String)
  case slug(Comparison, String?)
  case aboutIsMissing
  case both(NoteProbe, NoteProbe), not(NoteProbe)
}

extension Probe {
  /// The filter a storage is asked with.
  var filter: Filter<Person> {
    let fields = Person.fields
    switch self {
    case .always: return .all
    case .name(let how, let value): return how.filter(fields.name, value)
    case .city(let how, let value): return how.filter(fields.city, value)
    case .age(let how, let value): return how.filter(fields.age, value)
    case .score(let how, let value): return how.filter(fields.score, value)
    case .born(let how, let value): return how.filter(fields.born, value)
    case .seen(let how, let value): return how.filter(fields.seen, value)
    case .isActive(let how, let value): return how.filter(fields.isActive, value)
    case .fee(let how, let value): return how.filter(fields.fee, value)
    case .code(let how, let value): return how.filter(fields.code, value)
    case .team(let how, let value): return how.filter(fields.team, value)
    case .nameLength(let how, let value): return how.filter(fields.nameLength, value)
    case .nameIs(let values): return fields.name.isOne(of: values)
    case .cityIs(let values): return fields.city.isOne(of: values)
    case .ageIs(let values): return fields.age.isOne(of: values)
    case .feeIs(let values): return fields.fee.isOne(of: values)
    case .namePrefix(let prefix): return fields.name.hasPrefix(prefix)
    case .cityPrefix(let prefix): return fields.city.hasPrefix(prefix)
    case .handlePrefix(let prefix): return fields.everyHandle.containsPrefix(prefix)
    case .tagPrefix(let prefix): return fields.everyTag.containsPrefix(prefix)
    case .handle(let value): return fields.everyHandle.contains(value)
    case .tag(let value): return fields.everyTag.contains(value)
    case .written(let probe): return .exists(Note.fields.person) { _ in probe.filter }
    case .mentioned(let probe): return .exists(Note.fields.about) { _ in probe.filter }
    case .all(let parts): return Filter(.all(parts.map(\.filter.condition)))
    case .any(let parts): return Filter(.any(parts.map(\.filter.condition)))
    case .not(let part): return !part.filter
    }
  }

  /// Whether it holds, decided plainly.
  func holds(of person: Person, among notes: [Note]) -> Bool {
    switch self {
    case .always: return true
    case .name(let how, let value): return how.holds(bytes(person.name), bytes(value))
    case .city(let how, let value):
      return how.holds(person.city.map(bytes), value.map(bytes))
    case .age(let how, let value): return how.holds(person.age, value)
    case .score(let how, let value): return how.holds(person.score, value)
    case .born(let how, let value): return how.holds(person.born, value)
    case .seen(let how, let value): return how.holds(person.seen, value)
    case .isActive(let how, let value): return how.holds(person.isActive ? 1 : 0, value ? 1 : 0)
    case .fee(let how, let value):
      if let fee = person.fee, let value, fee.currency != value.currency { return how == .notEqual }
      return how.holds(person.fee?.cents, value?.cents)
    case .code(let how, let value): return how.holds(person.code.map(bytes), value.map(bytes))
    case .team(let how, let value): return how.holds(person.team, value)
    case .nameLength(let how, let value): return how.holds(person.name.utf8.count, value)
    case .nameIs(let values): return values.contains { bytes($0) == bytes(person.name) }
    case .cityIs(let values):
      return values.contains { $0 != nil && $0.map(bytes) == person.city.map(bytes) }
    case .ageIs(let values): return values.contains { $0 != nil && $0 == person.age }
    case .feeIs(let values): return values.contains { $0 != nil && $0 == person.fee }
    case .namePrefix(let prefix): return bytes(person.name).hasPrefix(bytes(prefix))
    case .cityPrefix(let prefix):
      return person.city.map { bytes($0).hasPrefix(bytes(prefix)) } ?? false
    case .handlePrefix(let prefix):
      return person.handles.contains { bytes($0).hasPrefix(bytes(prefix)) }
    case .tagPrefix(let prefix): return person.tags.contains { bytes($0).hasPrefix(bytes(prefix)) }
    case .handle(let value): return person.handles.contains { bytes($0) == bytes(value) }
    case .tag(let value): return person.tags.contains { bytes($0) == bytes(value) }
    case .written(let probe):
      return notes.contains { $0.person == person.id && probe.holds(of: $0) }
    case .mentioned(let probe):
      return notes.contains { $0.about == person.id && probe.holds(of: $0) }
    case .all(let parts): return !parts.contains { !$0.holds(of: person, among: notes) }
    case .any(let parts): return parts.contains { $0.holds(of: person, among: notes) }
    case .not(let part): return !part.holds(of: person, among: notes)
    }
  }
}

extension NoteProbe {
  fileprivate var filter: Filter<Note> {
    switch self {
    case .always: .all
    case .text(let how, let value): how.filter(Note.fields.text, value)
    case .slug(let how, let value): how.filter(Note.fields.slug, value)
    case .aboutIsMissing: Note.fields.about.isMissing
    case .both(let a, let b): a.filter && b.filter
    case .not(let part): !part.filter
    }
  }

  fileprivate func holds(of note: Note) -> Bool {
    switch self {
    case .always: true
    case .text(let how, let value): how.holds(bytes(note.text), bytes(value))
    case .slug(let how, let value): how.holds(note.slug.map(bytes), value.map(bytes))
    case .aboutIsMissing: note.about == nil
    case .both(let a, let b): a.holds(of: note) && b.holds(of: note)
    case .not(let part): !part.holds(of: note)
    }
  }
}

extension Comparison {
  fileprivate func filter<R: Record, V>(_ field: Field<R, V>, _ value: V) -> Filter<R> {
    switch self {
    case .equal: field == value
    case .notEqual: field != value
    case .less: field < value
    case .lessOrEqual: field <= value
    case .greater: field > value
    case .greaterOrEqual: field >= value
    }
  }

  fileprivate func holds<V: Comparable>(_ value: V?, _ constant: V?) -> Bool {
    guard let constant else {
      return self == .equal ? value == nil : self == .notEqual ? value != nil : false
    }
    guard let value else { return false }
    return switch self {
    case .equal: value == constant
    case .notEqual: value != constant
    case .less: value < constant
    case .lessOrEqual: value < constant || value == constant
    case .greater: value > constant
    case .greaterOrEqual: value > constant || value == constant
    }
  }
}

private func bytes(_ text: String) -> Bytes {
  Bytes(text.precomposedStringWithCanonicalMapping)
}
