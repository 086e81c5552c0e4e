/// The name a customer has on a social network or a messaging service.
public struct Handle: Described, Codable, ContactPoint {
  /// The service, in lower case: `kakaotalk`, `line`, `instagram`.
  public var service: String

  /// The name or number there.
  public var name: String

  public var details = Aside<ContactDetails>()

  public var identity: String { "\(service):\(name)" }

  /// A name on a service.
  public init(
    _ service: String, _ name: String, label: String? = nil, verifiedAt: Instant? = nil,
    source: String? = nil
  ) {
    self.service = service
    self.name = name
    guard label != nil || verifiedAt != nil || source != nil else { return }
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
    let verifiedBy = Field<Handle, Principal?>(
      "verified_by", { $0.verifiedBy }, { $0.verifiedBy = $1 })
    let source = Field<Handle, String?>("source", { $0.source }, { $0.source = $1 })
    let trueAt = Field<Handle, Instant?>("true_at", { $0.trueAt }, { $0.trueAt = $1 })
    let recordedAt = Field<Handle, Instant?>(
      "recorded_at", { $0.recordedAt }, { $0.recordedAt = $1 })
  }

  public static let layout = Layout(Fields(), blank: Handle("", ""))
}
