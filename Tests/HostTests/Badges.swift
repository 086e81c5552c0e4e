import CRMKit

/// A capability as a host writes one: its record, its events, its reaction, its task.
struct Badges: Capability {
  var records: [any Record.Type] { [Badge.self] }
  var events: [any Event.Type] { [BadgeAwarded.self, BadgeFaded.self] }

  var reactions: [Reaction] {
    [
      Reaction(to: CustomerAdded.self) { event, tx in
        try tx.badges.award("newcomer", to: event.customer)
      },
      Reaction(to: OrderPlaced.self) { order, tx in
        if order.units >= 10 { try tx.badges.award("collector", to: order.customer) }
      },
    ]
  }

  var agenda: [AgendaHandler] {
    [AgendaHandler(for: BadgeFades.self) { task, tx in try tx.badges.fade(task.badge) }]
  }
}

struct Badge: Record {
  let id: Identifier<Badge>
  var customer: Customer.ID
  var title: String
  var awardedAt: Instant

  struct Fields: Sendable {
    let customer = Field<Badge, Customer.ID>("customer", { $0.customer }, { $0.customer = $1 })
      .owned(by: Customer.self)
    let title = Field<Badge, String>("title", { $0.title }, { $0.title = $1 })
    let awardedAt = Field<Badge, Instant>("awarded_at", { $0.awardedAt }, { $0.awardedAt = $1 })
  }

  static let fields = Fields()

  static let schema = Schema<Badge>(
    "badges", fields, indexes: [.unique(fields.customer, fields.title)]
  ) {
    Badge(id: $0, customer: .zero, title: "", awardedAt: .earliest)
  }
}

struct BadgeAwarded: Event {
  var badge: Badge.ID
  var title: String

  static let name = "badges.awarded"

  private struct Fields: Sendable {
    let badge = Field<BadgeAwarded, Badge.ID>("badge", { $0.badge }, { $0.badge = $1 })
    let title = Field<BadgeAwarded, String>("title", { $0.title }, { $0.title = $1 })
  }

  static let layout = Layout(Fields(), blank: BadgeAwarded(badge: .zero, title: ""))
}

struct BadgeFaded: Event {
  var title: String

  static let name = "badges.faded"

  private struct Fields: Sendable {
    let title = Field<BadgeFaded, String>("title", { $0.title }, { $0.title = $1 })
  }

  static let layout = Layout(Fields(), blank: BadgeFaded(title: ""))
}

struct BadgeFades: AgendaTask {
  var badge: Badge.ID

  var key: String { badge.description }

  static let name = "badges.fades"

  private struct Fields: Sendable {
    let badge = Field<BadgeFades, Badge.ID>("badge", { $0.badge }, { $0.badge = $1 })
  }

  static let layout = Layout(Fields(), blank: BadgeFades(badge: .zero))
}

extension Transaction {
  var badges: BadgeOperations { BadgeOperations(transaction: self) }
}

struct BadgeOperations {
  let transaction: Transaction

  private var records: Records<Badge> { transaction.records(of: Badge.self) }

  @discardableResult
  func award(_ title: String, to customer: Customer.ID) throws -> Badge {
    if let held = try records.first(where: { $0.customer == customer && $0.title == title }) {
      return held
    }
    return try transaction.operation {
      let badge = Badge(
        id: transaction.makeIdentifier(), customer: customer, title: title,
        awardedAt: transaction.now)
      try transaction.agenda.schedule(
        BadgeFades(badge: badge.id), at: transaction.now + .seconds(365 * 86_400),
        about: customer)
      return try records.insert(badge, emitting: BadgeAwarded(badge: badge.id, title: title))
    }
  }

  func fade(_ id: Badge.ID) throws {
    let badge = try records.get(id)
    try records.delete(id, emitting: BadgeFaded(title: badge.title))
  }

  func all(titled title: String) throws -> [Badge] {
    try records.all(where: { $0.title == title }, sortedBy: { [.ascending($0.awardedAt)] })
  }

  func page(_ query: Query<Badge>) throws -> Page<Badge, Cursor<Badge>> {
    try records.page(query)
  }
}
