/// The name another system knows a customer by; each is held by one customer.
public struct ExternalID: Described, Codable, ContactPoint {
  /// The other system, by the host's name for it; without a colon.
  public var system: String

  /// The name there, kept exactly: leading zeros count.
  public var value: String

  public var details = Aside<ContactDetails>()

  /// A name in another system.
  public init(_ system: String, _ value: String) {
    self.system = system
    self.value = value
  }

  /// Both with a colon between, as the index has them.
  public var key: String { "\(system):\(value)" }

  public var identity: String { key }

  private struct Fields: Sendable {
    let system = Field<ExternalID, String>("system", { $0.system }, { $0.system = $1 })
    let value = Field<ExternalID, String>("value", { $0.value }, { $0.value = $1 })
    let label = Field<ExternalID, String?>("label", { $0.label }, { $0.label = $1 })
    let verifiedAt = Field<ExternalID, Instant?>(
      "verified_at", { $0.verifiedAt }, { $0.verifiedAt = $1 })
    let verifiedBy = Field<ExternalID, Principal?>(
      "verified_by", { $0.verifiedBy }, { $0.verifiedBy = $1 })
    let source = Field<ExternalID, String?>("source", { $0.source }, { $0.source = $1 })
    let trueAt = Field<ExternalID, Instant?>("true_at", { $0.trueAt }, { $0.trueAt = $1 })
    let recordedAt = Field<ExternalID, Instant?>(
      "recorded_at", { $0.recordedAt }, { $0.recordedAt = $1 })
  }

  public static let layout = Layout(Fields(), blank: ExternalID("", ""))

  /// Most customers have some: one without details is not boxed to be looked at.
  public static func prepared(_ value: ExternalID) throws(StorageError) -> ExternalID? {
    guard value.details.held == nil else { return try layout.prepared(Held(value)) }
    let (system, name) = (try String.prepared(value.system), try String.prepared(value.value))
    guard system != nil || name != nil else { return nil }
    return ExternalID(system ?? value.system, name ?? value.value)
  }
}
