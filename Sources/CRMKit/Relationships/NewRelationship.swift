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

  /// Where the firm has it from; `nil` for whoever records it: a system of its own, else the
  /// channel they use, else ``FactSource/staff`` or ``FactSource/customer``.
  public var source: FactSource?

  /// When it was true by what the source says, if not now.
  public var trueAt: Instant?

  /// Says who is what of whom.
  public init(
    _ from: Customer.ID, _ type: RelationshipType.Key, of to: Customer.ID,
    start: CalendarDate? = nil, end: CalendarDate? = nil, role: String? = nil, note: String? = nil,
    from source: FactSource? = nil, trueAt: Instant? = nil
  ) {
    self.from = from
    self.type = type
    self.to = to
    self.start = start
    self.end = end
    self.role = role
    self.note = note
    self.source = source
    self.trueAt = trueAt
  }
}
