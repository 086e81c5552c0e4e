/// Where a customer gets post, in the parts it is written with.
public struct PostalAddress: Described, Codable, ContactPoint {
  /// Street, house, floor: what stands above the town, a line each, as the customer writes them.
  public var lines: [String]

  /// The town.
  public var city: String?

  /// The state, the province, the prefecture.
  public var region: String?

  /// The postal code.
  public var postcode: String?

  /// The country by its two letters of ISO 3166-1.
  public var country: String?

  public var details = Aside<ContactDetails>()

  /// Everything that is written on an envelope.
  public var identity: String {
    (lines + [city, region, postcode, country].map { $0 ?? "" }).joined(separator: "\n")
  }

  /// An address.
  public init(
    _ lines: String..., city: String? = nil, region: String? = nil, postcode: String? = nil,
    country: String? = nil, label: String? = nil, verifiedAt: Instant? = nil,
    source: String? = nil
  ) {
    self.lines = lines
    self.city = city
    self.region = region
    self.postcode = postcode
    self.country = country
    guard label != nil || verifiedAt != nil || source != nil else { return }
    self.label = label
    self.verifiedAt = verifiedAt
    self.source = source
  }

  private struct Fields: Sendable {
    let label = Field<PostalAddress, String?>("label", { $0.label }, { $0.label = $1 })
    let lines = Field<PostalAddress, [String]>("lines", { $0.lines }, { $0.lines = $1 })
    let city = Field<PostalAddress, String?>("city", { $0.city }, { $0.city = $1 })
    let region = Field<PostalAddress, String?>("region", { $0.region }, { $0.region = $1 })
    let postcode = Field<PostalAddress, String?>("postcode", { $0.postcode }, { $0.postcode = $1 })
    let country = Field<PostalAddress, String?>("country", { $0.country }, { $0.country = $1 })
    let verifiedAt = Field<PostalAddress, Instant?>(
      "verified_at", { $0.verifiedAt }, { $0.verifiedAt = $1 })
    let verifiedBy = Field<PostalAddress, Principal?>(
      "verified_by", { $0.verifiedBy }, { $0.verifiedBy = $1 })
    let source = Field<PostalAddress, String?>("source", { $0.source }, { $0.source = $1 })
    let trueAt = Field<PostalAddress, Instant?>("true_at", { $0.trueAt }, { $0.trueAt = $1 })
    let recordedAt = Field<PostalAddress, Instant?>(
      "recorded_at", { $0.recordedAt }, { $0.recordedAt = $1 })
  }

  public static let layout = Layout(Fields(), blank: PostalAddress())
}
