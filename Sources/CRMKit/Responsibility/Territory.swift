/// Customers of a kind, and who is responsible for them.
public struct Territory: Versioned {
  /// What names it for good.
  public let id: Identifier<Territory>

  /// Its name, for good.
  public var name: String

  /// Of territories that a customer lies in the one with the highest decides; no two have the same.
  public var priority: Int

  /// Who owns its customers: a member of staff or a team.
  public var owner: Principal

  /// When it was defined first.
  public var definedAt: Instant

  /// When it was put away, if it was; it decides nothing then.
  public var archivedAt: Instant?

  /// The condition as JSON.
  var json: String

  public var modifiedAt: Instant

  public var version: Int

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Territory/name``, for filters and sorting.
    public let name = Field<Territory, String>("name", { $0.name }, { $0.name = $1 })

    /// ``Territory/priority``, for filters and sorting.
    public let priority = Field<Territory, Int>("priority", { $0.priority }, { $0.priority = $1 })

    /// ``Territory/owner``, for filters and sorting.
    public let owner = Field<Territory, Principal>("owner", { $0.owner }, { $0.owner = $1 })

    /// ``Territory/definedAt``, for filters and sorting.
    public let definedAt = Field<Territory, Instant>(
      "defined_at", { $0.definedAt }, { $0.definedAt = $1 })

    /// ``Territory/archivedAt``, for filters and sorting.
    public let archivedAt = Field<Territory, Instant?>(
      "archived_at", { $0.archivedAt }, { $0.archivedAt = $1 })

    let json = Field<Territory, String>("json", { $0.json }, { $0.json = $1 })

    /// ``Territory/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<Territory, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``Territory/version``, for filters and sorting.
    public let version = Field<Territory, Int>("version", { $0.version }, { $0.version = $1 })

    /// Whether it decides, to find it by.
    public let isCurrent = Field<Territory, Bool>(derived: "is_current") { $0.archivedAt == nil }
  }

  public static let fields = Fields()

  public static let schema = Schema<Territory>(
    "territories", fields,
    indexes: [
      .unique(fields.name),
      .ordered(fields.isCurrent, fields.priority),
    ]
  ) {
    Territory(
      id: $0, name: "", priority: 0, owner: .system, definedAt: .earliest, json: "{}",
      modifiedAt: .earliest, version: 1)
  }
}
