/// A part of a customer's file that facts can be about.
struct FactField {
  /// The name facts know it by.
  let name: String

  private let target: Target

  private enum Target {
    case field(AnyField<Customer>)
    case attribute(AttributeDefinition)
  }

  /// What the names of attributes begin with.
  static let prefix = "attributes."

  /// Fields that say how the file is kept, or that have values of their own for each name.
  private static let excluded: Set<String> = [
    "version", "created_at", "modified_at", "external_ids", "attributes", "archived_at",
    "is_archived",
  ]

  private static let fields: [AnyField<Customer>] = Customer.schema.fields.filter {
    $0.storage == .stored && $0.columns.count == 1 && $0.reference == nil
      && !excluded.contains($0.name)
  }

  /// The column of the customer that keeps the field.
  var column: String {
    switch target {
    case .field(let field): field.name
    case .attribute: Self.attributesColumn
    }
  }

  private static let attributesColumn = Customer.fields.attributes.name

  /// The field of a name; `nil` where facts cannot be about it.
  init?(_ name: String, attributes: [AttributeDefinition]) {
    self.name = name
    if let field = Self.fields.first(where: { $0.name == name }) {
      target = .field(field)
    } else if let definition = attributes.first(where: { Self.prefix + $0.name == name }) {
      target = .attribute(definition)
    } else {
      return nil
    }
  }

  /// What is wrong with a name that facts cannot be about.
  static func problem(with name: String, attributes: [AttributeDefinition]) -> CRMError.Issue {
    let shown = name.utf8.count <= longestName ? name : "\(name.prefix(longestName))…"
    if excluded.contains(name) {
      return .init(shown, "is not for sources to say")
    }
    let names = fields.map(\.name) + attributes.map { prefix + $0.name }
    let near = name.utf8.count <= longestName ? nearest(to: name, among: names) : nil
    let suggestion = near.map { "; did you mean “\($0)”?" } ?? ""
    return .init(shown, "is not a field of customers that has a source\(suggestion)")
  }

  private static let longestName = 100
}

// MARK: - Values

extension FactField {
  /// What an attribute is kept as.
  static func stored(_ value: AttributeValue?) -> Value {
    guard let value else { return .missing }
    let columns = ValueWriter()
    AttributeValue.write(value, to: columns)
    return columns.values.first ?? .missing
  }

  /// What a file says.
  func value(of customer: Customer) -> Value {
    switch target {
    case .field(let field): field.values(of: Held(customer)).first ?? .missing
    case .attribute(let definition): Self.stored(customer.attributes[definition.name])
    }
  }

  /// Makes a file say a value.
  ///
  /// - Throws: ``StorageError/Code/invalidValue`` for what the field cannot hold.
  func set(_ value: Value, on customer: inout Customer) throws(StorageError) {
    switch target {
    case .field(let field):
      try field.read(&customer, ValueReader([value]))
    case .attribute(let definition):
      customer.attributes[definition.name] = try attribute(value, definition)
    }
  }

  /// Whether a change of the customer's record is one of this field.
  func isChanged(by change: FieldChange) -> Bool {
    guard change.field == column else { return false }
    guard case .attribute(let definition) = target else { return true }
    // All attributes are one column: those before and after are compared by name.
    let values = [change.before, change.after].map { value in
      var customer = Customer.schema.layout.blank
      try? Customer.fields.attributes.erased.read(&customer, ValueReader([value]))
      return Self.stored(customer.attributes[definition.name])
    }
    return values[0] != values[1]
  }

  /// A value as a file would keep it.
  ///
  /// - Throws: ``StorageError`` for what the field cannot hold.
  func kept(_ value: Value) throws(StorageError) -> Value {
    var customer = Customer.schema.layout.blank
    try set(value, on: &customer)
    return self.value(of: try Customer.schema.hold(customer).row)
  }

  /// Whether a value says nothing, as in a file in which the field was never filled in.
  func isSilent(_ value: Value) -> Bool {
    value == .missing || value == .json("[]") || value == .json("{}")
  }

  /// The value of a file that says nothing here; `nil` where it has to say something.
  var silence: Value? {
    let silence: [Value] = [.missing, .json("[]"), .json("{}")]
    return silence.first { (try? kept($0)) == $0 }
  }

  /// What the field holds, in a word.
  var type: String {
    switch target {
    case .field(let field): field.columns.first?.type.rawValue ?? "value"
    case .attribute(let definition): definition.kind.rawValue
    }
  }

  private func attribute(_ value: Value, _ definition: AttributeDefinition) throws(StorageError)
    -> AttributeValue?
  {
    switch value {
    case .missing: return nil
    case .json: return try AttributeValue.read(from: ValueReader([value]))
    default:
      let json = JSONWriter()
      json.map([definition.kind.rawValue: value]) { $0.write(to: json) }
      return try AttributeValue.read(from: ValueReader([.json(json.text)]))
    }
  }
}
