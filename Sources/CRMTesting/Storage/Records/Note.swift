import CRMStorage

/// A record that belongs to one person and may mention another.
struct Note: Record {
  let id: Identifier<Note>
  var person: Identifier<Person>
  var about: Identifier<Person>?
  var text = ""
  var slug: String?

  struct Fields: Sendable {
    let person = Field<Note, Identifier<Person>>("person", { $0.person }, { $0.person = $1 })
      .owned(by: Person.self)
    let about = Field<Note, Identifier<Person>?>("about", { $0.about }, { $0.about = $1 })
      .references(Person.self)
    let text = Field<Note, String>("text", { $0.text }, { $0.text = $1 })
    let slug = Field<Note, String?>("slug", { $0.slug }, { $0.slug = $1 })
  }
  static let fields = Fields()
  static let schema = Schema<Note>(
    "notes", fields, indexes: [.unique(fields.slug)],
    blank: { Note(id: $0, person: .zero) })
}
