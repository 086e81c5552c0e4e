/// A version of the model by which loyalty is measured, as it is kept; it never changes.
public struct LoyaltyIndexDefinition: Record {
  /// What names it for good.
  public let id: Identifier<LoyaltyIndexDefinition>

  /// The version of the model.
  public var version: Int

  /// From when on loyalty was measured by it.
  public var definedAt: Instant

  /// The model as JSON.
  var json: String

  /// The described fields.
  public struct Fields: Sendable {
    /// ``LoyaltyIndexDefinition/version``, for filters and sorting.
    public let version = Field<LoyaltyIndexDefinition, Int>(
      "version", { $0.version }, { $0.version = $1 })

    /// ``LoyaltyIndexDefinition/definedAt``, for filters and sorting.
    public let definedAt = Field<LoyaltyIndexDefinition, Instant>(
      "defined_at", { $0.definedAt }, { $0.definedAt = $1 })

    let json = Field<LoyaltyIndexDefinition, String>("json", { $0.json }, { $0.json = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<LoyaltyIndexDefinition>(
    "loyalty_index_models", fields, indexes: [.unique(fields.version)]
  ) {
    LoyaltyIndexDefinition(id: $0, version: 1, definedAt: .earliest, json: "{}")
  }
}

/// The model by which loyalty is measured was defined, or its next version.
public struct LoyaltyIndexDefined: Event {
  /// Its version.
  public var modelVersion: Int

  public static let name = "loyalty_index.defined"

  private struct Fields: Sendable {
    let modelVersion = Field<LoyaltyIndexDefined, Int>(
      "model_version", { $0.modelVersion }, { $0.modelVersion = $1 })
  }

  public static let layout = Layout(Fields(), blank: LoyaltyIndexDefined(modelVersion: 1))
}
