import CRMKit

/// The host's capability in its next version: a badge has a name and a rank in place of a title,
/// and the letters a badge came with are a kind of their own.
struct LaterBadges: Capability {
  var records: [any Record.Type] { [LaterBadge.self, BadgeLetter.self] }
  var events: [any Event.Type] { [BadgeAwarded.self, BadgeFaded.self] }
  var agenda: [AgendaHandler] { [AgendaHandler(for: BadgeFades.self) { _, _ in }] }
}

struct LaterBadge: Record {
  let id: Identifier<LaterBadge>
  var customer: Customer.ID
  var name: String
  var rank: Int
  var awardedAt: Instant

  struct Fields: Sendable {
    let customer = Field<LaterBadge, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)
    let name = Field<LaterBadge, String>("name", { $0.name }, { $0.name = $1 })
    let rank = Field<LaterBadge, Int>("rank", { $0.rank }, { $0.rank = $1 })
    let awardedAt = Field<LaterBadge, Instant>(
      "awarded_at", { $0.awardedAt }, { $0.awardedAt = $1 })
  }

  static let fields = Fields()

  static let schema = Schema<LaterBadge>(
    "badges", version: 2, fields,
    indexes: [.unique(fields.customer, fields.name), .ordered(fields.rank)],
    evolution: [
      EvolutionStep(to: 2) { badge in
        try badge.rename("title", to: "name")
        let name = try badge.value("name", as: String.self)
        try badge.set("rank", to: name == "collector" ? 2 : 1)
        var letter = StoredRecord(
          "badge_letters", version: 1, id: badge.identifier(for: "letter"))
        try letter.set("customer", to: badge.value("customer", as: Customer.ID.self))
        try letter.set("text", to: "You are a \(name) now.")
        badge.add(letter)
      }
    ]
  ) {
    LaterBadge(id: $0, customer: .zero, name: "", rank: 0, awardedAt: .earliest)
  }
}

struct BadgeLetter: Record {
  let id: Identifier<BadgeLetter>
  var customer: Customer.ID
  var text: String

  struct Fields: Sendable {
    let customer = Field<BadgeLetter, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)
    let text = Field<BadgeLetter, String>("text", { $0.text }, { $0.text = $1 })
  }

  static let fields = Fields()

  static let schema = Schema<BadgeLetter>("badge_letters", fields) {
    BadgeLetter(id: $0, customer: .zero, text: "")
  }
}
