/// A relationship to be kept.
///
///     NewRelationship(anna.id, .employee, of: acme.id, role: "CFO")
public struct NewRelationship: Hashable, Sendable {
  /// The first customer: the employee of “employee of”.
  public var from: Customer.ID

  /// The key of its type.
  public var type: RelationshipType.Key

  /// The second customer: the employer.
  public var to: Customer.ID

  /// The first day on which it holds; `nil` where that is not known.
  public var start: CalendarDate?

  /// The last day on which it holds; `nil` while there is no end in sight.
  public var end: CalendarDate?

  /// What the customer is in it, such as a position; at most 200 bytes.
  public var role: String?

  /// What else there is to say; at most 10,000 bytes.
  public var note: String?

  /// Says who is what of whom.
  public init(
    _ from: Customer.ID, _ type: RelationshipType.Key, of to: Customer.ID,
    start: CalendarDate? = nil, end: CalendarDate? = nil, role: String? = nil, note: String? = nil
  ) {
    self.from = from
    self.type = type
    self.to = to
    self.start = start
    self.end = end
    self.role = role
    self.note = note
  }
}
