/// A condition on one field, which must hold whatever else is asked.
struct QueryPart: Sendable {
  let field: FieldShape
  let test: FieldTest

  /// The only value the field can have, if the condition says so.
  let fixed: [Value]?

  init(_ test: FieldTest, of field: FieldShape) {
    self.field = field
    self.test = test
    switch test {
    case .compare(.equal, let values): fixed = values
    case .among(let constants) where constants.count == 1: fixed = constants[0]
    case .isMissing: fixed = Array(repeating: .missing, count: field.columns.count)
    default: fixed = nil
    }
  }

  /// The several values the field can have, if the condition says so.
  var choices: [[Value]]? {
    if case .among(let constants) = test, constants.count > 1 { constants } else { nil }
  }
}

/// Some of a query's parts, by their places; of the first 64, as an index has fewer fields.
struct QueryParts: Sequence, IteratorProtocol {
  static let most = 64

  private var places: UInt64 = 0

  init() {}

  /// The first of a query's parts.
  init(first count: Int) {
    places = count >= Self.most ? .max : (1 << UInt64(count)) - 1
  }

  var isEmpty: Bool { places == 0 }
  var count: Int { places.nonzeroBitCount }

  func contains(_ place: Int) -> Bool { places & (1 << UInt64(place)) != 0 }
  mutating func insert(_ place: Int) { places |= 1 << UInt64(place) }
  mutating func remove(_ place: Int) { places &= ~(1 << UInt64(place)) }
  mutating func remove(_ others: QueryParts) { places &= ~others.places }

  mutating func next() -> Int? {
    guard places != 0 else { return nil }
    let place = places.trailingZeroBitCount
    remove(place)
    return place
  }
}

extension [QueryPart] {
  var all: QueryParts { QueryParts(first: count) }

  /// The first part on a field that is among some and is as asked for.
  @inline(__always)
  func first(
    of field: FieldShape, in some: QueryParts, where isMeant: (QueryPart) -> Bool
  ) -> Int? {
    for place in some where self[place].field === field && isMeant(self[place]) { return place }
    return nil
  }

  /// The only value a field can have.
  func fixedValues(of field: FieldShape) -> [Value]? {
    first(of: field, in: all) { $0.fixed != nil }.flatMap { self[$0].fixed }
  }
}
