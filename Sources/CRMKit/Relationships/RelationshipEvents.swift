/// Two customers were linked.
public struct RelationshipAdded: Event {
  /// The relationship.
  public var relationship: Relationship.ID
  /// The key of its type.
  public var type: RelationshipType.Key
  /// The first customer.
  public var from: Customer.ID
  /// The second customer.
  public var to: Customer.ID

  public static let name = "relationships.added"

  private struct Fields: Sendable {
    let relationship = Field<RelationshipAdded, Relationship.ID>(
      "relationship", { $0.relationship }, { $0.relationship = $1 })
    let type = Field<RelationshipAdded, RelationshipType.Key>(
      "type", { $0.type }, { $0.type = $1 })
    let from = Field<RelationshipAdded, Customer.ID>("from", { $0.from }, { $0.from = $1 })
    let to = Field<RelationshipAdded, Customer.ID>("to", { $0.to }, { $0.to = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: RelationshipAdded(relationship: .zero, type: "", from: .zero, to: .zero))
}

/// A link between two customers was changed; the recorded event has the fields, before and after.
public struct RelationshipUpdated: Event {
  /// The relationship.
  public var relationship: Relationship.ID
  /// The key of its type.
  public var type: RelationshipType.Key
  /// The first customer.
  public var from: Customer.ID
  /// The second customer.
  public var to: Customer.ID

  public static let name = "relationships.updated"

  private struct Fields: Sendable {
    let relationship = Field<RelationshipUpdated, Relationship.ID>(
      "relationship", { $0.relationship }, { $0.relationship = $1 })
    let type = Field<RelationshipUpdated, RelationshipType.Key>(
      "type", { $0.type }, { $0.type = $1 })
    let from = Field<RelationshipUpdated, Customer.ID>("from", { $0.from }, { $0.from = $1 })
    let to = Field<RelationshipUpdated, Customer.ID>("to", { $0.to }, { $0.to = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: RelationshipUpdated(relationship: .zero, type: "", from: .zero, to: .zero))
}

/// Someone made sure of a link between two customers.
public struct RelationshipConfirmed: Event {
  /// The relationship.
  public var relationship: Relationship.ID
  /// The key of its type.
  public var type: RelationshipType.Key
  /// The first customer.
  public var from: Customer.ID
  /// The second customer.
  public var to: Customer.ID

  public static let name = "relationships.confirmed"

  private struct Fields: Sendable {
    let relationship = Field<RelationshipConfirmed, Relationship.ID>(
      "relationship", { $0.relationship }, { $0.relationship = $1 })
    let type = Field<RelationshipConfirmed, RelationshipType.Key>(
      "type", { $0.type }, { $0.type = $1 })
    let from = Field<RelationshipConfirmed, Customer.ID>("from", { $0.from }, { $0.from = $1 })
    let to = Field<RelationshipConfirmed, Customer.ID>("to", { $0.to }, { $0.to = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: RelationshipConfirmed(relationship: .zero, type: "", from: .zero, to: .zero))
}

/// A link between two customers was given its last day.
public struct RelationshipEnded: Event {
  /// The relationship.
  public var relationship: Relationship.ID
  /// The key of its type.
  public var type: RelationshipType.Key
  /// The first customer.
  public var from: Customer.ID
  /// The second customer.
  public var to: Customer.ID
  /// The last day on which it holds.
  public var end: CalendarDate

  public static let name = "relationships.ended"

  private struct Fields: Sendable {
    let relationship = Field<RelationshipEnded, Relationship.ID>(
      "relationship", { $0.relationship }, { $0.relationship = $1 })
    let type = Field<RelationshipEnded, RelationshipType.Key>(
      "type", { $0.type }, { $0.type = $1 })
    let from = Field<RelationshipEnded, Customer.ID>("from", { $0.from }, { $0.from = $1 })
    let to = Field<RelationshipEnded, Customer.ID>("to", { $0.to }, { $0.to = $1 })
    let end = Field<RelationshipEnded, CalendarDate>("end", { $0.end }, { $0.end = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: RelationshipEnded(
      relationship: .zero, type: "", from: .zero, to: .zero,
      end: CalendarDate(daysSinceEpoch: 0)))
}

/// A link between two customers was taken back; the recorded event has what it held.
public struct RelationshipRemoved: Event {
  /// The relationship that was.
  public var relationship: Relationship.ID
  /// The key of its type.
  public var type: RelationshipType.Key
  /// The first customer.
  public var from: Customer.ID
  /// The second customer.
  public var to: Customer.ID

  public static let name = "relationships.removed"

  private struct Fields: Sendable {
    let relationship = Field<RelationshipRemoved, Relationship.ID>(
      "relationship", { $0.relationship }, { $0.relationship = $1 })
    let type = Field<RelationshipRemoved, RelationshipType.Key>(
      "type", { $0.type }, { $0.type = $1 })
    let from = Field<RelationshipRemoved, Customer.ID>("from", { $0.from }, { $0.from = $1 })
    let to = Field<RelationshipRemoved, Customer.ID>("to", { $0.to }, { $0.to = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: RelationshipRemoved(relationship: .zero, type: "", from: .zero, to: .zero))
}
