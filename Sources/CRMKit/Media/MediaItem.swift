/// What is known of a file: a picture, a recording, a film or a document.
///
/// The bytes are kept by the host; this says what they are, where, and what they belong to.
public struct MediaItem: Versioned {
  /// What names the description for good.
  public let id: Identifier<MediaItem>

  /// The customer whose file it is in, if it is in one.
  public var customer: Customer.ID?

  /// What it belongs to: interactions, orders, catalogue items, or kinds of the host's own.
  public var about: [RecordReference]

  /// Whether one looks at it, listens to it, watches or reads it.
  public var kind: Kind

  /// What it is called.
  public var title: String

  /// Its media type of RFC 6838, in lower case and without parameters: `image/jpeg`.
  public var mediaType: String

  /// How many bytes it has.
  public var byteCount: Int

  /// The SHA-256 digest of its bytes, as 64 hexadecimal digits in lower case.
  public var sha256: String?

  /// Where the host keeps its bytes.
  public var url: String?

  /// The language it is in, by its tag of BCP 47.
  public var language: String?

  /// When it was described here.
  public var addedAt: Instant

  public var modifiedAt: Instant

  public var version: Int

  /// What one does with a file.
  public enum Kind: String, Sendable, Codable, FieldValue, CaseIterable {
    /// One looks at it.
    case picture
    /// One listens to it.
    case sound
    /// One watches it.
    case video
    /// One reads it.
    case document
  }
}

extension MediaItem {
  /// The described fields.
  public struct Fields: Sendable {
    /// ``MediaItem/customer``, for filters and sorting.
    public let customer = Field<MediaItem, Customer.ID?>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``MediaItem/about``, for filters and sorting.
    public let about = Field<MediaItem, [RecordReference]>(
      "about", { $0.about }, { $0.about = $1 })

    /// ``MediaItem/kind``, for filters and sorting.
    public let kind = Field<MediaItem, Kind>("kind", { $0.kind }, { $0.kind = $1 })

    /// ``MediaItem/title``, for filters and sorting.
    public let title = Field<MediaItem, String>("title", { $0.title }, { $0.title = $1 })
      .personal()

    /// ``MediaItem/mediaType``, for filters and sorting.
    public let mediaType = Field<MediaItem, String>(
      "media_type", { $0.mediaType }, { $0.mediaType = $1 })

    /// ``MediaItem/byteCount``, for filters and sorting.
    public let byteCount = Field<MediaItem, Int>(
      "byte_count", { $0.byteCount }, { $0.byteCount = $1 })

    /// ``MediaItem/sha256``, for filters and sorting.
    public let sha256 = Field<MediaItem, String?>("sha256", { $0.sha256 }, { $0.sha256 = $1 })

    /// ``MediaItem/url``, for filters and sorting.
    public let url = Field<MediaItem, String?>("url", { $0.url }, { $0.url = $1 }).personal()

    /// ``MediaItem/language``, for filters and sorting.
    public let language = Field<MediaItem, String?>(
      "language", { $0.language }, { $0.language = $1 })

    /// ``MediaItem/addedAt``, for filters and sorting.
    public let addedAt = Field<MediaItem, Instant>(
      "added_at", { $0.addedAt }, { $0.addedAt = $1 })

    /// ``MediaItem/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<MediaItem, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``MediaItem/version``, for filters and sorting.
    public let version = Field<MediaItem, Int>("version", { $0.version }, { $0.version = $1 })

    /// The keys of what it belongs to (``RecordReference/key``), to find it by.
    public let subjects = MultiField<MediaItem, String>("subjects") { $0.about.map(\.key) }
  }

  public static let fields = Fields()

  public static let schema = Schema<MediaItem>(
    "media", fields,
    indexes: [.ordered(fields.customer, fields.addedAt), .ordered(fields.sha256)]
  ) {
    MediaItem(
      id: $0, about: [], kind: .document, title: "", mediaType: "", byteCount: 0,
      addedAt: .earliest, modifiedAt: .earliest, version: 1)
  }
}
