/// A file to be described.
///
///     NewMediaItem(
///       "The crack in the lid", type: "image/jpeg", byteCount: 48_213,
///       url: "https://files.example/7.jpg", of: yuna.id, about: [RecordReference(call.id)])
public struct NewMediaItem: Hashable, Sendable {
  /// What it is called; up to 500 bytes of UTF-8.
  public var title: String

  /// Its media type of RFC 6838, without parameters.
  public var mediaType: String

  /// What it is, where the media type does not tell.
  public var kind: MediaItem.Kind?

  /// How many bytes it has.
  public var byteCount: Int

  /// The SHA-256 digest of its bytes, as 64 hexadecimal digits.
  public var sha256: String?

  /// Where the host keeps its bytes; this or the digest must be there.
  public var url: String?

  /// The language it is in, by its tag of BCP 47.
  public var language: String?

  /// The customer whose file it is in, if it is in one.
  public var customer: Customer.ID?

  /// What it belongs to.
  public var about: [RecordReference]

  /// Describes a file.
  public init(
    _ title: String, type mediaType: String, kind: MediaItem.Kind? = nil, byteCount: Int,
    sha256: String? = nil, url: String? = nil, language: String? = nil,
    of customer: Customer.ID? = nil, about: [RecordReference] = []
  ) {
    self.title = title
    self.mediaType = mediaType
    self.kind = kind
    self.byteCount = byteCount
    self.sha256 = sha256
    self.url = url
    self.language = language
    self.customer = customer
    self.about = about
  }
}
