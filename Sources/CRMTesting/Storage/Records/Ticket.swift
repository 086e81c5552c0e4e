import CRMStorage

/// A record whose writer numbers it.
struct Ticket: Record {
  let id: Identifier<Ticket>
  var title = ""
  var note: Identifier<Note>?

  struct Fields: Sendable {
    let title = Field<Ticket, String>("title", { $0.title }, { $0.title = $1 })
    let note = Field<Ticket, Identifier<Note>?>("note", { $0.note }, { $0.note = $1 })
      .references(Note.self)
  }
  static let fields = Fields()
  static let schema = Schema<Ticket>(
    "tickets", fields, numbered: true, blank: { Ticket(id: $0) })
}
