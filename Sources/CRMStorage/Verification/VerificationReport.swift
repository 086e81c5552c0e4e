/// What a look at everything in a store found.
public struct VerificationReport: Sendable, Hashable {
  /// How many rows were looked at, by the stored name of their kind.
  public internal(set) var rows: [String: Int] = [:]

  /// What is wrong, naming kinds, fields and rows; up to a hundred of them.
  public internal(set) var problems: [StorageError] = []

  /// What the store fails to do by itself, which makes nothing that it holds unsound.
  public package(set) var health = StorageHealth()

  /// Whether nothing is wrong with what the store holds.
  public var isSound: Bool { problems.isEmpty }

  private static let mostProblems = 100

  /// A report of nothing.
  public init() {}

  /// Notes a problem, unless it is known.
  public mutating func note(_ problem: StorageError) {
    guard problems.count < Self.mostProblems, !problems.contains(problem) else { return }
    problems.append(problem)
  }

  /// Notes that a part of the store does not agree with another.
  ///
  /// - Parameters:
  ///   - kind: The stored name of the kind of record.
  ///   - field: The field.
  ///   - id: What names the record or whose it is; no personal data.
  ///   - reason: What is wrong, as a sentence without its end.
  public mutating func noteDamage(
    of kind: String, field: String? = nil, id: String? = nil, _ reason: String
  ) {
    note(.damaged(kind, field: field, id: id, reason))
  }

  /// Looks at every row that a snapshot has: whether it can be read, is in the form in which
  /// values are kept, and names rows that exist.
  ///
  /// - Throws: ``StorageError`` where the store cannot be read at all.
  /// - Complexity: O(*n* log *n*) in the rows; it holds a few hundred of them at a time.
  public mutating func look(at reader: any StorageReader) throws {
    for schema in reader.catalog.schemas { try look(at: schema.recordType, in: reader) }
  }

  private mutating func look<R: Record>(
    at kind: R.Type, in reader: any StorageReader
  ) throws {
    let schema = R.schema
    let prepared = try PreparedQuery(Query<R>(), in: reader.catalog)
    var references = ReferenceCheck<R>()
    var query = Query<R>()
    rows[schema.name] = 0
    while true {
      do {
        try reader.scan(query) { row in
          rows[schema.name, default: 0] += 1
          do throws(StorageError) {
            if try !schema.isFit(row) { note(.notAsKept(row.id, of: schema.name)) }
          } catch {
            note(error)
          }
          for problem in try references.take(row, in: reader) { note(problem) }
          return true
        }
        break
      } catch let error as StorageError where error.code == .invalidValue {
        // A row that cannot be read is passed over.
        note(error)
        rows[schema.name, default: 0] += 1
        guard let id = error.identifier.flatMap(Identifier<R>.init),
          query.after.map({ $0.id < id }) ?? true
        else { break }
        query.after = prepared.cursor(after: id)
      }
    }
    for problem in try references.finish(in: reader) { note(problem) }
  }
}

extension VerificationReport: CustomStringConvertible {
  /// The number of rows, and a line for each problem and each trouble.
  public var description: String {
    let count = rows.values.reduce(0, +)
    let line = "\(count) rows, \(isSound ? "nothing wrong" : "\(problems.count) problems")"
    return ([line] + (problems + health.troubles).map(\.description)).joined(separator: "\n")
  }
}

extension StorageError {
  /// A part of a store that does not agree with another.
  package static func damaged(
    _ kind: String, field: String? = nil, id: String? = nil, _ reason: String
  ) -> StorageError {
    let place = [kind, field].compactMap(\.self).joined(separator: ".")
    return StorageError(
      .corrupt, "\(place)\(id.map { " of \($0)" } ?? ""): \(reason).",
      recovery: "Restore a backup, or write what can be read into a new store.", record: kind,
      field: field, identifier: id)
  }

  fileprivate static func notAsKept<R>(_ id: Identifier<R>, of kind: String) -> StorageError {
    .damaged(kind, id: id.description, "a value is not in the form in which values are kept")
  }
}

/// Collects what rows refer to, and looks for it some hundreds at a time.
private struct ReferenceCheck<R: Record> {
  private struct Link {
    let field: String
    let target: any Record.Type
    let read: @Sendable (Held<R>) -> [Value]
    var waiting: [(row: Identifier<R>, named: Identifier<Never>)] = []
  }

  private static var batch: Int { 500 }

  private var links: [Link] = R.schema.fields.compactMap { field in
    field.reference.map { target in
      Link(field: field.name, target: target, read: { field.values(of: $0) })
    }
  }

  mutating func take(_ row: Held<R>, in reader: any StorageReader) throws -> [StorageError] {
    var problems: [StorageError] = []
    for position in links.indices {
      guard case .identifier(let high, let low)? = links[position].read(row).first else { continue }
      links[position].waiting.append((row.id, Identifier(high: high, low: low)))
      if links[position].waiting.count >= Self.batch {
        problems += try lookUp(position, in: reader)
      }
    }
    return problems
  }

  mutating func finish(in reader: any StorageReader) throws -> [StorageError] {
    try links.indices.flatMap { try lookUp($0, in: reader) }
  }

  private mutating func lookUp(
    _ position: Int, in reader: any StorageReader
  ) throws -> [StorageError] {
    let link = links[position]
    links[position].waiting = []
    let named = Array(Set(link.waiting.map(\.named)))
    let missing = try Set(Self.missing(named, as: link.target, in: reader))
    return link.waiting.filter { missing.contains($0.named) }.map {
      R.schema.unknownReference($0.row, field: link.field)
    }
  }

  private static func missing<Target: Record>(
    _ named: [Identifier<Never>], as target: Target.Type, in reader: any StorageReader
  ) throws -> [Identifier<Never>] {
    let ids = named.map { Identifier<Target>(high: $0.high, low: $0.low) }
    do {
      return try zip(named, reader.get(ids)).filter { $1 == nil }.map(\.0)
    } catch let error as StorageError where error.code == .invalidValue {
      // One of them cannot be read, and is told of where its kind is looked at.
      return []
    }
  }
}
