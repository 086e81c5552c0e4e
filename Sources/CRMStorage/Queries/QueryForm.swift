/// What a query asks but for its constants: one statement answers all queries of a form.
package struct QueryForm: Sendable {
  // Held, so that no other field comes to lie at the place of one while a form is known.
  private let fields: [FieldShape]
  private let codes: [UInt8]

  /// The form of a query; `nil` where it goes on from a place, or asks for more than how single
  /// fields stand to constants.
  fileprivate init?(_ query: CheckedQuery) {
    guard !query.hasFurtherParts, query.after == nil else { return nil }
    var codes: [UInt8] = []
    codes.reserveCapacity(query.parts.count + query.sortFields.count + 2)
    for part in query.parts {
      guard let code = part.test.code else { return nil }
      codes.append(code)
    }
    for isAscending in query.fieldDirections { codes.append(isAscending ? 21 : 20) }
    codes.append(query.isIdentifierAscending ? 31 : 30)
    codes.append(query.limit == nil ? 40 : 41)
    fields = query.parts.map(\.field) + query.sortFields
    self.codes = codes
  }
}

extension QueryForm: Hashable {
  package static func == (a: QueryForm, b: QueryForm) -> Bool {
    a.codes == b.codes && a.fields.elementsEqual(b.fields, by: ===)
  }

  package func hash(into hasher: inout Hasher) {
    for field in fields { hasher.combine(ObjectIdentifier(field)) }
    hasher.combine(codes)
  }
}

extension PreparedQuery {
  /// What it asks but for its constants, where that is simple.
  package var form: QueryForm? { QueryForm(checked) }

  /// The constants of a query that has a form, each with the name of its field, in their order.
  package var constants: [(field: String, values: [Value])] {
    checked.parts.compactMap { part in
      guard case .compare(_, let values) = part.test else { return nil }
      return (part.field.name, values)
    }
  }
}

extension FieldTest {
  /// Tells apart what takes another statement; `nil` where that depends on the constants.
  fileprivate var code: UInt8? {
    switch self {
    case .isMissing: return 0
    case .among, .hasPrefix: return nil
    case .compare(let comparison, let values):
      // A missing value is asked for in other words.
      for value in values { if case .missing = value { return nil } }
      return switch comparison {
      case .equal: 1
      case .less: 2
      case .lessOrEqual: 3
      case .greater: 4
      case .greaterOrEqual: 5
      case .notEqual: nil
      }
    }
  }
}
