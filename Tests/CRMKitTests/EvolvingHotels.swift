import CRMKit

/// The first program of a hotel.
enum FirstHotel: Hotel {
  struct Guest: Record {
    let id: Identifier<Guest>
    var name = ""
    var age = ""
    var fax: String?
    var street: String?
    var city: String?
    var host: Identifier<Guest>?
    var tags: [String] = []
    var rate = Money(minorUnits: 0, .eur)

    struct Fields: Sendable {
      let name = Field<Guest, String>("name", { $0.name }, { $0.name = $1 })
      let age = Field<Guest, String>("age", { $0.age }, { $0.age = $1 })
      let fax = Field<Guest, String?>("fax", { $0.fax }, { $0.fax = $1 })
      let street = Field<Guest, String?>("street", { $0.street }, { $0.street = $1 })
      let city = Field<Guest, String?>("city", { $0.city }, { $0.city = $1 })
      let host = Field<Guest, Identifier<Guest>?>("host", { $0.host }, { $0.host = $1 })
        .references(Guest.self)
      let tags = Field<Guest, [String]>("tags", { $0.tags }, { $0.tags = $1 })
      let rate = Field<Guest, Money>("rate", { $0.rate }, { $0.rate = $1 })
      let tagged = MultiField<Guest, String>("tagged") { $0.tags }
    }
    static let fields = Fields()
    static let schema = Schema<Guest>("guests", fields, indexes: [.ordered(fields.name)]) {
      Guest(id: $0)
    }
  }

  /// A numbered kind.
  struct Visit: Record {
    let id: Identifier<Visit>
    var guest: Identifier<Guest>
    var note: String

    struct Fields: Sendable {
      let guest = Field<Visit, Identifier<Guest>>("guest", { $0.guest }, { $0.guest = $1 })
        .references(Guest.self)
      let note = Field<Visit, String>("note", { $0.note }, { $0.note = $1 })
    }
    static let fields = Fields()
    static let schema = Schema<Visit>("visits", fields, numbered: true) {
      Visit(id: $0, guest: .zero, note: "")
    }
  }

  /// A kind that refers to a numbered one.
  struct Bill: Record {
    let id: Identifier<Bill>
    var visit: Identifier<Visit>?

    struct Fields: Sendable {
      let visit = Field<Bill, Identifier<Visit>?>("visit", { $0.visit }, { $0.visit = $1 })
        .references(Visit.self)
    }
    static let fields = Fields()
    static let schema = Schema<Bill>("bills", fields) { Bill(id: $0) }
  }

  static let kinds: [any Record.Type] = [Guest.self, Visit.self, Bill.self]
}

/// What a program of any age keeps.
protocol Hotel {
  static var kinds: [any Record.Type] { get }
}

extension Hotel {
  static var catalog: Catalog { get throws(StorageError) { try Catalog(kinds) } }
}

/// The steps of guests to version 2: a name's own, another type, a field less and one more.
private let guestToSecond = EvolutionStep(to: 2) { guest in
  try guest.rename("name", to: "full_name")
  try guest.set("age", to: Int(guest.take("age", as: String.self)))
  try guest.remove("fax")
  try guest.set("level", to: guest.value("tags", as: [String].self).contains("vip") ? 2 : 1)
}

/// The second program: guests of version 2, visits as they were.
enum SecondHotel: Hotel {
  struct Guest: Record {
    let id: Identifier<Guest>
    var fullName = ""
    var age: Int?
    var street: String?
    var city: String?
    var host: Identifier<Guest>?
    var tags: [String] = []
    var rate = Money(minorUnits: 0, .eur)
    var level = 0
    var nickname: String?

    struct Fields: Sendable {
      let fullName = Field<Guest, String>("full_name", { $0.fullName }, { $0.fullName = $1 })
      let age = Field<Guest, Int?>("age", { $0.age }, { $0.age = $1 })
      let street = Field<Guest, String?>("street", { $0.street }, { $0.street = $1 })
      let city = Field<Guest, String?>("city", { $0.city }, { $0.city = $1 })
      let host = Field<Guest, Identifier<Guest>?>("host", { $0.host }, { $0.host = $1 })
        .references(Guest.self)
      let tags = Field<Guest, [String]>("tags", { $0.tags }, { $0.tags = $1 })
      let rate = Field<Guest, Money>("rate", { $0.rate }, { $0.rate = $1 })
      let level = Field<Guest, Int>("level", { $0.level }, { $0.level = $1 })
      let nickname = Field<Guest, String?>("nickname", { $0.nickname }, { $0.nickname = $1 })
      let tagged = MultiField<Guest, String>("tagged") { $0.tags }
    }
    static let fields = Fields()
    static let schema = Schema<Guest>(
      "guests", version: 2, fields, indexes: [.ordered(fields.fullName), .ordered(fields.age)],
      evolution: [guestToSecond]
    ) { Guest(id: $0) }
  }

  struct Visit: Record {
    let id: Identifier<Visit>
    var guest: Identifier<Guest>
    var note: String

    struct Fields: Sendable {
      let guest = Field<Visit, Identifier<Guest>>("guest", { $0.guest }, { $0.guest = $1 })
        .references(Guest.self)
      let note = Field<Visit, String>("note", { $0.note }, { $0.note = $1 })
    }
    static let fields = Fields()
    static let schema = Schema<Visit>("visits", fields, numbered: true) {
      Visit(id: $0, guest: .zero, note: "")
    }
  }

