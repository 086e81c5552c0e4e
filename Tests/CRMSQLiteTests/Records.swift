import CRMStorage

/// A record without references.
struct Firm: Record {
  let id: Identifier<Firm>
  var name: String

  struct Fields: Sendable {
    let name = Field<Firm, String>("name", { $0.name }, { $0.name = $1 })
  }
  static let fields = Fields()
  static let schema = Schema<Firm>(
    "firms", fields, indexes: [.unique(fields.name)], blank: { Firm(id: $0, name: "") })
}

enum Tier: String, FieldValue, Codable {
  case basic, gold
}

/// A value of two columns.
struct Price: FieldValue, Codable {
  var currency: String
  var cents: Int64

  static var columns: [ColumnShape] {
    [ColumnShape("currency", .text), ColumnShape("cents", .integer)]
  }
  static func write(_ value: Price, to writer: any ColumnWriter) {
    writer.text(value.currency)
    writer.integer(value.cents)
  }
  static func read(from reader: any ColumnReader) throws(StorageError) -> Price {
    Price(currency: try reader.text(), cents: try reader.integer())
  }
  static func compare(_ a: Price, _ b: Price) -> Int? {
    a.currency == b.currency ? (a.cents < b.cents ? -1 : a.cents == b.cents ? 0 : 1) : nil
  }
}

/// A structure within a record.
struct Address: Described, Codable {
  var city: String
  var street: String?

  struct Fields: Sendable {
    let city = Field<Address, String>("city", { $0.city }, { $0.city = $1 })
    let street = Field<Address, String?>("street", { $0.street }, { $0.street = $1 })
  }
  static let layout = Layout(Fields(), blank: Address(city: ""))
}

/// A record with every kind of field.
struct Person: Record {
  let id: Identifier<Person>
  var name = ""
  var nickname: String?
  var isActive = true
  var isKnown: Bool?
  var visits = 0
  var points: Int64 = 0
  var score = 0.0
  var ratio: Double?
  var joined = Instant(milliseconds: 0)
  var seen: Instant?
  var birthday: CalendarDate?
  var tier = Tier.basic
  var price = Price(currency: "EUR", cents: 0)
  var limit: Price?
  var tags: [String] = []
  var attributes: [String: Int] = [:]
  var home = Address(city: "")
  var others: [Address]?
  var photo: Blob?
  var key = Blob([])
  var country: String?
  var employer: Identifier<Firm>?
  var referrer: Identifier<Person>?
  var emails: [String] = []
  var login: String?

  struct Fields: Sendable {
    let name = Field<Person, String>("name", { $0.name }, { $0.name = $1 }).personal()
    let nickname = Field<Person, String?>("nickname", { $0.nickname }, { $0.nickname = $1 })
    let isActive = Field<Person, Bool>("is_active", { $0.isActive }, { $0.isActive = $1 })
    let isKnown = Field<Person, Bool?>("is_known", { $0.isKnown }, { $0.isKnown = $1 })
    let visits = Field<Person, Int>("visits", { $0.visits }, { $0.visits = $1 })
    let points = Field<Person, Int64>("points", { $0.points }, { $0.points = $1 })
    let score = Field<Person, Double>("score", { $0.score }, { $0.score = $1 })
    let ratio = Field<Person, Double?>("ratio", { $0.ratio }, { $0.ratio = $1 })
    let joined = Field<Person, Instant>("joined", { $0.joined }, { $0.joined = $1 })
    let seen = Field<Person, Instant?>("seen", { $0.seen }, { $0.seen = $1 })
    let birthday = Field<Person, CalendarDate?>("birthday", { $0.birthday }, { $0.birthday = $1 })
    let tier = Field<Person, Tier>("tier", { $0.tier }, { $0.tier = $1 })
    let price = Field<Person, Price>("price", { $0.price }, { $0.price = $1 })
    let limit = Field<Person, Price?>("limit", { $0.limit }, { $0.limit = $1 })
    let tags = Field<Person, [String]>("tags", { $0.tags }, { $0.tags = $1 })
    let attributes = Field<Person, [String: Int]>(
      "attributes", { $0.attributes }, { $0.attributes = $1 })
    let home = Field<Person, Address>("home", { $0.home }, { $0.home = $1 })
    let others = Field<Person, [Address]?>("others", { $0.others }, { $0.others = $1 })
    let photo = Field<Person, Blob?>("photo", { $0.photo }, { $0.photo = $1 })
    let key = Field<Person, Blob>("key", { $0.key }, { $0.key = $1 })
    let country = Field<Person, String?>("country", { $0.country }, { $0.country = $1 })
    let employer = Field<Person, Identifier<Firm>?>(
      "employer", { $0.employer }, { $0.employer = $1 }
    ).references(Firm.self)
    let referrer = Field<Person, Identifier<Person>?>(
      "referrer", { $0.referrer }, { $0.referrer = $1 }
    ).references(Person.self)
    let emails = Field<Person, [String]>("emails", { $0.emails }, { $0.emails = $1 })
    let login = Field<Person, String?>("login", { $0.login }, { $0.login = $1 })
    let folded = Field<Person, String>(derived: "folded_name") { $0.name.lowercased() }
    let addresses = MultiField<Person, String>("email_addresses", unique: true) { $0.emails }
    let tagged = MultiField<Person, String>("tagged") { $0.tags }
    let prices = MultiField<Person, Price>("prices") { [$0.price] + ($0.limit.map { [$0] } ?? []) }
  }
  static let fields = Fields()
  static let schema = Schema<Person>(
    "people", fields,
    indexes: [
      .ordered(fields.country, fields.joined), .ordered(fields.folded), .ordered(fields.seen),
      .ordered(fields.joined), .ordered(fields.price), .unique(fields.login),
      .unique(fields.key, fields.name),
    ],
    blank: { Person(id: $0) })
}

/// A record that belongs to another.
struct Purchase: Record {
  let id: Identifier<Purchase>
  var buyer: Identifier<Person>
  var total: Int64
  var entry: Identifier<Entry>?

  struct Fields: Sendable {
    let buyer = Field<Purchase, Identifier<Person>>("buyer", { $0.buyer }, { $0.buyer = $1 })
      .owned(by: Person.self)
    let total = Field<Purchase, Int64>("total", { $0.total }, { $0.total = $1 })
    let entry = Field<Purchase, Identifier<Entry>?>("entry", { $0.entry }, { $0.entry = $1 })
      .references(Entry.self)
  }
  static let fields = Fields()
  static let schema = Schema<Purchase>(
    "purchases", fields, indexes: [.ordered(fields.buyer, fields.total)],
    blank: { Purchase(id: $0, buyer: .zero, total: 0) })
}

/// A numbered record, with a name that is a keyword of SQL.
struct Entry: Record {
  let id: Identifier<Entry>
  var text: String
  var group: String?

  struct Fields: Sendable {
    let text = Field<Entry, String>("text", { $0.text }, { $0.text = $1 })
    let group = Field<Entry, String?>("group", { $0.group }, { $0.group = $1 })
    let words = MultiField<Entry, String>("words") {
      $0.text.split(separator: " ").map(String.init)
    }
  }
  static let fields = Fields()
  static let schema = Schema<Entry>(
    "order", fields, numbered: true, indexes: [.ordered(fields.group)],
    blank: { Entry(id: $0, text: "") })
}

extension Identifier {
  /// A made-up identifier.
  static func made(_ number: UInt64) -> Identifier {
    Identifier(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 | number)
  }
}
