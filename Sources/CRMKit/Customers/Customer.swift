/// A person, an organisation or a household that the firm deals with, or would like to.
public struct Customer: Versioned, CustomerDescribing {
  /// What names the customer for good.
  public let id: Identifier<Customer>

  /// Whether it is a person, an organisation or a household.
  public var kind: Kind

  /// The name as the customer writes it, in any script; what staff see.
  public var name: String

  /// E-mail addresses, the preferred one first.
  public var emails: [EmailAddress]

  /// Phone numbers, the preferred one first.
  public var phones: [PhoneNumber]

  /// The names other systems know the customer by.
  public var externalIDs: [ExternalID]

  /// The country of residence, by its two letters of ISO 3166-1, or `XK`.
  public var country: String?

  /// The preferred language, by its tag of BCP 47: `ko`, `zh-Hant-TW`, or `x-…` for one's own.
  public var language: String?

  /// The date of birth, the year of which need not be known.
  public var birthday: Birthday?

  /// Labels of the host's own.
  public var tags: [String]

  /// The host's own facts, as ``Customers/attributes`` defines them.
  public var attributes: Attributes

  /// When the file was opened; it stays as it is.
  public var createdAt: Instant

  public var modifiedAt: Instant

  public var version: Int

  public var details = Aside<CustomerDetails>()

  init(
    id: Identifier<Customer>, kind: Kind, name: String, emails: [EmailAddress] = [],
    phones: [PhoneNumber] = [], externalIDs: [ExternalID] = [], country: String? = nil,
    language: String? = nil, birthday: Birthday? = nil, tags: [String] = [],
    attributes: Attributes = [:], createdAt: Instant, modifiedAt: Instant, version: Int
  ) {
    self.id = id
    self.kind = kind
    self.name = name
    self.emails = emails
    self.phones = phones
    self.externalIDs = externalIDs
    self.country = country
    self.language = language
    self.birthday = birthday
    self.tags = tags
    self.attributes = attributes
    self.createdAt = createdAt
    self.modifiedAt = modifiedAt
    self.version = version
  }

  /// What a customer can be.
  public enum Kind: String, Sendable, Codable, FieldValue {
    /// A natural person.
    case person
    /// A company, a club, an authority.
    case organisation
    /// People who live and buy together.
    case household
  }
}

extension Customer {
  /// When the file was put away, if it was; ``CustomerOperations/archive(_:)`` does.
  public internal(set) var archivedAt: Instant? {
    get { details.held?.row.archivedAt }
    set { details.set(newValue, from: archivedAt) { $0.archivedAt = $1 } }
  }

  /// The names of the attributes that an index has, as of when the file was written last.
  var indexedAttributes: [String] {
    get { details.held?.row.indexedAttributes ?? [] }
    set { details.set(newValue, from: indexedAttributes) { $0.indexedAttributes = $1 } }
  }

  /// Whether the file was put away: it is not found by what names it, and holds no external id.
  public var isArchived: Bool { archivedAt != nil }
}

extension Customer {
  /// The described fields.
  public struct Fields: Sendable {
    /// ``Customer/kind``, for filters and sorting.
    public let kind = Field<Customer, Kind>("kind", { $0.kind }, { $0.kind = $1 })

    /// ``Customer/name``, for filters and sorting.
    public let name = Field<Customer, String>("name", { $0.name }, { $0.name = $1 }).personal()

    /// ``Customer/emails``, for filters and sorting.
    public let emails = Field<Customer, [EmailAddress]>(
      "emails", { $0.emails }, { $0.emails = $1 }
    ).personal()

    /// ``Customer/phones``, for filters and sorting.
    public let phones = Field<Customer, [PhoneNumber]>(
      "phones", { $0.phones }, { $0.phones = $1 }
    ).personal()

    /// ``Customer/externalIDs``, for filters and sorting.
    public let externalIDs = Field<Customer, [ExternalID]>(
      "external_ids", { $0.externalIDs }, { $0.externalIDs = $1 }
    ).personal()

    /// ``Customer/country``, for filters and sorting.
    public let country = Field<Customer, String?>("country", { $0.country }, { $0.country = $1 })
      .personal()

    /// ``Customer/language``, for filters and sorting.
    public let language = Field<Customer, String?>(
      "language", { $0.language }, { $0.language = $1 }
    ).personal()

    /// ``Customer/birthday``, for filters and sorting.
    public let birthday = Field<Customer, Birthday?>(
      "birthday", { $0.birthday }, { $0.birthday = $1 }
    ).personal()

