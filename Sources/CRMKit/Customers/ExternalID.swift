/// The name another system knows a customer by; each is held by one customer.
public struct ExternalID: Described, Codable {
  /// The other system, by the host's name for it; without a colon.
  public var system: String

  /// The name there, kept exactly: leading zeros count.
  public var value: String

  /// A name in another system.
  public init(_ system: String, _ value: String) {
    self.system = system
    self.value = value
  }

  /// Both with a colon between, as the index has them.
  public var key: String { "\(system):\(value)" }

  private struct Fields: Sendable {
    let system = Field<ExternalID, String>("system", { $0.system }, { $0.system = $1 })
    let value = Field<ExternalID, String>("value", { $0.value }, { $0.value = $1 })
  }

  public static let layout = Layout(Fields(), blank: ExternalID("", ""))

  /// Most customers have some: one is not boxed to be looked at.
  public static func prepared(_ value: ExternalID) throws(StorageError) -> ExternalID? {
    let (system, name) = (try String.prepared(value.system), try String.prepared(value.value))
    guard system != nil || name != nil else { return nil }
    return ExternalID(system ?? value.system, name ?? value.value)
  }
}
