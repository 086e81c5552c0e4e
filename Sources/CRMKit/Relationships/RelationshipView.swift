/// A customer as others show it: as much as a list needs, as it is now.
public struct RelatedCustomer: Hashable, Sendable, Identifiable {
  /// The customer.
  public let id: Customer.ID

  /// What the customer is.
  public let kind: Customer.Kind

  /// The name as it now is.
  public let name: String

  /// Whether the file is put away.
  public let isArchived: Bool

  init(_ customer: Held<Customer>) {
    id = customer.id
    kind = customer.kind
    name = customer.name
    isArchived = customer.isArchived
  }
}

/// A relationship as one of its two customers sees it.
public struct RelationshipView: Hashable, Sendable, Identifiable {
  /// The relationship.
  public let relationship: Relationship

  /// What this customer is to the other: “employee of” as the employee sees it, “employer of” as
  /// the employer does; the key of a type that the CRM no longer knows.
  public let name: String

  /// The customer at the other end.
  public let other: RelatedCustomer

  public var id: Relationship.ID { relationship.id }

  init(
    _ relationship: Relationship, of customer: Customer.ID, _ other: RelatedCustomer,
    _ types: RelationshipTypes
  ) {
    self.relationship = relationship
    self.other = other
    name =
      types.name(of: relationship.type, isFirst: relationship.from == customer)
      ?? relationship.type.rawValue
  }
}
