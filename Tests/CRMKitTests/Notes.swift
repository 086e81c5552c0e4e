import CRMKit

/// A capability of the tests' own, whose reactions and handlers each test chooses.
struct Notes: Capability {
  var records: [any Record.Type] { [Note.self] }
  var events: [any Event.Type] = [NoteWritten.self, NoteErased.self, Step.self]
  var reactions: [Reaction] = []
  var agenda: [AgendaHandler] = []

  /// The standard capabilities and this one.
  var andStandard: [any Capability] { CRM.standardCapabilities + [self] }
}

struct Note: Versioned {
  let id: Identifier<Note>
  var customer: Customer.ID?
  var text: String
  var rating: Double?
  var modifiedAt: Instant = .earliest
  var version: Int = 1

  struct Fields: Sendable {
    let customer = Field<Note, Customer.ID?>("customer", { $0.customer }, { $0.customer = $1 })
      .owned(by: Customer.self)
    let text = Field<Note, String>("text", { $0.text }, { $0.text = $1 })
    let rating = Field<Note, Double?>("rating", { $0.rating }, { $0.rating = $1 })
    let modifiedAt = Field<Note, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })
    let version = Field<Note, Int>("version", { $0.version }, { $0.version = $1 })
  }

  static let fields = Fields()
  static let schema = Schema<Note>("notes", fields) { Note(id: $0, text: "") }
}

struct NoteWritten: Event {
  var text: String

  static let name = "notes.written"

  private struct Fields: Sendable {
    let text = Field<NoteWritten, String>("text", { $0.text }, { $0.text = $1 })
  }

  static let layout = Layout(Fields(), blank: NoteWritten(text: ""))
}

struct NoteErased: Event {
  static let name = "notes.erased"
  static let layout = Layout(blank: NoteErased())
}

/// An event that leads to others.
struct Step: Event {
  var count: Int

  static let name = "notes.step"

  private struct Fields: Sendable {
    let count = Field<Step, Int>("count", { $0.count }, { $0.count = $1 })
  }

  static let layout = Layout(Fields(), blank: Step(count: 0))
}

/// An event that no capability lists.
struct Unlisted: Event {
  static let name = "notes.unlisted"
  static let layout = Layout(blank: Unlisted())
}

/// A task that is one of a kind by its name.
struct Chime: AgendaTask {
  var label: String
  var strokes: Int = 1

  var key: String { label }

  static let name = "notes.chime"

  private struct Fields: Sendable {
    let label = Field<Chime, String>("label", { $0.label }, { $0.label = $1 })
    let strokes = Field<Chime, Int>("strokes", { $0.strokes }, { $0.strokes = $1 })
  }

  static let layout = Layout(Fields(), blank: Chime(label: ""))
}

extension Transaction {
  var notes: Records<Note> { records(of: Note.self) }

  @discardableResult
  func write(_ text: String, about customer: Customer.ID? = nil) throws -> Note {
    try notes.insert(
      Note(id: makeIdentifier(), customer: customer, text: text),
      emitting: NoteWritten(text: text))
  }
}
