/// A version of a lifecycle model as it is kept; it never changes.
public struct LifecycleDefinition: Record {
  /// What names it for good.
  public let id: Identifier<LifecycleDefinition>

  /// The name of the model.
  public var name: String

  /// The version of the model.
  public var version: Int

  /// Whether customers enter this version.
  public var isCurrent: Bool

  /// When it was defined.
  public var definedAt: Instant

  /// The model as JSON.
  var json: String

  /// The described fields.
  public struct Fields: Sendable {
    /// ``LifecycleDefinition/name``, for filters and sorting.
    public let name = Field<LifecycleDefinition, String>("name", { $0.name }, { $0.name = $1 })

    /// ``LifecycleDefinition/version``, for filters and sorting.
    public let version = Field<LifecycleDefinition, Int>(
      "version", { $0.version }, { $0.version = $1 })

    /// ``LifecycleDefinition/isCurrent``, for filters and sorting.
    public let isCurrent = Field<LifecycleDefinition, Bool>(
      "is_current", { $0.isCurrent }, { $0.isCurrent = $1 })

    /// ``LifecycleDefinition/definedAt``, for filters and sorting.
    public let definedAt = Field<LifecycleDefinition, Instant>(
      "defined_at", { $0.definedAt }, { $0.definedAt = $1 })

    let json = Field<LifecycleDefinition, String>("json", { $0.json }, { $0.json = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<LifecycleDefinition>(
    "lifecycles", fields,
    indexes: [.unique(fields.name, fields.version), .ordered(fields.isCurrent, fields.name)]
  ) {
    LifecycleDefinition(
      id: $0, name: "", version: 1, isCurrent: false, definedAt: .earliest, json: "{}")
  }
}
