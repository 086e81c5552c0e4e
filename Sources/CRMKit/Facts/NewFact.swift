/// What a source says of one field of a customer's file.
///
///     NewFact(Customer.fields.country, "KR")
///     NewFact("country", .text("KR"))
///     NewFact(attribute: "plan", .text("pro"))
public struct NewFact: Hashable, Sendable {
  /// The stored name of the field, as in ``Fact/field``.
  public var field: String

  /// What the source says the field is; missing for nothing.
  public var value: Value

  /// Says what a field is by its stored name, with the value as the field stores it.
  ///
  /// Dates are text of ISO 8601, lists and structures JSON. An attribute or a preference takes
  /// the value it holds (dates and money of attributes as text), or the JSON it is stored as.
  public init(_ field: String, _ value: Value) {
    self.field = field
    self.value = value
  }

  /// Says what a field is.
  public init<V: FieldValue>(_ field: Field<Customer, V>, _ value: V) {
    let columns = ValueWriter()
    V.write(value, to: columns)
    self.init(field.name, columns.values.first ?? .missing)
  }

  /// Says what an attribute of the host's own is; `nil` for nothing.
  public init(attribute name: String, _ value: AttributeValue?) {
    self.init(FactField.attributePrefix + name, FactField.stored(value))
  }

  /// Says what a preference of the customer's is; `nil` for none.
  public init(preference name: String, _ value: AttributeValue?) {
    self.init(FactField.preferencePrefix + name, FactField.stored(value))
  }
}
