/// The name a customer has on a social network or a messaging service.
public struct Handle: Described, Codable {
  /// The service, in lower case: `kakaotalk`, `line`, `instagram`.
  public var service: String

  /// The name or number there.
  public var name: String

  /// What it is for: `work`, `family`.
  public var label: String?

  /// When the customer was last shown to be reached there.
  public var verifiedAt: Instant?

  /// Where it came from.
  public var source: String?

  /// A name on a service.
  public init(
    _ service: String, _ name: String, label: String? = nil, verifiedAt: Instant? = nil,
    source: String? = nil
  ) {
    self.service = service
    self.name = name
    self.label = label
    self.verifiedAt = verifiedAt
    self.source = source
  }

  private struct Fields: Sendable {
    let service = Field<Handle, String>("service", { $0.service }, { $0.service = $1 })
    let name = Field<Handle, String>("name", { $0.name }, { $0.name = $1 })
    let label = Field<Handle, String?>("label", { $0.label }, { $0.label = $1 })
    let verifiedAt = Field<Handle, Instant?>(
      "verified_at", { $0.verifiedAt }, { $0.verifiedAt = $1 })
    let source = Field<Handle, String?>("source", { $0.source }, { $0.source = $1 })
  }

  public static let layout = Layout(Fields(), blank: Handle("", ""))
}
