extension StoredKind {
  /// The kind as text, name and version aside: a line for each column, field and index.
  ///
  ///     rows identifier
  ///     field name text required
  ///     field employer identifier references firms
  ///     derived folded_name text required
  ///     unique-many email_addresses email_addresses text
  ///     index country_joined country joined
  public var definition: String {
    var lines = ["rows \(isNumbered ? "number" : "identifier")"]
    lines += columns.map { column in
      "\(column.isDerived ? "derived" : "field") \(column.name) \(column.words)"
    }
    lines += manyFields.map { many in
      "\(many.isUnique ? "unique-many" : "many") \(many.field) "
        + many.columns.map { "\($0.name) \($0.type.rawValue)" }.joined(separator: " ")
    }
    lines += indexes.map { index in
      "\(index.isUnique ? "unique" : "index") \(index.name) "
        + index.columns.joined(separator: " ")
    }
    return lines.joined(separator: "\n")
  }

  /// Reads what ``definition`` wrote; `nil` for anything else.
  public init?(_ name: String, version: Int, definition: String) {
    var isNumbered: Bool?
    var columns: [Column] = []
    var manyFields: [Many] = []
    var indexes: [Index] = []
    for line in definition.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      guard words.count >= 2 else { return nil }
      let rest = words.dropFirst(2)
      switch words[0] {
      case "rows":
        guard words[1] == "number" || words[1] == "identifier" else { return nil }
        isNumbered = words[1] == "number"
      case "field", "derived":
        guard
          let column = Column(words[1], isDerived: words[0] == "derived", words: Array(rest))
        else { return nil }
        columns.append(column)
      case "many", "unique-many":
        guard let values = Self.values(Array(rest)) else { return nil }
        manyFields.append(
          Many(field: words[1], columns: values, isUnique: words[0] == "unique-many"))
      case "index", "unique":
        guard !rest.isEmpty else { return nil }
        indexes.append(
          Index(name: words[1], columns: Array(rest), isUnique: words[0] == "unique"))
      default: return nil
      }
    }
    guard let isNumbered else { return nil }
    self.init(
      name: name, version: version, isNumbered: isNumbered, columns: columns,
      manyFields: manyFields, indexes: indexes)
  }

  /// The columns of a value, from their names and types in turn.
  private static func values(_ words: [String]) -> [Column]? {
    guard !words.isEmpty, words.count.isMultiple(of: 2) else { return nil }
    var columns: [Column] = []
    for position in stride(from: 0, to: words.count, by: 2) {
      guard let type = ColumnType(rawValue: words[position + 1]) else { return nil }
      columns.append(
        Column(
          name: words[position], type: type, isRequired: true, isDerived: false, target: nil))
    }
    return columns
  }
}

extension StoredKind.Column {
  /// What the column is, its name and origin aside.
  var words: String {
    let target = target.map { " references \($0.kind)\($0.isNumbered ? " numbered" : "")" }
    return "\(type.rawValue)\(isRequired ? " required" : "")\(target ?? "")"
  }

  fileprivate init?(_ name: String, isDerived: Bool, words: [String]) {
    guard let type = words.first.flatMap(ColumnType.init(rawValue:)) else { return nil }
    var rest = words.dropFirst()
    let isRequired = rest.first == "required"
    if isRequired { rest = rest.dropFirst() }
    var target: StoredKind.Target?
    if rest.first == "references", let kind = rest.dropFirst().first {
      rest = rest.dropFirst(2)
      target = StoredKind.Target(kind: kind, isNumbered: rest.first == "numbered")
      if target?.isNumbered == true { rest = rest.dropFirst() }
    }
    guard rest.isEmpty else { return nil }
    self.init(
      name: name, type: type, isRequired: isRequired, isDerived: isDerived, target: target)
  }
}
