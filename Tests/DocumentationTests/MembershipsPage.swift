import CRMKit

// The code of Documentation/Evolution.md.

struct Membership: Record {
  let id: Identifier<Membership>
  var customer: Customer.ID
  var points: Int
  var tier: String
  var note: String?

  struct Fields: Sendable {
    let customer = Field<Membership, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)
    let points = Field<Membership, Int>("points", { $0.points }, { $0.points = $1 })
    let tier = Field<Membership, String>("tier", { $0.tier }, { $0.tier = $1 })
    let note = Field<Membership, String?>("note", { $0.note }, { $0.note = $1 })
  }
  static let fields = Fields()
  static let schema = Schema<Membership>(
    "memberships", version: 3, fields, indexes: [.ordered(fields.tier)],
    evolution: [
      EvolutionStep(to: 2) { membership in
        try membership.rename("level", to: "tier")
        let text = try membership.take("points", as: String.self)
        try membership.set("points", to: Int(text) ?? 0)
      },
      EvolutionStep(to: 3) { membership in
        let number = try membership.take("card", as: String?.self)
        guard let number else { return }
        var card = StoredRecord("cards", version: 1, id: membership.identifier(for: "card"))
        try card.set("membership", to: membership.id)
        try card.set("number", to: number)
        membership.add(card)
      },
    ]
  ) {
    Membership(id: $0, customer: .zero, points: 0, tier: "basic")
  }
}

struct Card: Record {
  let id: Identifier<Card>
  var membership: Membership.ID
  var number: String

  struct Fields: Sendable {
    let membership = Field<Card, Membership.ID>(
      "membership", { $0.membership }, { $0.membership = $1 }
    ).owned(by: Membership.self)
    let number = Field<Card, String>("number", { $0.number }, { $0.number = $1 })
  }
  static let fields = Fields()
  static let schema = Schema<Card>("cards", fields, indexes: [.unique(fields.number)]) {
    Card(id: $0, membership: .zero, number: "")
  }
}

struct Memberships: Capability {
  var records: [any Record.Type] { [Membership.self, Card.self] }
}

// As the first program had it.

enum FirstVersion {
  struct Membership: Record {
    let id: Identifier<Membership>
    var customer: Customer.ID
    var level: String
    var points: String
    var card: String?

    struct Fields: Sendable {
      let customer = Field<Membership, Customer.ID>(
        "customer", { $0.customer }, { $0.customer = $1 }
      ).owned(by: Customer.self)
      let level = Field<Membership, String>("level", { $0.level }, { $0.level = $1 })
      let points = Field<Membership, String>("points", { $0.points }, { $0.points = $1 })
      let card = Field<Membership, String?>("card", { $0.card }, { $0.card = $1 })
    }
    static let fields = Fields()
    static let schema = Schema<Membership>("memberships", fields) {
      Membership(id: $0, customer: .zero, level: "", points: "")
    }
  }

  struct Joined: Event {
    static let name = "memberships.joined"
    static let layout = Layout(blank: Joined())
  }

  struct Memberships: Capability {
    var records: [any Record.Type] { [Membership.self] }
    var events: [any Event.Type] { [Joined.self] }
  }
}
