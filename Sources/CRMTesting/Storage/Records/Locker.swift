import CRMStorage

/// A record whose writer numbers it.
struct Locker: Record {
  let id: Identifier<Locker>
  var title = ""
  var postcard: Identifier<Postcard>?

  struct Fields: Sendable {
    let title = Field<Locker, String>("title", { $0.title }, { $0.title = $1 })
    let postcard = Field<Locker, Identifier<Postcard>?>(
      "postcard", { $0.postcard }, { $0.postcard = $1 }
    )
    .references(Postcard.self)
  }
  static let fields = Fields()
  static let schema = Schema<Locker>(
    "lockers", fields, numbered: true, blank: { Locker(id: $0) })
}
