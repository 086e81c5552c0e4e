/// A version of the model that warnings are raised by, as it is kept; it never changes.
public struct WarningDefinition: Record {
  /// What names it for good.
  public let id: Identifier<WarningDefinition>

  /// The version of the model.
  public var version: Int

  /// When it was defined.
  public var definedAt: Instant

  /// The model as JSON.
  var json: String

  /// The described fields.
  public struct Fields: Sendable {
    /// ``WarningDefinition/version``, for filters and sorting.
    public let version = Field<WarningDefinition, Int>(
      "version", { $0.version }, { $0.version = $1 })

    /// ``WarningDefinition/definedAt``, for filters and sorting.
    public let definedAt = Field<WarningDefinition, Instant>(
      "defined_at", { $0.definedAt }, { $0.definedAt = $1 })

    let json = Field<WarningDefinition, String>("json", { $0.json }, { $0.json = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<WarningDefinition>(
    "warning_models", fields, indexes: [.unique(fields.version)]
  ) {
    WarningDefinition(id: $0, version: 1, definedAt: .earliest, json: "{}")
  }
}
