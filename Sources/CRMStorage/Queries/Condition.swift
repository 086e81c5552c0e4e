/// What a filter says, without the record's type: a tree that can be stored and sent.
///
/// A comparison with a missing value is false, whatever it compares, and ``not(_:)`` turns it
/// into true: `city != "Rome"` leaves out rows without a city, `!(city == "Rome")` has them.
///
/// Conditions nest up to 24 levels deep, where ``exists(record:through:_:)`` counts for three;
/// a query with a deeper one is refused. How many stand side by side is not limited.
public indirect enum Condition: Sendable, Hashable, Codable {
  /// True of every row.
  case always
  /// How a field stands to a constant, which has a value for each of the field's columns.
  /// For a field of many values, whether one of them does.
  case compare(field: String, Comparison, value: [Value])
  /// A field is one of several constants.
  case among(field: String, values: [[Value]])
  /// A field's text begins with these bytes.
  case hasPrefix(field: String, String)
  /// A field has no value.
  case isMissing(field: String)
  /// All of several conditions hold.
  case all([Condition])
  /// At least one of several conditions holds.
  case any([Condition])
  /// A condition does not hold.
  case not(Condition)
  /// Another record refers to the row through a field and meets a condition.
  case exists(record: String, through: String, Condition)
}

extension Condition {
  /// The conditions that must all hold, with nested ``all(_:)`` flattened.
  public var conjuncts: [Condition] {
    switch self {
    case .always: []
    case .all(let conditions):
      conditions.allSatisfy { $0.isConjunct } ? conditions : conditions.flatMap(\.conjuncts)
    default: [self]
    }
  }

  /// Whether the condition is its only conjunct.
  private var isConjunct: Bool {
    switch self {
    case .always, .all: false
    default: true
    }
  }

  /// The conditions one of which must hold, with nested ``any(_:)`` flattened.
  public var disjuncts: [Condition] {
    switch self {
    case .any(let conditions): conditions.flatMap(\.disjuncts)
    default: [self]
    }
  }

  /// That this holds and another; only this level of both is looked at, as filters are built a
  /// condition at a time.
  @usableFromInline
  func and(_ other: Condition) -> Condition {
    var parts: [Condition] = []
    parts.reserveCapacity(4)
    add(to: &parts)
    other.add(to: &parts)
    return .all(parts)
  }

  private func add(to parts: inout [Condition]) {
    switch self {
    case .always: return
    case .all(let conditions): parts += conditions
    default: parts.append(self)
    }
  }

  /// What a further alternative is added to.
  @usableFromInline
  var operandsOfAny: [Condition] {
    if case .any(let conditions) = self { conditions } else { [self] }
  }

  /// How many levels of conditions within conditions a query may have.
  ///
  /// SQLite reads a statement with a stack of 100 entries, of which a level takes up to three
  /// and a condition on another record nine.
  static let deepestNesting = 24

  /// Whether conditions within conditions go deeper than some levels; looks no deeper itself.
  func isNested(deeperThan levels: Int) -> Bool {
    switch self {
    case .all(let parts), .any(let parts):
      levels < 1 || parts.contains { !$0.isTest && $0.isNested(deeperThan: levels - 1) }
    case .not(let part): levels < 1 || part.isNested(deeperThan: levels - 1)
    case .exists(_, _, let part): levels < 3 || part.isNested(deeperThan: levels - 3)
    case .always, .compare, .among, .hasPrefix, .isMissing: false
    }
  }

  /// Whether the condition is about a single field.
  private var isTest: Bool {
    switch self {
    case .compare, .among, .hasPrefix, .isMissing: true
    default: false
    }
  }

  /// The condition that a field stands a test.
  init(_ field: String, _ test: FieldTest) {
    switch test {
    case .compare(let comparison, let value):
      self = .compare(field: field, comparison, value: value)
    case .among(let values): self = .among(field: field, values: values)
    case .hasPrefix(let prefix): self = .hasPrefix(field: field, prefix)
    case .isMissing: self = .isMissing(field: field)
    }
  }

  /// The field and the question of a condition about a single field.
  public var fieldTest: (field: String, test: FieldTest)? {
    switch self {
    case .compare(let field, let comparison, let value): (field, .compare(comparison, value))
    case .among(let field, let values): (field, .among(values))
    case .hasPrefix(let field, let prefix): (field, .hasPrefix(prefix))
    case .isMissing(let field): (field, .isMissing)
    default: nil
    }
  }
}
