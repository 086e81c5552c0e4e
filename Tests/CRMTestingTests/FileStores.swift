import CRMStorage
import CRMTesting

/// What files are tested with: a note, which may answer another.
struct Note: Record {
  let id: Identifier<Note>
  var title = ""
  var text = ""
  var answers: Identifier<Note>?

  struct Fields: Sendable {
    let title = Field<Note, String>("title", { $0.title }, { $0.title = $1 })
    let text = Field<Note, String>("text", { $0.text }, { $0.text = $1 })
    let answers = Field<Note, Identifier<Note>?>(
      "answers", { $0.answers }, { $0.answers = $1 }
    ).references(Note.self)
  }
  static let fields = Fields()
  static let schema = Schema<Note>(
    "notes", fields, indexes: [.unique(fields.title)], blank: { Note(id: $0) })
}

/// A mark on a note, of a kind that some programs do not know.
struct Mark: Record {
  let id: Identifier<Mark>
  var note: Identifier<Note>

  struct Fields: Sendable {
    let note = Field<Mark, Identifier<Note>>("note", { $0.note }, { $0.note = $1 })
      .references(Note.self)
  }
  static let fields = Fields()
  static let schema = Schema<Mark>("marks", fields, blank: { Mark(id: $0, note: .zero) })
}

extension FileStorage {
  /// A store on a disk that is open with notes.
  static func withNotes(
    on disk: any FileSystem, _ durability: Durability = .everyCommit,
    smallestSnapshot: Int = 1 << 30
  ) async throws -> FileStorage {
    let settings = FileSettings(durability: durability, smallestSnapshot: smallestSnapshot)
    let storage = FileStorage(in: "store", settings, fileSystem: disk)
    try await storage.open(Catalog([Note.self]))
    return storage
  }

  /// Adds a note of a number.
  ///
  /// - Parameter beginning: Called when its turn to write has come.
  func addNote(_ number: Int, _ text: String = "", beginning: () -> Void = {}) async throws {
    try await write { tx in
      beginning()
      let note = Note(id: Identifier(high: 1, low: UInt64(number)), title: "\(number)", text: text)
      try tx.insert(try Note.schema.hold(note))
    }
  }

  /// Gives a note another text.
  func changeNote(_ number: Int, _ text: String) async throws {
    try await write { tx in
      let id = Identifier<Note>(high: 1, low: UInt64(number))
      guard let old = try tx.get(id) else { return }
      var note = old.row
      note.text = text
      try tx.update(try Note.schema.hold(note), from: old)
    }
  }

  /// The titles of all notes.
  func titles() async throws -> [String] {
    try await read { try $0.rows(Query<Note>()).map(\.row.title) }
  }
}
