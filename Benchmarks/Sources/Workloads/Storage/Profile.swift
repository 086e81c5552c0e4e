import CRMKit

/// A customer as a table of 20 columns has them: 8 texts, 3 instants, 3 lists, a map, 3 numbers,
/// a flag and an enumeration.
public struct Profile: Record {
  public let id: Identifier<Profile>
  public var name: String
  public var email: String
  public var phone: String
  public var street: String
  public var city: String
  public var postcode: String
  public var country: String
  public var language: String
  public var createdAt: Instant
  public var modifiedAt: Instant
  public var seenAt: Instant
  public var tags: [String]
  public var segments: [String]
  public var interests: [String]
  public var attributes: [String: String]
  public var points: Int
  public var orders: Int
  public var spent: Int
  public var isSubscribed: Bool
  public var status: Status

  public enum Status: String, Codable, Sendable, FieldValue {
    case prospect, active, lapsed
  }

  public struct Fields: Sendable {
    let name = Field<Profile, String>("name", { $0.name }, { $0.name = $1 })
    let email = Field<Profile, String>("email", { $0.email }, { $0.email = $1 })
    let phone = Field<Profile, String>("phone", { $0.phone }, { $0.phone = $1 })
    let street = Field<Profile, String>("street", { $0.street }, { $0.street = $1 })
    let city = Field<Profile, String>("city", { $0.city }, { $0.city = $1 })
    let postcode = Field<Profile, String>("postcode", { $0.postcode }, { $0.postcode = $1 })
    let country = Field<Profile, String>("country", { $0.country }, { $0.country = $1 })
    let language = Field<Profile, String>("language", { $0.language }, { $0.language = $1 })
    let createdAt = Field<Profile, Instant>("created_at", { $0.createdAt }, { $0.createdAt = $1 })
    let modifiedAt = Field<Profile, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })
    let seenAt = Field<Profile, Instant>("seen_at", { $0.seenAt }, { $0.seenAt = $1 })
    let tags = Field<Profile, [String]>("tags", { $0.tags }, { $0.tags = $1 })
    let segments = Field<Profile, [String]>("segments", { $0.segments }, { $0.segments = $1 })
    let interests = Field<Profile, [String]>("interests", { $0.interests }, { $0.interests = $1 })
    let attributes = Field<Profile, [String: String]>(
      "attributes", { $0.attributes }, { $0.attributes = $1 })
    let points = Field<Profile, Int>("points", { $0.points }, { $0.points = $1 })
    let orders = Field<Profile, Int>("orders", { $0.orders }, { $0.orders = $1 })
    let spent = Field<Profile, Int>("spent", { $0.spent }, { $0.spent = $1 })
    let isSubscribed = Field<Profile, Bool>(
      "is_subscribed", { $0.isSubscribed }, { $0.isSubscribed = $1 })
    let status = Field<Profile, Status>("status", { $0.status }, { $0.status = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<Profile>("profiles", fields) { Profile(id: $0) }
}

extension Profile {
  /// A profile that says nothing.
  init(id: Identifier<Profile>) {
    self.init(
      id: id, name: "", email: "", phone: "", street: "", city: "", postcode: "", country: "",
      language: "", createdAt: .earliest, modifiedAt: .earliest, seenAt: .earliest, tags: [],
      segments: [], interests: [], attributes: [:], points: 0, orders: 0, spent: 0,
      isSubscribed: false, status: .prospect)
  }

  /// The profile of a number, the same in every run.
  init(number: Int) {
    var lottery = Lottery(number)
    let person = Person(number: number)
    let created = 1_600_000_000_000 + number * 1_000
    self.init(
      id: Identifier(
        high: UInt64(created) << 16 | 0x7000, low: lottery.next() >> 2 | 0x8000_0000_0000_0000),
      name: person.name, email: person.email, phone: person.phone,
      street: "\(lottery.below(200)) \(lottery.pick(Person.lastNames)) Street",
      city: lottery.pick(["Lyon", "Köln", "Busan", "Leeds", "Porto", "Osaka"]),
      postcode: String(10_000 + lottery.below(89_999)), country: person.country,
      language: person.language, createdAt: Instant(milliseconds: Int64(created)),
      modifiedAt: Instant(milliseconds: Int64(created + lottery.below(1_000_000))),
      seenAt: Instant(milliseconds: Int64(created + lottery.below(1_000_000_000))),
      tags: person.tags, segments: ["spring", lottery.pick(["email", "post"])],
      interests: [lottery.pick(["garden", "music", "travel"])],
      attributes: ["shoe_size": String(35 + lottery.below(12)), "source": "web"],
      points: lottery.below(5_000), orders: lottery.below(40), spent: lottery.below(1_000_000),
      isSubscribed: lottery.below(2) == 0,
      status: lottery.pick([.prospect, .active, .lapsed]))
  }

  /// What a scan that decodes whole rows adds up.
  @inline(__always)
  var weight: Int { points &+ name.utf8.count &+ tags.count &+ attributes.count }
}
