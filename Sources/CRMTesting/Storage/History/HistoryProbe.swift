import CRMStorage
import Foundation

/// A condition on a sailor, told twice: as a filter, and plainly.
indirect enum HistoryProbe: Sendable {
  case always
  case name(Comparison, String)
  case city(Comparison, String?)
  case age(Comparison, Int?)
  case score(Comparison, Double?)
  case born(Comparison, CalendarDate?)
  case seen(Comparison, Instant?)
  case isActive(Comparison, Bool)
  case wage(Comparison, Wage?)
  case code(Comparison, String?)
  case crew(Comparison, Identifier<Crew>?)
  case nameLength(Comparison, Int)
  case nameIs([String]), cityIs([String?]), ageIs([Int?]), wageIs([Wage?])
  case namePrefix(String), cityPrefix(String), handlePrefix(String), tagPrefix(String)
  case handle(String), tag(String)
  case written(PostcardProbe), mentioned(PostcardProbe)
  case all([HistoryProbe]), any([HistoryProbe]), not(HistoryProbe)
}

/// A condition on a postcard.
indirect enum PostcardProbe: Sendable {
  case always
  case text(Comparison, String)
  case slug(Comparison, String?)
  case aboutIsMissing
  case both(PostcardProbe, PostcardProbe), not(PostcardProbe)
}

extension HistoryProbe {
  /// The filter a storage is asked with.
  var filter: Filter<Sailor> {
    let fields = Sailor.fields
    switch self {
    case .always: return .all
    case .name(let how, let value): return how.filter(fields.name, value)
    case .city(let how, let value): return how.filter(fields.city, value)
    case .age(let how, let value): return how.filter(fields.age, value)
    case .score(let how, let value): return how.filter(fields.score, value)
    case .born(let how, let value): return how.filter(fields.born, value)
    case .seen(let how, let value): return how.filter(fields.seen, value)
    case .isActive(let how, let value): return how.filter(fields.isActive, value)
    case .wage(let how, let value): return how.filter(fields.wage, value)
    case .code(let how, let value): return how.filter(fields.code, value)
    case .crew(let how, let value): return how.filter(fields.crew, value)
    case .nameLength(let how, let value): return how.filter(fields.nameLength, value)
    case .nameIs(let values): return fields.name.isOne(of: values)
    case .cityIs(let values): return fields.city.isOne(of: values)
    case .ageIs(let values): return fields.age.isOne(of: values)
    case .wageIs(let values): return fields.wage.isOne(of: values)
    case .namePrefix(let prefix): return fields.name.hasPrefix(prefix)
    case .cityPrefix(let prefix): return fields.city.hasPrefix(prefix)
    case .handlePrefix(let prefix): return fields.everyHandle.containsPrefix(prefix)
    case .tagPrefix(let prefix): return fields.everyTag.containsPrefix(prefix)
    case .handle(let value): return fields.everyHandle.contains(value)
    case .tag(let value): return fields.everyTag.contains(value)
    case .written(let probe): return .exists(Postcard.fields.sailor) { _ in probe.filter }
    case .mentioned(let probe): return .exists(Postcard.fields.about) { _ in probe.filter }
    case .all(let parts): return Filter(.all(parts.map(\.filter.condition)))
    case .any(let parts): return Filter(.any(parts.map(\.filter.condition)))
    case .not(let part): return !part.filter
    }
  }

  /// Whether it holds, decided plainly.
  func holds(of sailor: Sailor, among postcards: [Postcard]) -> Bool {
    switch self {
    case .always: return true
    case .name(let how, let value): return how.holds(bytes(sailor.name), bytes(value))
    case .city(let how, let value):
      return how.holds(sailor.city.map(bytes), value.map(bytes))
    case .age(let how, let value): return how.holds(sailor.age, value)
    case .score(let how, let value): return how.holds(sailor.score, value)
    case .born(let how, let value): return how.holds(sailor.born, value)
    case .seen(let how, let value): return how.holds(sailor.seen, value)
    case .isActive(let how, let value): return how.holds(sailor.isActive ? 1 : 0, value ? 1 : 0)
    case .wage(let how, let value):
      if let wage = sailor.wage, let value, wage.currency != value.currency {
        return how == .notEqual
      }
      return how.holds(sailor.wage?.cents, value?.cents)
    case .code(let how, let value): return how.holds(sailor.code.map(bytes), value.map(bytes))
    case .crew(let how, let value): return how.holds(sailor.crew, value)
    case .nameLength(let how, let value): return how.holds(sailor.name.utf8.count, value)
    case .nameIs(let values): return values.contains { bytes($0) == bytes(sailor.name) }
    case .cityIs(let values):
      return values.contains { $0 != nil && $0.map(bytes) == sailor.city.map(bytes) }
    case .ageIs(let values): return values.contains { $0 != nil && $0 == sailor.age }
    case .wageIs(let values): return values.contains { $0 != nil && $0 == sailor.wage }
    case .namePrefix(let prefix): return bytes(sailor.name).hasPrefix(bytes(prefix))
    case .cityPrefix(let prefix):
      return sailor.city.map { bytes($0).hasPrefix(bytes(prefix)) } ?? false
    case .handlePrefix(let prefix):
      return sailor.handles.contains { bytes($0).hasPrefix(bytes(prefix)) }
    case .tagPrefix(let prefix): return sailor.tags.contains { bytes($0).hasPrefix(bytes(prefix)) }
    case .handle(let value): return sailor.handles.contains { bytes($0) == bytes(value) }
    case .tag(let value): return sailor.tags.contains { bytes($0) == bytes(value) }
    case .written(let probe):
      return postcards.contains { $0.sailor == sailor.id && probe.holds(of: $0) }
    case .mentioned(let probe):
      return postcards.contains { $0.about == sailor.id && probe.holds(of: $0) }
    case .all(let parts): return !parts.contains { !$0.holds(of: sailor, among: postcards) }
    case .any(let parts): return parts.contains { $0.holds(of: sailor, among: postcards) }
    case .not(let part): return !part.holds(of: sailor, among: postcards)
    }
  }
}

extension PostcardProbe {
  fileprivate var filter: Filter<Postcard> {
    switch self {
    case .always: .all
    case .text(let how, let value): how.filter(Postcard.fields.text, value)
    case .slug(let how, let value): how.filter(Postcard.fields.slug, value)
    case .aboutIsMissing: Postcard.fields.about.isMissing
    case .both(let a, let b): a.filter && b.filter
    case .not(let part): !part.filter
    }
  }

  fileprivate func holds(of postcard: Postcard) -> Bool {
    switch self {
    case .always: true
    case .text(let how, let value): how.holds(bytes(postcard.text), bytes(value))
    case .slug(let how, let value): how.holds(postcard.slug.map(bytes), value.map(bytes))
    case .aboutIsMissing: postcard.about == nil
    case .both(let a, let b): a.holds(of: postcard) && b.holds(of: postcard)
    case .not(let part): !part.holds(of: postcard)
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

private func bytes(_ text: String) -> TextBytes {
  TextBytes(text.precomposedStringWithCanonicalMapping)
}
