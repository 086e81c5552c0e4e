import CRMKit

/// One kind of record as programs of different ages describe it.
enum Cups {
  struct First: Record {
    let id: Identifier<First>
    var label: String
    var size = 0

    struct Fields: Sendable {
      let label = Field<First, String>("label", { $0.label }, { $0.label = $1 })
      let size = Field<First, Int>("size", { $0.size }, { $0.size = $1 })
    }
    static let fields = Fields()
    static let schema = Schema<First>("cups", fields) { First(id: $0, label: "") }
  }

  /// With a field that may be missing, and nothing else.
  struct Noted: Record {
    let id: Identifier<Noted>
    var label: String
    var size = 0
    var note: String?

    struct Fields: Sendable {
      let label = Field<Noted, String>("label", { $0.label }, { $0.label = $1 })
      let note = Field<Noted, String?>("note", { $0.note }, { $0.note = $1 })
      let size = Field<Noted, Int>("size", { $0.size }, { $0.size = $1 })
    }
    static let fields = Fields()
    static let schema = Schema<Noted>("cups", version: 2, fields, indexes: [.ordered(fields.note)])
    {
      Noted(id: $0, label: "")
    }
  }

  /// With fields that have a value in every row, one of them in two columns.
  struct Coloured: Record {
    let id: Identifier<Coloured>
    var label: String
    var size = 0
    var colour = "white"
    var price = Money(minorUnits: 250, .eur)
    var origin: String? = "unknown"

    struct Fields: Sendable {
      let label = Field<Coloured, String>("label", { $0.label }, { $0.label = $1 })
      let size = Field<Coloured, Int>("size", { $0.size }, { $0.size = $1 })
      let colour = Field<Coloured, String>("colour", { $0.colour }, { $0.colour = $1 })
      let price = Field<Coloured, Money>("price", { $0.price }, { $0.price = $1 })
      let origin = Field<Coloured, String?>("origin", { $0.origin }, { $0.origin = $1 })
    }
    static let fields = Fields()
    static let schema = Schema<Coloured>("cups", version: 2, fields) {
      Coloured(id: $0, label: "")
    }
  }

  /// With all that follows from rows.
  struct Indexed: Record {
    let id: Identifier<Indexed>
    var label: String
    var size = 0

    struct Fields: Sendable {
      let label = Field<Indexed, String>("label", { $0.label }, { $0.label = $1 })
      let size = Field<Indexed, Int>("size", { $0.size }, { $0.size = $1 })
      let folded = Field<Indexed, String>(derived: "folded") { $0.label.lowercased() }
      let words = MultiField<Indexed, String>("words") {
        $0.label.split(separator: " ").map(String.init)
      }
    }
    static let fields = Fields()
    static let schema = Schema<Indexed>(
      "cups", fields, indexes: [.ordered(fields.folded), .ordered(fields.size)]
    ) { Indexed(id: $0, label: "") }
  }

  /// As those, but for how the fields are computed.
  struct Recomputed: Record {
    let id: Identifier<Recomputed>
    var label: String
    var size = 0

    struct Fields: Sendable {
      let label = Field<Recomputed, String>("label", { $0.label }, { $0.label = $1 })
      let size = Field<Recomputed, Int>("size", { $0.size }, { $0.size = $1 })
      let folded = Field<Recomputed, String>(derived: "folded") { $0.label.uppercased() }
      let words = MultiField<Recomputed, String>("words") {
        $0.label.uppercased().split(separator: " ").map(String.init)
      }
    }
    static let fields = Fields()
    static let schema = Schema<Recomputed>(
      "cups", version: 2, fields, indexes: [.ordered(fields.folded), .ordered(fields.size)]
    ) { Recomputed(id: $0, label: "") }
  }

  /// With an index that refuses a second row of the same size.
  struct Sized: Record {
    let id: Identifier<Sized>
    var label: String
    var size = 0

    struct Fields: Sendable {
      let label = Field<Sized, String>("label", { $0.label }, { $0.label = $1 })
      let size = Field<Sized, Int>("size", { $0.size }, { $0.size = $1 })
    }
    static let fields = Fields()
    static let schema = Schema<Sized>("cups", fields, indexes: [.unique(fields.size)]) {
      Sized(id: $0, label: "")
    }
  }

  /// With values of a field of many values that one row only may hold.
  struct Worded: Record {
    let id: Identifier<Worded>
    var label: String
    var size = 0

