import CRMStorage

/// Notes as a later program has them, which know how long their titles are.
struct LaterNote: Record {
  let id: Identifier<LaterNote>
  var title = ""
  var text = ""
  var answers: Identifier<LaterNote>?
  var length = 0

  struct Fields: Sendable {
    let title = Field<LaterNote, String>("title", { $0.title }, { $0.title = $1 })
    let text = Field<LaterNote, String>("text", { $0.text }, { $0.text = $1 })
    let answers = Field<LaterNote, Identifier<LaterNote>?>(
      "answers", { $0.answers }, { $0.answers = $1 }
    ).references(LaterNote.self)
    let length = Field<LaterNote, Int>("length", { $0.length }, { $0.length = $1 })
  }
  static let fields = Fields()
  static let schema = Schema<LaterNote>(
    "notes", version: 2, fields, indexes: [.unique(fields.title)],
    evolution: [
      EvolutionStep(to: 2) { note in
        try note.set("length", to: note.value("title", as: String.self).count)
      }
    ]
  ) { LaterNote(id: $0) }
}