  struct Bill: Record {
    let id: Identifier<Bill>
    var visit: Identifier<Visit>?

    struct Fields: Sendable {
      let visit = Field<Bill, Identifier<Visit>?>("visit", { $0.visit }, { $0.visit = $1 })
        .references(Visit.self)
    }
    static let fields = Fields()
    static let schema = Schema<Bill>("bills", fields) { Bill(id: $0) }
  }

  static let kinds: [any Record.Type] = [Guest.self, Visit.self, Bill.self]
}

/// The third program: guests and visits split, addresses a kind of their own.
enum ThirdHotel: Hotel {
  struct Guest: Record {
    let id: Identifier<Guest>
    var givenName = ""
    var familyName = ""
    var age: Int?
    var address: Identifier<Address>?
    var host: Identifier<Guest>?
    var tags: [String] = []
    var rate = Money(minorUnits: 0, .eur)
    var level = 0
    var nickname: String?

    struct Fields: Sendable {
      let givenName = Field<Guest, String>("given_name", { $0.givenName }, { $0.givenName = $1 })
      let familyName = Field<Guest, String>(
        "family_name", { $0.familyName }, { $0.familyName = $1 })
      let age = Field<Guest, Int?>("age", { $0.age }, { $0.age = $1 })
      let address = Field<Guest, Identifier<Address>?>(
        "address", { $0.address }, { $0.address = $1 }
      ).references(Address.self)
      let host = Field<Guest, Identifier<Guest>?>("host", { $0.host }, { $0.host = $1 })
        .references(Guest.self)
      let tags = Field<Guest, [String]>("tags", { $0.tags }, { $0.tags = $1 })
      let rate = Field<Guest, Money>("rate", { $0.rate }, { $0.rate = $1 })
      let level = Field<Guest, Int>("level", { $0.level }, { $0.level = $1 })
      let nickname = Field<Guest, String?>("nickname", { $0.nickname }, { $0.nickname = $1 })
      let tagged = MultiField<Guest, String>("tagged") { $0.tags.map { $0.uppercased() } }
    }
    static let fields = Fields()
    static let schema = Schema<Guest>(
      "guests", version: 3, fields, indexes: [.ordered(fields.familyName, fields.givenName)],
      evolution: [
        guestToSecond,
        EvolutionStep(to: 3) { guest in
          let words = try guest.take("full_name", as: String.self).split(separator: " ")
          try guest.set("given_name", to: words.first.map(String.init) ?? "")
          try guest.set("family_name", to: words.dropFirst().joined(separator: " "))
          let rate = try guest.value("rate", as: Money.self)
          try guest.set("rate", to: Money(minorUnits: rate.minorUnits / 100, .krw))
          var address = StoredRecord("addresses", version: 1, id: guest.identifier(for: "address"))
          try address.set("line", to: guest.take("street", as: String?.self) ?? "")
          try address.set("city", to: guest.take("city", as: String?.self))
          guard address["line"] != .text("") || address["city"] != .missing else { return }
          try guest.set("address", to: Identifier<Address>?(Identifier(address.id)))
          guest.add(address)
        },
      ]
    ) { Guest(id: $0) }
  }

  /// A kind that has changed since guests were first split into it.
  struct Address: Record {
    let id: Identifier<Address>
    var text = ""
    var city: String?

    struct Fields: Sendable {
      let text = Field<Address, String>("text", { $0.text }, { $0.text = $1 })
      let city = Field<Address, String?>("city", { $0.city }, { $0.city = $1 })
    }
    static let fields = Fields()
    static let schema = Schema<Address>(
      "addresses", version: 2, fields,
      evolution: [EvolutionStep(to: 2) { try $0.rename("line", to: "text") }]
    ) { Address(id: $0) }
  }

  struct Visit: Record {
    let id: Identifier<Visit>
    var guest: Identifier<Guest>
    var note: String

    struct Fields: Sendable {
      let guest = Field<Visit, Identifier<Guest>>("guest", { $0.guest }, { $0.guest = $1 })
        .references(Guest.self)
      let note = Field<Visit, String>("note", { $0.note }, { $0.note = $1 })
    }
    static let fields = Fields()
    static let schema = Schema<Visit>(
      "visits", version: 2, fields, numbered: true,
      evolution: [
        EvolutionStep(to: 2) { visit in
          let note = try visit.value("note", as: String.self)
          // A visit of two nights becomes two; one without a note says nothing.
          if note == "none" { visit.drop() }
          guard note.hasPrefix("two nights") else { return }
          try visit.set("note", to: "first night")
          var second = StoredRecord(
            "visits", version: 2, id: Identifier(number: visit.id.number + 1_000),
            values: visit.values)
          try second.set("note", to: "second night")
          visit.add(second)
        }
      ]
    ) { Visit(id: $0, guest: .zero, note: "") }
  }

  struct Bill: Record {
    let id: Identifier<Bill>
    var visit: Identifier<Visit>?

    struct Fields: Sendable {
      let visit = Field<Bill, Identifier<Visit>?>("visit", { $0.visit }, { $0.visit = $1 })
        .references(Visit.self)
    }
    static let fields = Fields()
    static let schema = Schema<Bill>("bills", fields) { Bill(id: $0) }
  }

  static let kinds: [any Record.Type] = [Guest.self, Address.self, Visit.self, Bill.self]
}

extension Identifier {
  /// The same identifier, of another kind.
  init<Other>(_ other: Identifier<Other>) {
    self.init(high: other.high, low: other.low)
  }
}
