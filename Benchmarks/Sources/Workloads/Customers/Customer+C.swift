import CRMKit

/// What hand-written C calls need to write and read customers in CRMKit's own tables.
final class CustomerStatements {
  private let row: CStatement
  private let sides: [(CStatement, AnyField<Customer>)]
  private let json = JSONWriter()
  private let values = TextCollector()
  private let noIndexedAttributes: [String] = []

  init(_ database: CDatabase) throws {
    let parameters = Array(repeating: "?", count: 24).joined(separator: ",")
    row = try database.prepare("INSERT INTO customers VALUES (\(parameters))")
    let fields = Customer.fields
    sides = try [
      fields.emailAddresses.erased, fields.phoneNumbers.erased, fields.externalKeys.erased,
      fields.eachTag.erased, fields.attributeKeys.erased, fields.searchWords.erased,
    ].map { (try database.prepare("INSERT INTO customers__\($0.name) VALUES (?, ?)"), $0) }
  }

  /// Writes the row and the rows of the six side tables.
  ///
  /// The values are computed by the record's own closures, as CRMKit does: what they take is
  /// the same work for both.
  func insert(_ customer: Held<Customer>) throws {
    try insertSides(of: customer)
    row.bind(customer.row.id.high, customer.row.id.low, at: 1)
    row.bind(customer.row.kind.rawValue, at: 2)
    row.bind(customer.row.name, at: 3)
    row.bind(json: customer.row.emails, with: json, at: 4)
    row.bind(json: customer.row.phones, with: json, at: 5)
    row.bind(json: customer.row.externalIDs, with: json, at: 6)
    row.bind(customer.row.country, at: 7)
    row.bind(customer.row.language, at: 8)
    row.bind(customer.row.birthday?.description, at: 9)
    row.bind(json: customer.row.tags, with: json, at: 10)
    row.bind(json: customer.row.attributes, with: json, at: 11)
    row.bind(json: customer.row.names, with: json, at: 12)
    row.bind(json: customer.row.addresses, with: json, at: 13)
    row.bind(json: customer.row.handles, with: json, at: 14)
    row.bind(customer.row.zone?.rawValue, at: 15)
    row.bind(json: customer.row.accessNeeds, with: json, at: 16)
    row.bind(json: customer.row.preferences, with: json, at: 17)
    row.bind(customer.row.background, at: 18)
    row.bind(customer.row.owner?.rawValue, at: 19)
    row.bind(customer.row.archivedAt?.description, at: 20)
    row.bind(json: noIndexedAttributes, with: json, at: 21)
    row.bind(Int(customer.row.createdAt.milliseconds), at: 22)
    row.bind(Int(customer.row.modifiedAt.milliseconds), at: 23)
    row.bind(customer.row.version, at: 24)
    try row.run()
  }

  private func insertSides(of customer: Held<Customer>) throws {
    for (statement, field) in sides {
      values.texts.removeAll(keepingCapacity: true)
      field.write(customer, values)
      for (index, text) in values.texts.enumerated() where !values.texts[..<index].contains(text) {
        statement.bind(text, at: 1)
        statement.bind(customer.row.id.high, customer.row.id.low, at: 2)
        try statement.run()
      }
    }
  }
}

extension CStatement {
  static let customerSQL = "SELECT * FROM customers WHERE id = ?"

  /// The customer of the row, each column read by hand.
  ///
  /// A customer cannot be made outside its module, so a blank one is filled in; it keeps its
  /// own identifier, and the row's is read beside it.
  func customer() throws -> (Customer.ID, Customer) {
    let id = identifier(0)
    var customer = Customer.schema.layout.blank
    customer.kind = Customer.Kind(rawValue: text(1)) ?? .person
    customer.name = text(2)
    customer.emails = try json(3)
    customer.phones = try json(4)
    customer.externalIDs = try json(5)
    customer.country = optionalText(6)
    customer.language = optionalText(7)
    customer.birthday = optionalText(8).flatMap { Birthday($0) }
    customer.tags = try json(9)
    customer.attributes = try json(10)
    customer.names = try json(11)
    customer.addresses = try json(12)
    customer.handles = try json(13)
    customer.zone = optionalText(14).flatMap { Zone($0) }
    customer.accessNeeds = try json(15)
    customer.preferences = try json(16)
    customer.background = optionalText(17)
    customer.owner = optionalText(18).map { Principal(rawValue: $0) }
    customer.createdAt = Instant(milliseconds: Int64(integer(21)))
    customer.modifiedAt = Instant(milliseconds: Int64(integer(22)))
    customer.version = integer(23)
    return (Customer.ID(high: id.high, low: id.low), customer)
  }
}

/// Takes the values of a field that has many texts.
private final class TextCollector: ColumnWriter {
  var texts: [String] = []

  func missing() {}
  func flag(_ value: Bool) {}
  func integer(_ value: Int64) {}
  func real(_ value: Double) {}
  func text(_ value: String) { texts.append(value) }
  func instant(_ value: Instant) {}
  func identifier(high: UInt64, low: UInt64) {}
  func bytes(_ value: [UInt8]) {}
  func json(_ encode: (JSONWriter) -> Void) {}
}
