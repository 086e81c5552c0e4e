/// What is known of a customer whose file is to be opened.
///
///     .person("김유나", emails: ["yuna@example.kr"], phones: ["+82 10 1234 5678"])
///
/// What few files have is said with ``with(_:)``:
///
///     .person("山田太郎").with { $0.names = [CustomerName(.reading, "やまだたろう")] }
public struct NewCustomer: Hashable, Sendable, CustomerDescribing {
  /// Whether it is a person, an organisation or a household.
  public var kind: Customer.Kind

  /// The name as the customer writes it, in any script.
  public var name: String

  /// E-mail addresses, the preferred one first.
  public var emails: [String]

  /// Phone numbers, the preferred one first; see ``Customers/callingCode`` for national ones.
  public var phones: [String]

  /// The names other systems know the customer by.
  public var externalIDs: [ExternalID]

  /// The country of residence, by its two letters of ISO 3166-1.
  public var country: String?

  /// The preferred language, by its tag of BCP 47.
  public var language: String?

  /// The date of birth, the year of which need not be known.
  public var birthday: Birthday?

  /// Labels of the host's own.
  public var tags: [String]

  /// The host's own facts.
  public var attributes: Attributes

  public var details = Aside<CustomerDetails>()

  /// Says what is known.
  public init(
    _ kind: Customer.Kind, _ name: String, emails: [String] = [], phones: [String] = [],
    externalIDs: [ExternalID] = [], country: String? = nil, language: String? = nil,
    birthday: Birthday? = nil, tags: [String] = [],
    attributes: Attributes = [:]
  ) {
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
  }

  /// The same customer with more said of them.
  public func with(_ edit: (inout NewCustomer) -> Void) -> NewCustomer {
    var copy = self
    edit(&copy)
    return copy
  }

  /// A natural person.
  public static func person(
    _ name: String, emails: [String] = [], phones: [String] = [], externalIDs: [ExternalID] = [],
    country: String? = nil, language: String? = nil, birthday: Birthday? = nil,
    tags: [String] = [], attributes: Attributes = [:]
  ) -> NewCustomer {
    NewCustomer(
      .person, name, emails: emails, phones: phones, externalIDs: externalIDs, country: country,
      language: language, birthday: birthday, tags: tags, attributes: attributes)
  }

  /// A company, a club, an authority.
  public static func organisation(
    _ name: String, emails: [String] = [], phones: [String] = [], externalIDs: [ExternalID] = [],
    country: String? = nil, language: String? = nil, tags: [String] = [],
    attributes: Attributes = [:]
  ) -> NewCustomer {
    NewCustomer(
      .organisation, name, emails: emails, phones: phones, externalIDs: externalIDs,
      country: country, language: language, tags: tags, attributes: attributes)
  }

  /// People who live and buy together.
  public static func household(
    _ name: String, emails: [String] = [], phones: [String] = [], externalIDs: [ExternalID] = [],
    country: String? = nil, language: String? = nil, tags: [String] = [],
    attributes: Attributes = [:]
  ) -> NewCustomer {
    NewCustomer(
      .household, name, emails: emails, phones: phones, externalIDs: externalIDs,
      country: country, language: language, tags: tags, attributes: attributes)
  }
}
