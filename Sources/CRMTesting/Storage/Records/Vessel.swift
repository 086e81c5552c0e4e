import CRMStorage

/// Vessels and their voyages as programs of different ages keep them.
enum Vessels {
  struct First: Record {
    let id: Identifier<First>
    var name: String
    var tons = ""
    var berth: String?

    struct Fields: Sendable {
      let name = Field<First, String>("name", { $0.name }, { $0.name = $1 })
      let tons = Field<First, String>("tons", { $0.tons }, { $0.tons = $1 })
      let berth = Field<First, String?>("berth", { $0.berth }, { $0.berth = $1 })
    }
    static let fields = Fields()
    static let schema = Schema<First>("vessels", fields) { First(id: $0, name: "") }
  }

  /// With fields and indexes that older rows can have without more ado.
  struct Added: Record {
    let id: Identifier<Added>
    var name: String
    var tons = ""
    var berth: String?
    var flag = "none"
    var note: String?

    struct Fields: Sendable {
      let name = Field<Added, String>("name", { $0.name }, { $0.name = $1 })
      let tons = Field<Added, String>("tons", { $0.tons }, { $0.tons = $1 })
      let berth = Field<Added, String?>("berth", { $0.berth }, { $0.berth = $1 })
      let flag = Field<Added, String>("flag", { $0.flag }, { $0.flag = $1 })
      let note = Field<Added, String?>("note", { $0.note }, { $0.note = $1 })
      let words = MultiField<Added, String>("words") {
        $0.name.split(separator: " ").map(String.init)
      }
    }
    static let fields = Fields()
    static let schema = Schema<Added>(
      "vessels", version: 2, fields, indexes: [.unique(fields.name), .ordered(fields.note)]
    ) { Added(id: $0, name: "") }
  }

  /// Whose rows take two steps: a rename and another type, then a split into berths.
  struct Third: Record {
    let id: Identifier<Third>
    var title: String
    var tons = 0
    var berth: Identifier<Berth>?

    struct Fields: Sendable {
      let title = Field<Third, String>("title", { $0.title }, { $0.title = $1 })
      let tons = Field<Third, Int>("tons", { $0.tons }, { $0.tons = $1 })
      let berth = Field<Third, Identifier<Berth>?>("berth", { $0.berth }, { $0.berth = $1 })
        .references(Berth.self)
    }
    static let fields = Fields()
    static let schema = Schema<Third>(
      "vessels", version: 3, fields, indexes: [.ordered(fields.tons)],
      evolution: [
        EvolutionStep(to: 2) { vessel in
          try vessel.rename("name", to: "title")
          let tons = try vessel.take("tons", as: String.self)
          if tons == "broken" { throw Interruption() }
          try vessel.set("tons", to: Int(tons) ?? 0)
          if tons == "sunk" { vessel.drop() }
        },
        EvolutionStep(to: 3) { vessel in
          guard let name = try vessel.take("berth", as: String?.self) else { return }
          var berth = StoredRecord("berths", version: 1, id: vessel.identifier(for: "berth"))
          try berth.set("name", to: name)
          try vessel.set("berth", to: Optional(berth.id))
          vessel.add(berth)
        },
      ]
    ) { Third(id: $0, title: "") }
  }

  struct Berth: Record {
    let id: Identifier<Berth>
    var name: String

    struct Fields: Sendable {
      let name = Field<Berth, String>("name", { $0.name }, { $0.name = $1 })
    }
    static let fields = Fields()
    static let schema = Schema<Berth>("berths", fields) { Berth(id: $0, name: "") }
  }

  /// Without a step for what it does without, and for another type.
  struct Stepless: Record {
    let id: Identifier<Stepless>
    var tons = 0

    struct Fields: Sendable {
      let tons = Field<Stepless, Int>("tons", { $0.tons }, { $0.tons = $1 })
    }
    static let fields = Fields()
    static let schema = Schema<Stepless>("vessels", version: 2, fields) { Stepless(id: $0) }
  }

  /// A numbered kind that refers to vessels.
  struct Voyage: Record {
    let id: Identifier<Voyage>
    var vessel: Identifier<First>

    struct Fields: Sendable {
      let vessel = Field<Voyage, Identifier<First>>("vessel", { $0.vessel }, { $0.vessel = $1 })
        .references(First.self)
    }
    static let fields = Fields()
    static let schema = Schema<Voyage>("voyages", fields, numbered: true) {
      Voyage(id: $0, vessel: .zero)
    }
  }
}