    struct Fields: Sendable {
      let label = Field<Worded, String>("label", { $0.label }, { $0.label = $1 })
      let size = Field<Worded, Int>("size", { $0.size }, { $0.size = $1 })
      let words = MultiField<Worded, String>("words", unique: true) {
        $0.label.split(separator: " ").map(String.init)
      }
    }
    static let fields = Fields()
    static let schema = Schema<Worded>("cups", fields) { Worded(id: $0, label: "") }
  }

  /// With a field that names another of its kind, or none.
  struct Stacked: Record {
    let id: Identifier<Stacked>
    var label: String
    var size = 0
    var on: Identifier<Stacked>?

    struct Fields: Sendable {
      let label = Field<Stacked, String>("label", { $0.label }, { $0.label = $1 })
      let size = Field<Stacked, Int>("size", { $0.size }, { $0.size = $1 })
      let on = Field<Stacked, Identifier<Stacked>?>("on", { $0.on }, { $0.on = $1 })
        .references(Stacked.self)
    }
    static let fields = Fields()
    static let schema = Schema<Stacked>("cups", version: 2, fields) { Stacked(id: $0, label: "") }
  }

  /// Whose size may be missing.
  struct Loose: Record {
    let id: Identifier<Loose>
    var label: String
    var size: Int?

    struct Fields: Sendable {
      let label = Field<Loose, String>("label", { $0.label }, { $0.label = $1 })
      let size = Field<Loose, Int?>("size", { $0.size }, { $0.size = $1 })
    }
    static let fields = Fields()
    static let schema = Schema<Loose>("cups", version: 2, fields) { Loose(id: $0, label: "") }
  }

  /// With what cannot be had without steps: another type, a field less.
  struct Torn: Record {
    let id: Identifier<Torn>
    var size = ""

    struct Fields: Sendable {
      let size = Field<Torn, String>("size", { $0.size }, { $0.size = $1 })
    }
    static let fields = Fields()
    static let schema = Schema<Torn>("cups", version: 2, fields) { Torn(id: $0) }
  }

  /// With a field more, and the version as it was.
  struct Careless: Record {
    let id: Identifier<Careless>
    var label: String
    var size = 0
    var note: String?

    struct Fields: Sendable {
      let label = Field<Careless, String>("label", { $0.label }, { $0.label = $1 })
      let size = Field<Careless, Int>("size", { $0.size }, { $0.size = $1 })
      let note = Field<Careless, String?>("note", { $0.note }, { $0.note = $1 })
    }
    static let fields = Fields()
    static let schema = Schema<Careless>("cups", fields) { Careless(id: $0, label: "") }
  }

  /// A kind that refers to cups, of a program that knows the first ones.
  struct Shelf: Record {
    let id: Identifier<Shelf>
    var cup: Identifier<First>?

    struct Fields: Sendable {
      let cup = Field<Shelf, Identifier<First>?>("cup", { $0.cup }, { $0.cup = $1 })
        .references(First.self)
    }
    static let fields = Fields()
    static let schema = Schema<Shelf>("shelves", fields) { Shelf(id: $0) }
  }
}

extension Identifier {
  /// A made-up identifier.
  static func nth(_ number: UInt64) -> Identifier {
    Identifier(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 | number)
  }
}

extension Storage {
  /// Adds rows to the kinds the store is open with.
  func add<R: Record>(_ rows: R...) async throws {
    try await write { store in for row in rows { try store.insert(R.schema.hold(row)) } }
  }

  /// All rows as text, as an export has them.
  func lines(of kinds: [any Record.Type]) async throws -> [String] {
    try await read { store in
      func lines<R: Record>(_ kind: R.Type) throws -> [String] {
        try store.rows(Query<R>()).map { row in
          let writer = JSONWriter()
          writer.object(R.schema.layout, row)
          return "\(R.schema.name) \(row.id) \(writer.text)"
        }
      }
      return try kinds.flatMap { try lines($0) }
    }
  }

  /// Opens the store with kinds, and gives the failure to do so.
  func failure(opening kinds: [any Record.Type], rehearsal: Bool = false) async -> StorageError? {
    do throws(StorageError) {
      try await open(Catalog(kinds), migration: Migration(isRehearsal: rehearsal))
      return nil
    } catch {
      return error
    }
  }
}
