/// A fact of the host's own on a customer.
public enum AttributeValue: Hashable, Sendable, Codable {
  /// Text.
  case text(String)
  /// A whole number.
  case integer(Int64)
  /// Yes or no.
  case flag(Bool)
  /// A day.
  case date(CalendarDate)
  /// A point in time.
  case instant(Instant)
  /// An exact amount of money.
  case money(Money)

  /// What kind of value it is.
  public var kind: AttributeDefinition.Kind {
    switch self {
    case .text: .text
    case .integer: .integer
    case .flag: .flag
    case .date: .date
    case .instant: .instant
    case .money: .money
    }
  }
}

/// What a host says of one of its own facts: its name, its type and what is allowed.
public struct AttributeDefinition: Hashable, Sendable {
  /// What kind of value a fact has.
  public enum Kind: String, Sendable, Hashable {
    /// Text of up to 10,000 bytes of UTF-8.
    case text
    /// A whole number.
    case integer
    /// Yes or no.
    case flag
    /// A day.
    case date
    /// A point in time.
    case instant
    /// An exact amount of money.
    case money
  }

  /// The name, in form C as facts are kept.
  public let name: String

  /// What kind of value it has.
  public let kind: Kind

  /// Whether every customer must have it.
  public let isRequired: Bool

  /// The values it may have; empty for any of its kind.
  public let allowed: [AttributeValue]

  /// Whether it is personal data, as ``CRM/personalFields`` lists it.
  public let isPersonal: Bool

  /// Whether an index has it, so that filters (``Filter/attribute(_:_:)``) find customers by it;
  /// its text has at most 500 bytes then.
  public let isSearchable: Bool

  /// Defines a fact.
  public init(
    _ name: String, _ kind: Kind, required isRequired: Bool = false,
    allowed: [AttributeValue] = [], personal isPersonal: Bool = false,
    searchable isSearchable: Bool = false
  ) {
    self.name = kept(name)
    self.kind = kind
    self.isRequired = isRequired
    self.allowed = allowed
    self.isPersonal = isPersonal
    self.isSearchable = isSearchable
  }
}

extension AttributeDefinition {
  /// Every problem of a host's definitions, one by one.
  static func problems(of definitions: [AttributeDefinition]) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    var names: Set<String> = []
    for (index, definition) in definitions.enumerated() {
      let field = "attributes[\(index)]"
      problems += TextRules.problems(of: definition.name, in: "\(field).name", within: 200)
      if !names.insert(definition.name).inserted {
        problems.append(.init("\(field).name", "“\(definition.name)” is defined twice"))
      }
      for (index, value) in definition.allowed.enumerated() {
        problems += definition.problems(ofAllowed: value, in: "\(field).allowed[\(index)]")
      }
    }
    return problems
  }

  /// How many bytes its text may have.
  var longestText: Int { isSearchable ? AttributeKey.longestText : CustomerRules.longestText }

  private func problems(ofAllowed value: AttributeValue, in field: String) -> [CRMError.Issue] {
    guard value.kind == kind else {
      return [.init(field, "is \(value.kind.rawValue), where “\(name)” is \(kind.rawValue)")]
    }
    guard case .text(let text) = value else { return [] }
    return TextRules.problems(
      of: text, in: field, within: longestText, mayBeEmpty: true)
  }
}

/// Kept as JSON that tells its type: `{"date":"1998-06-30"}`.
extension AttributeValue: FieldValue {
  public static var columns: [ColumnShape] { [ColumnShape("", .json)] }

  public static func write(_ value: AttributeValue, to writer: any ColumnWriter) {
    writer.json { json in
      json.map([value.kind.rawValue: value]) { value in
        switch value {
        case .text(let text): String.write(text, to: json)
        case .integer(let integer): Int64.write(integer, to: json)
        case .flag(let flag): Bool.write(flag, to: json)
        case .date(let date): CalendarDate.write(date, to: json)
        case .instant(let instant): Instant.write(instant, to: json)
        case .money(let money): String.write(money.description, to: json)
        }
      }
    }
  }

  public static func read(from reader: any ColumnReader) throws(StorageError) -> AttributeValue {
    let value = try reader.json { json throws(StorageError) -> AttributeValue? in
      try json.member(Self.value)
    }
    guard let value else { throw unnamed }
    return value
  }

  private static var unnamed: StorageError {
    StorageError(
      .invalidValue, "An attribute's value names its kind and nothing else.",
      recovery: "Write it as in {\"integer\":7}.")
  }

  private static func value(of name: String, from json: JSONReader) throws(StorageError)
    -> AttributeValue
  {
    guard let kind = AttributeDefinition.Kind(rawValue: name) else { throw unnamed }
    return switch kind {
    case .text: .text(try json.text())
    case .integer: .integer(try json.integer())
    case .flag: .flag(try json.flag())
    case .date: .date(try CalendarDate.read(from: json))
    case .instant: .instant(try json.instant())
    case .money: .money(try money(try json.text()))
    }
  }

  public static func prepared(_ value: AttributeValue) throws(StorageError) -> AttributeValue? {
    guard case .text(let text) = value else { return nil }
    return try String.prepared(text).map(AttributeValue.text)
  }

  private static func money(_ text: String) throws(StorageError) -> Money {
    let parts = text.split(separator: " ")
    guard parts.count == 2, let currency = Currency(rawValue: String(parts[1])),
      let money = try? Money(String(parts[0]), currency)
    else {
      throw StorageError(
        .invalidValue, "An amount is a number, a space and a currency.",
        recovery: "Write it as in “29.33 USD”.")
    }
    return money
  }
}
