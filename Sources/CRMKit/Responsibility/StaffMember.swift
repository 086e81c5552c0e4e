/// Someone who works for the firm and can be responsible for customers.
public struct StaffMember: Versioned {
  /// What names it for good.
  public let id: Identifier<StaffMember>

  /// Who they are wherever something is done or owned.
  public var principal: Principal

  /// What they are called.
  public var name: String

  /// What they do, in words of the host's own, such as `service`; limits go by them.
  public var roles: [String]

  /// Since when.
  public var joinedAt: Instant

  /// Since when no more, once they left.
  public var leftAt: Instant?

  public var modifiedAt: Instant

  public var version: Int

  /// Whether they work for the firm at an instant.
  public func isPresent(at instant: Instant) -> Bool {
    joinedAt <= instant && leftAt.map { instant < $0 } ?? true
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``StaffMember/principal``, for filters and sorting.
    public let principal = Field<StaffMember, Principal>(
      "principal", { $0.principal }, { $0.principal = $1 })

    /// ``StaffMember/name``, for filters and sorting.
    public let name = Field<StaffMember, String>("name", { $0.name }, { $0.name = $1 })

    /// ``StaffMember/roles``, for filters and sorting.
    public let roles = Field<StaffMember, [String]>("roles", { $0.roles }, { $0.roles = $1 })

    /// ``StaffMember/joinedAt``, for filters and sorting.
    public let joinedAt = Field<StaffMember, Instant>(
      "joined_at", { $0.joinedAt }, { $0.joinedAt = $1 })

    /// ``StaffMember/leftAt``, for filters and sorting.
    public let leftAt = Field<StaffMember, Instant?>("left_at", { $0.leftAt }, { $0.leftAt = $1 })

    /// ``StaffMember/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<StaffMember, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``StaffMember/version``, for filters and sorting.
    public let version = Field<StaffMember, Int>("version", { $0.version }, { $0.version = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<StaffMember>(
    "staff", fields, indexes: [.unique(fields.principal)]
  ) {
    StaffMember(
      id: $0, principal: .system, name: "", roles: [], joinedAt: .earliest, modifiedAt: .earliest,
      version: 1)
  }
}
