/// A kind of link between two customers, with a name for either way of looking at it.
///
///     RelationshipType(
///       "mentor", "mentor of", inverse: "mentored by", from: .person, to: .person.atMost(3))
///
/// Types are given to ``Relationships``; a relationship keeps its type's ``key``.
public struct RelationshipType: Hashable, Sendable {
  /// What relationships keep of their type; never changed once in use.
  public let key: Key

  /// What the first customer is to the second: “employee of”.
  public let name: String

  /// What the second customer is to the first: “employer of”.
  public let inverseName: String

  /// Who can stand first.
  public let from: End

  /// Who can stand second.
  public let to: End

  /// Whether both customers are the same to each other, as siblings are.
  public let isSymmetric: Bool

  /// Which of the two stands above the other, if one does.
  public let upper: Side?

  /// What such links are used for beyond being shown.
  public let purposes: Set<Purpose>

  /// Whether nobody may come to stand above itself, over however many links.
  public var isAcyclic: Bool { upper != nil }

  /// A link that looks different from its two ends.
  ///
  /// - Parameters:
  ///   - key: Lower-case ASCII letters, digits and underscores, at most 60.
  ///   - name: What the first customer is to the second.
  ///   - inverseName: What the second customer is to the first.
  ///   - from: Who can stand first, and how many at once for one second customer.
  ///   - to: Who can stand second, and how many at once for one first customer.
  ///   - upper: Which of the two stands above the other; circles are refused then.
  ///   - purposes: What the links are used for; each asks for an `upper`.
  public init(
    _ key: Key, _ name: String, inverse inverseName: String, from: End, to: End,
    upper: Side? = nil, for purposes: Set<Purpose> = []
  ) {
    self.key = key
    self.name = name
    self.inverseName = inverseName
    self.from = from
    self.to = to
    isSymmetric = false
    self.upper = upper
    self.purposes = purposes
  }

  private init(_ key: Key, _ name: String, between ends: End) {
    self.key = key
    self.name = name
    inverseName = name
    from = ends
    to = ends
    isSymmetric = true
    upper = nil
    purposes = []
  }

  /// A link that is the same from both ends.
  ///
  /// - Parameter ends: Who can stand at either end, and how many others at once one can have.
  public static func symmetric(_ key: Key, _ name: String, between ends: End) -> RelationshipType {
    RelationshipType(key, name, between: ends)
  }

  /// The stored name of a type.
  public struct Key: Hashable, Sendable, Codable, RawRepresentable, FieldValue {
    /// The stored name.
    public let rawValue: String

    /// The name of a type that ``Relationships`` was given.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }
  }

  /// One of the two ends of a link.
  public enum Side: String, Sendable, Codable, Hashable {
    /// The first customer: the employee of “employee of”.
    case from
    /// The second customer: the employer.
    case to
  }

  /// Who can stand at one end of a link.
  public struct End: Hashable, Sendable {
    /// The kinds of customer.
    public let kinds: Set<Customer.Kind>

    /// How many can stand here at once for one customer at the other end; `nil` for any number.
    public let limit: Int?

    /// Customers of some kinds, any number of them or a few.
    public init(_ kinds: Set<Customer.Kind>, limit: Int? = nil) {
      self.kinds = kinds
      self.limit = limit
    }

    /// Natural persons.
    public static let person = End([.person])
    /// Organisations.
    public static let organisation = End([.organisation])
    /// Households.
    public static let household = End([.household])
    /// Persons and organisations.
    public static let party = End([.person, .organisation])
    /// Customers of every kind.
    public static let anyone = End([.person, .organisation, .household])

    /// The same customers, so many of them at once.
    public func atMost(_ limit: Int) -> End { End(kinds, limit: limit) }
  }

  /// What a type's links are used for.
  public enum Purpose: String, Sendable, Codable, Hashable {
    /// The lower customer is a member of the upper one: ``RelationshipOperations/members(of:when:types:after:limit:)``.
    case membership
    /// The lower customer's value counts for the upper one: ``RelationshipOperations/rollUp(to:through:when:limit:)``.
    case rollUp
  }
}

extension RelationshipType.Key: ExpressibleByStringLiteral, CustomStringConvertible {
  public init(stringLiteral value: String) {
    self.init(rawValue: value)
  }

  public var description: String { rawValue }
}
