/// A part of a customer's file that facts can be about.
struct FactField {
  /// The name facts know it by.
  let name: String

  private let target: Target

  private enum Target {
    /// A field as a whole.
    case field(AnyField<Customer>)
    /// One of several values that a field has by their names.
    case entry(Entry)
  }

  fileprivate struct Entry {
    let field: Field<Customer, Attributes>
    let name: String
    /// What it holds; `nil` for anything.
    let kind: AttributeDefinition.Kind?
  }

  /// What the names of attributes begin with.
  static let attributePrefix = "attributes."

  /// What the names of preferences begin with.
  static let preferencePrefix = "preferences."

  /// Fields that say how the file is kept, or that have values of their own for each name.
  private static let excluded: Set<String> = [
    "version", "created_at", "modified_at", "archived_at", "external_ids", "attributes",
    "preferences", "indexed_attributes",
  ]

  private static let fields: [AnyField<Customer>] = Customer.schema.fields.filter {
    $0.storage == .stored && $0.columns.count == 1 && $0.reference == nil
      && !excluded.contains($0.name)
  }

  /// The column of the customer that keeps the field.
  var column: String {
    switch target {
    case .field(let field): field.name
    case .entry(let entry): entry.field.name
    }
  }

  /// Whether it is a list of contact points, of which more is noted than what they are.
  private var hasContactPoints: Bool { Self.contactPoints.contains(name) }

  private static let contactPoints: Set<String> = ["emails", "phones", "addresses", "handles"]

  /// The field of a name; `nil` where facts cannot be about it.
  init?(_ name: String, attributes: [AttributeDefinition]) {
    if let field = Self.fields.first(where: { $0.name == name }) {
      self.name = name
      target = .field(field)
    } else if let definition = attributes.first(where: { Self.attributePrefix + $0.name == name }) {
      self.name = name
      target = .entry(
        Entry(field: Customer.fields.attributes, name: definition.name, kind: definition.kind))
    } else if name.hasPrefix(Self.preferencePrefix), let entry = Self.preference(named: name) {
      self.name = Self.preferencePrefix + entry.name
      target = .entry(entry)
    } else {
      return nil
    }
  }

  /// Preferences need no definition, so any name that a file can keep will do.
  private static func preference(named name: String) -> Entry? {
    let name = name.dropFirst(preferencePrefix.count)
    guard !name.isEmpty, isKept(String(name), within: 200), !name.utf8.contains(0) else {
      return nil
    }
    return Entry(field: Customer.fields.preferences, name: CRMKit.kept(String(name)), kind: nil)
  }

  /// What is wrong with a name that facts cannot be about.
  static func problem(with name: String, attributes: [AttributeDefinition]) -> CRMError.Issue {
    let isShort = name.utf8.count <= longestName
    let shown = isShort ? name : "\(name.prefix(longestName))…"
    if excluded.contains(name) {
      return .init(shown, "is not for sources to say")
    }
    let names = fields.map(\.name) + attributes.map { attributePrefix + $0.name }
    let near = isShort ? nearest(to: name, among: names) : nil
    let suggestion = near.map { "; did you mean “\($0)”?" } ?? ""
    return .init(shown, "is not a field of customers that has a source\(suggestion)")
  }

  private static let longestName = 100
}

// MARK: - Values

extension FactField.Entry {
  fileprivate func values(of customer: Customer) -> Attributes {
    field.erased.name == Customer.fields.attributes.name
      ? customer.attributes : customer.preferences
  }
}

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
    case .field(let field):
      // What was noted of contact points is not what sources say.
      field.values(of: Held(hasContactPoints ? customer.withBarePoints : customer)).first
        ?? .missing
    case .entry(let entry): Self.stored(entry.values(of: customer)[entry.name])
    }
  }

  /// Makes a file say a value.
  ///
  /// - Throws: ``StorageError/Code/invalidValue`` for what the field cannot hold.
  func set(_ value: Value, on customer: inout Customer) throws(StorageError) {
    switch target {
    case .field(let field):
      let old = customer
      try field.read(&customer, ValueReader([value]))
      if hasContactPoints { customer = customer.withNotes(of: old) }
    case .entry(let entry):
      var values = entry.values(of: customer)
      values[entry.name] = try self.entry(value, of: entry.kind)
      let columns = ValueWriter()
      Attributes.write(values, to: columns)
      try entry.field.erased.read(&customer, ValueReader(columns.values))
    }
  }

  /// Whether a change of the customer's record is one of this field.
  func isChanged(by change: FieldChange) -> Bool {
    guard change.field == column else { return false }
    guard case .entry(let entry) = target else {
      return !hasContactPoints || bare(change.before) != bare(change.after)
    }
    // All of them are one column: the values before and after are compared by name.
    let values = [change.before, change.after].map { value in
      (try? Attributes.read(from: ValueReader([value])))?[entry.name]
    }
    return values[0] != values[1]
  }

  /// A list of contact points without what was noted of them.
  private func bare(_ value: Value) -> Value? { try? kept(value) }

  /// A value as a file would keep it.
  ///
  /// - Throws: ``StorageError`` for what the field cannot hold.
  func kept(_ value: Value) throws(StorageError) -> Value {
    var customer = Customer.schema.layout.blank
    try set(value, on: &customer)
    return self.value(of: try Customer.schema.hold(customer).row)
  }

  /// Whether a file says nothing; lists of contact points are not written out to know it.
  func isSilent(in customer: Customer) -> Bool {
    switch name {
    case "emails": customer.emails.isEmpty
    case "phones": customer.phones.isEmpty
    case "addresses": customer.addresses.isEmpty
    case "handles": customer.handles.isEmpty
    default: isSilent(value(of: customer))
    }
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

  /// What the field is kept as, in a word.
  var type: String {
    switch target {
    case .field(let field): field.columns.first?.type.rawValue ?? "value"
    case .entry(let entry): (entry.kind ?? .text).rawValue
    }
  }

  private func entry(_ value: Value, of kind: AttributeDefinition.Kind?) throws(StorageError)
    -> AttributeValue?
  {
    let json = JSONWriter()
    let kind = kind ?? Self.kind(of: value)
    switch (value, kind) {
    case (.missing, _): return nil
    case (.json(let text), _): json.raw(text)
    case (.text, _), (.integer, _), (.flag, _), (.instant, .instant):
      json.map([kind.rawValue: value]) { $0.write(to: json) }
    default: throw .mismatch(expected: kind.rawValue, found: value)
    }
    return try AttributeValue.read(from: ValueReader([.json(json.text)]))
  }

  private static func kind(of value: Value) -> AttributeDefinition.Kind {
    switch value {
    case .integer: .integer
    case .flag: .flag
    case .instant: .instant
    default: .text
    }
  }
}
