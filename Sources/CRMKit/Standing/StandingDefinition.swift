/// A version of the model by which relationships are seen, as it is kept; it never changes.
public struct StandingDefinition: Record {
  /// What names it for good.
  public let id: Identifier<StandingDefinition>

  /// The version of the model.
  public var version: Int

  /// From when on relationships were seen by it.
  public var definedAt: Instant

  /// The model as JSON.
  var json: String

  /// The described fields.
  public struct Fields: Sendable {
    /// ``StandingDefinition/version``, for filters and sorting.
    public let version = Field<StandingDefinition, Int>(
      "version", { $0.version }, { $0.version = $1 })

    /// ``StandingDefinition/definedAt``, for filters and sorting.
    public let definedAt = Field<StandingDefinition, Instant>(
      "defined_at", { $0.definedAt }, { $0.definedAt = $1 })

    let json = Field<StandingDefinition, String>("json", { $0.json }, { $0.json = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<StandingDefinition>(
    "standing_models", fields, indexes: [.unique(fields.version)]
  ) {
    StandingDefinition(id: $0, version: 1, definedAt: .earliest, json: "{}")
  }
}

/// The model by which relationships are seen was defined, or its next version.
public struct StandingDefined: Event {
  /// Its version.
  public var modelVersion: Int

  public static let name = "standing.defined"

  private struct Fields: Sendable {
    let modelVersion = Field<StandingDefined, Int>(
      "model_version", { $0.modelVersion }, { $0.modelVersion = $1 })
  }

  public static let layout = Layout(Fields(), blank: StandingDefined(modelVersion: 1))
}
