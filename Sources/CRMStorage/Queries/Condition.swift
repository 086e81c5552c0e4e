/// What a filter says, without the record's type: a tree that can be stored and sent.
///
/// A comparison with a missing value is false, whatever it compares, and ``not(_:)`` turns it
/// into true: `city != "Rome"` leaves out rows without a city, `!(city == "Rome")` has them.
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
    case .all(let conditions): conditions.flatMap(\.conjuncts)
    default: [self]
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
