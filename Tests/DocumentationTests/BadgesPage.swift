import CRMKit

// The code of Documentation/Capabilities.md.

struct Badge: Record {
  let id: Identifier<Badge>
  var customer: Customer.ID
  var title: String
  var isValid: Bool

  struct Fields: Sendable {
    let customer = Field<Badge, Customer.ID>("customer", { $0.customer }, { $0.customer = $1 })
      .owned(by: Customer.self)
    let title = Field<Badge, String>("title", { $0.title }, { $0.title = $1 })
    let isValid = Field<Badge, Bool>("is_valid", { $0.isValid }, { $0.isValid = $1 })
  }
  static let fields = Fields()
  static let schema = Schema<Badge>("badges", fields, indexes: [.ordered(fields.title)]) {
    Badge(id: $0, customer: .zero, title: "", isValid: true)
  }
}

struct BadgeAwarded: Event {
  var badge: Badge.ID
  static let name = "badges.awarded"
  struct Fields: Sendable {
    let badge = Field<BadgeAwarded, Badge.ID>("badge", { $0.badge }, { $0.badge = $1 })
  }
  static let layout = Layout(Fields(), blank: BadgeAwarded(badge: .zero))
}

struct BadgeExpired: Event {
  var badge: Badge.ID
  static let name = "badges.expired"
  struct Fields: Sendable {
    let badge = Field<BadgeExpired, Badge.ID>("badge", { $0.badge }, { $0.badge = $1 })
  }
  static let layout = Layout(Fields(), blank: BadgeExpired(badge: .zero))
}

struct BadgeExpiry: AgendaTask {
  var badge: Badge.ID
  var key: String { badge.description }
  static let name = "badges.expiry"
  struct Fields: Sendable {
    let badge = Field<BadgeExpiry, Badge.ID>("badge", { $0.badge }, { $0.badge = $1 })
  }
  static let layout = Layout(Fields(), blank: BadgeExpiry(badge: .zero))
}

struct Badges: Capability {
  fileprivate static let key = RecordKey("tx.badges")
  var records: [any Record.Type] { [Badge.self] }
  var lock: RecordLock? { Self.key.lock }
  var events: [any Event.Type] { [BadgeAwarded.self, BadgeExpired.self] }
  var reactions: [Reaction] {
    [Reaction(to: CustomerAdded.self) { event, tx in try tx.badges.award(to: event.customer) }]
  }
  var agenda: [AgendaHandler] {
    [AgendaHandler(for: BadgeExpiry.self) { task, tx in try tx.badges.expire(task.badge) }]
  }
}

extension Transaction {
  var badges: BadgeOperations { BadgeOperations(transaction: self) }
}

struct BadgeOperations {
  let transaction: Transaction

  func award(to customer: Customer.ID) throws {
    try transaction.operation {
      let badge = Badge(
        id: transaction.makeIdentifier(), customer: customer, title: "Newcomer", isValid: true)
      try transaction.records(of: Badge.self, with: Badges.key).insert(
        badge, emitting: BadgeAwarded(badge: badge.id))
      try transaction.agenda.schedule(
        BadgeExpiry(badge: badge.id), at: transaction.now + .seconds(365 * 86_400),
        about: customer)
    }
  }

  func expire(_ id: Badge.ID) throws {
    let badges = transaction.records(of: Badge.self, with: Badges.key)
    var badge = try badges.get(id)
    badge.isValid = false
    try badges.update(badge, emitting: BadgeExpired(badge: id))
  }
}
