/// A version of a loyalty programme as it is kept; it never changes.
public struct ProgrammeDefinition: Record {
  /// What names it for good.
  public let id: Identifier<ProgrammeDefinition>

  /// The name of the programme.
  public var name: String

  /// The version of the programme.
  public var version: Int

  /// What happens from then on falls under it, until the next version.
  public var effectiveFrom: Instant

  /// When it was defined.
  public var definedAt: Instant

  /// The programme as JSON.
  var json: String

  /// The described fields.
  public struct Fields: Sendable {
    /// ``ProgrammeDefinition/name``, for filters and sorting.
    public let name = Field<ProgrammeDefinition, String>("name", { $0.name }, { $0.name = $1 })

    /// ``ProgrammeDefinition/version``, for filters and sorting.
    public let version = Field<ProgrammeDefinition, Int>(
      "version", { $0.version }, { $0.version = $1 })

    /// ``ProgrammeDefinition/effectiveFrom``, for filters and sorting.
    public let effectiveFrom = Field<ProgrammeDefinition, Instant>(
      "effective_from", { $0.effectiveFrom }, { $0.effectiveFrom = $1 })

    /// ``ProgrammeDefinition/definedAt``, for filters and sorting.
    public let definedAt = Field<ProgrammeDefinition, Instant>(
      "defined_at", { $0.definedAt }, { $0.definedAt = $1 })

    let json = Field<ProgrammeDefinition, String>("json", { $0.json }, { $0.json = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<ProgrammeDefinition>(
    "loyalty_programmes", fields, indexes: [.unique(fields.name, fields.version)]
  ) {
    ProgrammeDefinition(
      id: $0, name: "", version: 1, effectiveFrom: .earliest, definedAt: .earliest, json: "{}")
  }
}

/// A version of a loyalty programme was defined; what happens from its beginning on falls under it.
public struct ProgrammeDefined: Event {
  /// The name of the programme.
  public var programme: String
  /// Its version.
  public var programmeVersion: Int
  /// When it begins.
  public var effectiveFrom: Instant

  public static let name = "loyalty.programme_defined"

  private struct Fields: Sendable {
    let programme = Field<ProgrammeDefined, String>(
      "programme", { $0.programme }, { $0.programme = $1 })
    let programmeVersion = Field<ProgrammeDefined, Int>(
      "programme_version", { $0.programmeVersion }, { $0.programmeVersion = $1 })
    let effectiveFrom = Field<ProgrammeDefined, Instant>(
      "effective_from", { $0.effectiveFrom }, { $0.effectiveFrom = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: ProgrammeDefined(programme: "", programmeVersion: 1, effectiveFrom: .earliest))
}
