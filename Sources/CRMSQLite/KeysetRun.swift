import CRMStorage

/// Rows that follow one another in an order and come after a cursor.
///
/// One comparison of all sorted columns is enough where none of the rows to come can miss a
/// value and all columns go one way. Elsewhere the rows after a cursor fall into several runs,
/// each of which an index finds without passing over what came before: first those equal to
/// the cursor in all columns but the last, then those equal in all but two, and so on.
enum KeysetRun {
  /// A sorted column and its value at the cursor.
  struct Place {
    let column: TableDefinition.Column
    let value: Value
    let isAscending: Bool
  }

  /// How the rows of a run go on from the cursor.
  enum Step {
    /// The value comes after the cursor's.
    case beyond(Place)
    /// There is a value, where the cursor has none.
    case present(TableDefinition.Column)
    /// There is no value, where the cursor has one.
    case missing(TableDefinition.Column)
  }

  /// All columns together come after the cursor.
  case together([Place])
  /// Some columns are equal to the cursor's, and the next one goes on.
  case stepwise(equal: [Place], Step)
}

extension PreparedQuery {
  /// The runs after the cursor, in order; none where there is no cursor.
  func runs(of table: TableDefinition) -> [KeysetRun] {
    guard let after else { return [] }
    let id = TableDefinition.Column(
      name: "id", type: .identifier, isRequired: true, holdsNumber: table.isNumbered, target: nil)
    let places =
      zip(sortColumns, after.values).compactMap { sort, value in
        table.columns.first { $0.name == sort.column.name }.map {
          KeysetRun.Place(column: $0, value: value, isAscending: sort.isAscending)
        }
      }
      + [
        KeysetRun.Place(
          column: id, value: after.id.value(isNumber: false), isAscending: isIdentifierAscending)
      ]
    let goesOneWay = places.allSatisfy { $0.isAscending == isIdentifierAscending }
    let isPresent = places.allSatisfy { $0.value != .missing }
    if goesOneWay && isPresent
      && (isIdentifierAscending || places.allSatisfy(\.column.isRequired))
    {
      return [.together(places)]
    }
    return places.indices.reversed().flatMap { position in
      steps(after: places[position]).map { .stepwise(equal: Array(places[..<position]), $0) }
    }
  }

  /// Missing values sort first, so last when descending.
  private func steps(after place: KeysetRun.Place) -> [KeysetRun.Step] {
    switch (place.value == .missing, place.isAscending) {
    case (true, true): [.present(place.column)]
    case (true, false): []
    case (false, true): [.beyond(place)]
    case (false, false):
      [.beyond(place)] + (place.column.isRequired ? [] : [.missing(place.column)])
    }
  }
}

extension SQLCompiler {
  /// A run as an expression over the table `t0`.
  mutating func run(_ run: KeysetRun) -> String {
    switch run {
    case .together(let places):
      let columns = places.map { "t0.\($0.column.name.quoted)" }
      let values = places.map { constant($0.value, for: $0.column) }
      let comparison = places.last?.isAscending ?? true ? ">" : "<"
      if places.count == 1 { return "\(columns[0]) \(comparison) \(values[0])" }
      return "(\(columns.joined(separator: ", "))) \(comparison) "
        + "(\(values.joined(separator: ", ")))"
    case .stepwise(let equal, let step):
      let terms = equal.map { place in
        place.value == .missing
          ? "t0.\(place.column.name.quoted) IS NULL"
          : "t0.\(place.column.name.quoted) = \(constant(place.value, for: place.column))"
      }
      return (terms + [self.step(step)]).joined(separator: " AND ")
    }
  }

  private mutating func step(_ step: KeysetRun.Step) -> String {
    switch step {
    case .missing(let column): "t0.\(column.name.quoted) IS NULL"
    // An index finds what is no less than the least value, but not what is not NULL.
    case .present(let column): "t0.\(column.name.quoted) >= \(column.leastValue)"
    case .beyond(let place):
      "t0.\(place.column.name.quoted) \(place.isAscending ? ">" : "<") "
        + constant(place.value, for: place.column)
    }
  }
}

extension TableDefinition.Column {
  /// The least value the column can hold, as SQL.
  fileprivate var leastValue: String {
    switch storedType {
    case "INTEGER": "-9223372036854775808"
    case "REAL": "-9e999"
    case "TEXT": "''"
    default: "x''"
    }
  }
}