    /// ``Customer/tags``, for filters and sorting.
    public let tags = Field<Customer, [String]>("tags", { $0.tags }, { $0.tags = $1 }).personal()

    /// ``Customer/attributes``, for filters and sorting.
    public let attributes = Field<Customer, Attributes>(
      "attributes", { $0.attributes }, { $0.attributes = $1 }
    ).personal()

    /// ``Customer/names``, for filters and sorting.
    public let names = Field<Customer, [CustomerName]>(
      "names", { $0.row.names }, { $0.names = $1 }
    ).personal()

    /// ``Customer/addresses``, for filters and sorting.
    public let addresses = Field<Customer, [PostalAddress]>(
      "addresses", { $0.row.addresses }, { $0.addresses = $1 }
    ).personal()

    /// ``Customer/handles``, for filters and sorting.
    public let handles = Field<Customer, [Handle]>(
      "handles", { $0.row.handles }, { $0.handles = $1 }
    ).personal()

    /// ``Customer/zone``, for filters and sorting.
    public let zone = Field<Customer, Zone?>(
      "zone", { $0.row.zone }, { $0.zone = $1 }
    ).personal()

    /// ``Customer/accessNeeds``, for filters and sorting.
    public let accessNeeds = Field<Customer, [String]>(
      "access_needs", { $0.row.accessNeeds }, { $0.accessNeeds = $1 }
    ).personal()

    /// ``Customer/preferences``, for filters and sorting.
    public let preferences = Field<Customer, Attributes>(
      "preferences", { $0.row.preferences }, { $0.preferences = $1 }
    ).personal()

    /// ``Customer/background``, for filters and sorting.
    public let background = Field<Customer, String?>(
      "background", { $0.row.background }, { $0.background = $1 }
    ).personal()

    /// ``Customer/owner``, for filters and sorting.
    public let owner = Field<Customer, Principal?>(
      "owner", { $0.row.owner }, { $0.owner = $1 })

    /// ``Customer/archivedAt``, for filters and sorting.
    public let archivedAt = Field<Customer, Instant?>(
      "archived_at", { $0.row.archivedAt }, { $0.archivedAt = $1 })

    let indexedAttributes = Field<Customer, [String]>(
      "indexed_attributes", { $0.row.indexedAttributes }, { $0.indexedAttributes = $1 })

    /// ``Customer/createdAt``, for filters and sorting.
    public let createdAt = Field<Customer, Instant>(
      "created_at", { $0.createdAt }, { $0.createdAt = $1 })

    /// ``Customer/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<Customer, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``Customer/version``, for filters and sorting.
    public let version = Field<Customer, Int>("version", { $0.version }, { $0.version = $1 })

    /// The addresses of ``Customer/emails`` as they are compared, unless the file is archived.
    public let emailAddresses = MultiField<Customer, String>("email_addresses") {
      $0.row.isArchived ? [] : $0.emails.map(\.normalised)
    }.personal()

    /// The numbers of ``Customer/phones`` in E.164, unless the file is archived.
    public let phoneNumbers = MultiField<Customer, String>("phone_numbers") {
      $0.row.isArchived ? [] : $0.phones.map(\.normalised)
    }.personal()

    /// ``Customer/externalIDs`` as `system:value`, each held by one customer who is not archived.
    public let externalKeys = MultiField<Customer, String>("external_keys", unique: true) {
      $0.row.isArchived ? [] : $0.externalIDs.map(\.key)
    }.personal()

    /// The labels, each for itself.
    public let eachTag = MultiField<Customer, String>("each_tag") { $0.tags }.personal()

    /// ``Customer/owner``, unless the file is archived, to find it by.
    public let ownedBy = MultiField<Customer, String>("owned_by") {
      $0.row.isArchived ? [] : $0.row.owner.map { [$0.rawValue] } ?? []
    }

    /// The attributes that are searched by, as ``Filter/attribute(_:_:)`` finds them.
    public let attributeKeys = MultiField<Customer, String>("attribute_keys") { held in
      held.row.indexedAttributes.compactMap { name in
        held.attributes[name].map { AttributeKey.key(name, $0) }
      }
    }.personal()

    /// What ``CustomerOperations/search(_:after:limit:)`` looks at.
    public let searchWords = MultiField<Customer, String>("search_words") {
      SearchWords.words(of: $0)
    }.personal()
  }

  public static let fields = Fields()

  public static let schema = Schema<Customer>(
    "customers", version: 2, fields,
    indexes: [.ordered(fields.name), .ordered(fields.country, fields.name)]
  ) {
    Customer(
      id: $0, kind: .person, name: "", createdAt: .earliest, modifiedAt: .earliest, version: 1)
  }
}
