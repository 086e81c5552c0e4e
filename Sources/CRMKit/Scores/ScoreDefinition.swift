/// A version of a score model as it is kept; it never changes.
public struct ScoreDefinition: Record {
  /// What names it for good.
  public let id: Identifier<ScoreDefinition>

  /// The name of the model.
  public var name: String

  /// The version of the model.
  public var version: Int

  /// When it was defined.
  public var definedAt: Instant

  /// The model as JSON.
  var json: String

  /// The described fields.
  public struct Fields: Sendable {
    /// ``ScoreDefinition/name``, for filters and sorting.
    public let name = Field<ScoreDefinition, String>("name", { $0.name }, { $0.name = $1 })

    /// ``ScoreDefinition/version``, for filters and sorting.
    public let version = Field<ScoreDefinition, Int>(
      "version", { $0.version }, { $0.version = $1 })

    /// ``ScoreDefinition/definedAt``, for filters and sorting.
    public let definedAt = Field<ScoreDefinition, Instant>(
      "defined_at", { $0.definedAt }, { $0.definedAt = $1 })

    let json = Field<ScoreDefinition, String>("json", { $0.json }, { $0.json = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<ScoreDefinition>(
    "score_models", fields, indexes: [.unique(fields.name, fields.version)]
  ) {
    ScoreDefinition(id: $0, name: "", version: 1, definedAt: .earliest, json: "{}")
  }
}

/// A version of a score model was defined; scores are computed by it from now on.
public struct ScoreDefined: Event {
  /// The name of the model.
  public var model: String
  /// Its version.
  public var modelVersion: Int

  public static let name = "scores.defined"

  private struct Fields: Sendable {
    let model = Field<ScoreDefined, String>("model", { $0.model }, { $0.model = $1 })
    let modelVersion = Field<ScoreDefined, Int>(
      "model_version", { $0.modelVersion }, { $0.modelVersion = $1 })
  }

  public static let layout = Layout(Fields(), blank: ScoreDefined(model: "", modelVersion: 1))
}
