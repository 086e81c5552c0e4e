import CRMStorage

/// A record that belongs to one sailor and may mention another.
struct Postcard: Record {
  let id: Identifier<Postcard>
  var sailor: Identifier<Sailor>
  var about: Identifier<Sailor>?
  var text = ""
  var slug: String?

  struct Fields: Sendable {
    let sailor = Field<Postcard, Identifier<Sailor>>("sailor", { $0.sailor }, { $0.sailor = $1 })
      .owned(by: Sailor.self)
    let about = Field<Postcard, Identifier<Sailor>?>("about", { $0.about }, { $0.about = $1 })
      .references(Sailor.self)
    let text = Field<Postcard, String>("text", { $0.text }, { $0.text = $1 })
    let slug = Field<Postcard, String?>("slug", { $0.slug }, { $0.slug = $1 })
  }
  static let fields = Fields()
  static let schema = Schema<Postcard>(
    "postcards", fields, indexes: [.unique(fields.slug)],
    blank: { Postcard(id: $0, sailor: .zero) })
}
