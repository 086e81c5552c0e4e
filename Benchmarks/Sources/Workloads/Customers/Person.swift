import CRMKit

/// An invented person, the same for a number in every run; one name in eight is not ASCII.
struct Person {
  let name: String
  let email: String
  let phone: String
  let country: String
  let language: String
  let tags: [String]
  private let number: Int
  private let shoeSize: Int

  static let firstNames = [
    "Anna", "Bruno", "Chloe", "Daniel", "Emma", "Felix", "Grace", "Hugo", "Ines", "Jonas", "Karin",
    "Louis", "Marta", "Noah", "Zoë", "José",
  ]

  static let lastNames = [
    "Almeida", "Bernard", "Clarke", "Dupont", "Evans", "Fischer", "Garcia", "Hoffmann", "Ivanova",
    "Johnson", "Kowalski", "Lefevre", "Martin", "Novak", "Okafor", "Petit",
  ]

  private static let countries = [
    "FR", "DE", "GB", "ES", "IT", "NL", "PL", "PT", "KR", "JP", "US", "BR",
  ]
  private static let languages = ["fr", "de", "en", "es", "it", "nl", "pl", "pt", "ko", "ja", "en"]
  private static let labels = ["vip", "newsletter", "wholesale", "trial", "b2b", "press", "staff"]

  init(number: Int) {
    var lottery = Lottery(number &* 2 &+ 1)
    let first = lottery.pick(Self.firstNames)
    let last = lottery.pick(Self.lastNames)
    self.number = number
    name = "\(first) \(last) \(number % 1_000)"
    email = "\(last).\(number)@example.com"
    phone = "+49 151 \(10_000_000 + number)"
    country = lottery.pick(Self.countries)
    language = lottery.pick(Self.languages)
    let label = lottery.below(Self.labels.count)
    tags = [Self.labels[label], Self.labels[(label + 1 + lottery.below(5)) % Self.labels.count]]
    shoeSize = 35 + lottery.below(12)
  }

  /// The person as a customer to be added: an e-mail address, a phone number, an external id, a
  /// country, a language, two tags and two facts.
  var newCustomer: NewCustomer {
    .person(
      name, emails: [email], phones: [phone],
      externalIDs: [ExternalID("shop", "\(1_000_000 + number)")], country: country,
      language: language, tags: tags,
      attributes: ["shoe_size": .integer(Int64(shoeSize)), "subscribed": .flag(number % 2 == 0)])
  }
}
