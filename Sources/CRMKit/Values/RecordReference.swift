/// Names what something belongs to: a record of the store, or a thing the host keeps elsewhere.
///
///     RecordReference(order.id)             // an order of this store
///     RecordReference("tickets", "T-1042")  // a kind that the store does not hold
public struct RecordReference: Described, Codable {
  /// The stored name of the kind, such as `orders`, or a name of the host's own.
  public var kind: String

  /// The record's identifier as text, or the host's own name of the thing.
  public var name: String

  /// Names a record of the store, which must exist where the reference is used.
  public init<R: Record>(_ id: Identifier<R>) {
    self.init(R.schema.name, id.description)
  }

  /// Names a thing by its kind and its name there.
  ///
  /// Where the store holds the kind, the name is the identifier of a record that exists.
  public init(_ kind: String, _ name: String) {
    self.kind = kind
    self.name = name
  }

  /// Both with a colon between, as indexes have them.
  public var key: String { "\(kind):\(name)" }

  /// The identifier it names; `nil` where it names a record of another kind.
  public func id<R: Record>(of kind: R.Type) -> Identifier<R>? {
    self.kind == R.schema.name ? Identifier(name) : nil
  }

  private struct Fields: Sendable {
    let kind = Field<RecordReference, String>("kind", { $0.kind }, { $0.kind = $1 })
    let name = Field<RecordReference, String>("name", { $0.name }, { $0.name = $1 })
  }

  public static let layout = Layout(Fields(), blank: RecordReference("", ""))
}

extension RecordReference {
  static let mostInList = 100

  /// Every problem of a list of references; what they name is looked up elsewhere.
  static func problems(of references: [RecordReference], in field: String) -> [CRMError.Issue] {
    guard references.count <= mostInList else {
      return [.init(field, "has more than \(mostInList) entries")]
    }
    var problems: [CRMError.Issue] = []
    var known: Set<RecordReference> = []
    for (index, reference) in references.enumerated() {
      let place = "\(field)[\(index)]"
      problems += TextRules.problems(of: reference.kind, in: "\(place).kind", within: 60)
      problems += TextRules.problems(of: reference.name, in: "\(place).name", within: 200)
      if reference.kind.utf8.contains(UInt8(ascii: ":")) {
        problems.append(.init("\(place).kind", "contains a colon"))
      }
      if reference.kind == Customer.schema.name {
        problems.append(.init("\(place).kind", "is a customer, who is named as such"))
      }
      if !known.insert(reference).inserted { problems.append(.init(place, "is given twice")) }
    }
    return problems
  }
}

extension Transaction {
  /// Names those references that name no record, though the store holds their kind, or one that
  /// is archived.
  ///
  /// - Parameter kept: References that are there already; what they name may be gone by now.
  func unknown(
    _ references: [RecordReference], in field: String, besides kept: [RecordReference] = []
  ) throws -> [CRMError.Issue] {
    // A list that is longer is refused for that.
    guard !references.isEmpty, references.count <= RecordReference.mostInList else { return [] }
    let places = Dictionary(
      grouping: references.indices.filter { !kept.contains(references[$0]) },
      by: { references[$0].kind })
    var problems: [Int: String] = [:]
    for (kind, places) in places {
      guard let schema = engine.catalog.schema(named: kind) else { continue }
      let found = try archivals(of: schema.recordType, among: places.map { references[$0].name })
      for place in places {
        switch found[references[place].name] {
        case nil: problems[place] = "names no record among \(kind)"
        case true?: problems[place] = "names a record among \(kind) that is archived"
        case false?: break
        }
      }
    }
    return problems.sorted { $0.key < $1.key }.map { .init("\(field)[\($0.key)]", $0.value) }
  }

  /// Names those customers of a list about whom there can be nothing new: they do not exist, or
  /// their files are archived.
  func unknown(_ customers: [Customer.ID], in field: String) throws -> [CRMError.Issue] {
    if customers.isEmpty { return [] }
    let known = try records(of: Customer.self).find(customers)
    return customers.enumerated().compactMap { index, id in
      Self.problem(with: id, known[id], in: "\(field)[\(index)]")
    }
  }

  /// What keeps something new from being about a customer: who does not exist, or whose file is
  /// archived.
  func problem(with customer: Customer.ID, in field: String = "customer") throws
    -> CRMError.Issue?
  {
    // Of the file no more is needed, and it is asked for with every contact and order.
    let found = try records(of: Customer.self).find(
      customer, reading: [Customer.fields.archivedAt.erased])
    return Self.problem(with: customer, isArchived: found?.row.isArchived, in: field)
  }

  /// The same of a customer who was looked for, and found if there is one.
  static func problem(with id: Customer.ID, _ customer: Customer?, in field: String)
    -> CRMError.Issue?
  {
    problem(with: id, isArchived: customer?.isArchived, in: field)
  }

  private static func problem(with id: Customer.ID, isArchived: Bool?, in field: String)
    -> CRMError.Issue?
  {
    guard let isArchived else { return .init(field, "\(id) does not exist") }
    return isArchived ? .init(field, "\(id) is archived") : nil
  }

  /// Whether the records that some names have are archived, where there are such records; in
  /// capitals it would be another key than that of the same record.
  private func archivals<R: Record>(of kind: R.Type, among names: [String]) throws
    -> [String: Bool]
  {
    let canBeArchived = R.self is any Archivable.Type
    var archivals: [String: Bool] = [:]
    let ids = names.compactMap { Identifier<R>($0) }
    for case let found? in try records(of: kind).rows(ids) {
      archivals[found.row.id.description] =
        canBeArchived && (found.row as? any Archivable)?.archivedAt != nil
    }
    return archivals
  }
}

/// What can be put away, so that nothing new names it.
protocol Archivable: Record {
  /// When it was put away, if it was.
  var archivedAt: Instant? { get }
}

extension CRMError {
  /// The failure of an input with problems of its own, of which some may name what does not
  /// exist, or of one that does nothing but that.
  static func refusal(_ record: String, _ problems: [Issue], unknown: [Issue]) -> CRMError {
    problems.isEmpty ? unknownReferences(record, unknown) : invalid(record, problems + unknown)
  }

  /// The failure of an input that names what does not exist or is archived, with every such place.
  static func unknownReferences(_ record: String, _ issues: [Issue]) -> CRMError {
    CRMError(
      .unknownReference,
      "\(record): \(issues.count == 1 ? "one reference leads" : "\(issues.count) references lead")"
        + " nowhere, or to what is archived.",
      recovery: "Add or restore what they name first.", issues: issues, record: record)
  }
}
