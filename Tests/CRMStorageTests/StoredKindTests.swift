import Testing

@testable import CRMStorage

@Suite("A kind as a store writes it down")
struct StoredKindTests {
  private static let everything = """
    rows number
    field name text required
    field price_currency text
    field price_minor integer
    field owner identifier required references people
    field entry identifier references order numbered
    derived folded text required
    many words words text
    unique-many prices prices_currency text prices_minor integer
    index name_owner name owner
    unique folded folded
    """

  @Test("What was written is read as it was")
  func roundTrip() throws {
    let kind = try #require(StoredKind("things", version: 7, definition: Self.everything))
    #expect(kind.definition == Self.everything)
    #expect(kind.name == "things" && kind.version == 7 && kind.isNumbered)
    #expect(kind.column("entry")?.target == StoredKind.Target(kind: "order", isNumbered: true))
    #expect(kind.column("folded")?.isDerived == true)
    #expect(kind.manyFields.map(\.isUnique) == [false, true])
    #expect(kind.manyFields[1].columns.map(\.type) == [.text, .integer])
    #expect(kind.indexes.map(\.columns) == [["name", "owner"], ["folded"]])
  }

  @Test(
    "Anything else is not read",
    arguments: [
      "", "rows cards", "field name text", "rows number\nfield name",
      "rows number\nfield name card",
      "rows number\nfield name text needed", "rows number\nfield a identifier references",
      "rows number\nmany words", "rows number\nmany words words text more",
      "rows number\nindex name", "rows number\ncolumn name text", "rows number\nfield",
    ])
  func malformed(definition: String) {
    #expect(StoredKind("things", version: 1, definition: definition) == nil)
  }

  @Test("Text with bytes gone or turned is read or refused, never crashed on", arguments: 0..<20)
  func mutated(seed: UInt64) {
    var random = SplitMix64(state: seed)
    for _ in 0..<100 {
      var bytes = Array(Self.everything.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let position = Int.random(in: 0..<bytes.count, using: &random)
        if Bool.random(using: &random) {
          bytes.remove(at: position)
        } else {
          bytes[position] = UInt8.random(in: 0...255, using: &random)
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      guard let kind = StoredKind("things", version: 1, definition: text) else { continue }
      #expect(StoredKind("things", version: 1, definition: kind.definition) == kind)
    }
  }
}

@Suite("A row on its way to a newer version")
struct StoredRecordTests {
  private struct Price: FieldValue {
    var currency: String
    var cents: Int64

    static var columns: [ColumnShape] {
      [ColumnShape("currency", .text), ColumnShape("cents", .integer)]
    }
    static func write(_ value: Price, to writer: any ColumnWriter) {
      writer.text(value.currency)
      writer.integer(value.cents)
    }
    static func read(from reader: any ColumnReader) throws(StorageError) -> Price {
      Price(currency: try reader.text(), cents: try reader.integer())
    }
  }

  private let record = StoredRecord(
    "things", version: 1, id: Identifier(high: 1, low: 2),
    values: [
      "name": .text("A"), "size": .integer(3), "note": .missing,
      "price_currency": .text("EUR"), "price_cents": .integer(250),
    ])

  @Test("Values are taken, set, renamed and removed by their columns")
  func changes() throws {
    var record = record
    #expect(try record.take("price", as: Price.self) == Price(currency: "EUR", cents: 250))
    try record.set("cost", to: Price(currency: "KRW", cents: 3))
    try record.rename("name", to: "title")
    try record.remove("note")
    try record.set("text", to: "e\u{301}")
    try record.set("tags", to: ["a", "b"])
    #expect(
      record.values == [
        "title": .text("A"), "size": .integer(3), "text": .text("\u{e9}"),
        "cost_currency": .text("KRW"), "cost_cents": .integer(3), "tags": .json(#"["a","b"]"#),
      ])
    #expect(try record.value("tags", as: [String].self) == ["a", "b"])
  }

  @Test("What is not there or of another type is refused, and the row stays as it was")
  func refusals() {
    var record = record
    let unknown = #expect(throws: StorageError.self) { try record.take("nane", as: String.self) }
    #expect(unknown?.code == .unknownField)
    #expect(unknown?.recovery == "Did you mean “name”?")
    let mismatch = #expect(throws: StorageError.self) { try record.take("size", as: String.self) }
    #expect(mismatch?.code == .invalidValue)
    #expect(mismatch?.field == "size")
    #expect(throws: StorageError.self) { try record.take("note", as: String.self) }
    #expect(throws: StorageError.self) { try record.rename("name", to: "size") }
    #expect(throws: StorageError.self) { try record.rename("nane", to: "title") }
    #expect(throws: StorageError.self) { try record.remove("title") }
    #expect(throws: StorageError.self) { try record.set("ratio", to: Double.nan) }
    #expect(record == self.record)
  }

  @Test("An identifier is the same for a row and a purpose, and another for any other")
  func identifiers() {
    var made: Set<Identifier<Never>> = []
    for number in 0..<100 as Range<UInt64> {
      let row = StoredRecord("things", version: 1, id: Identifier(high: 5, low: number))
      for purpose in ["", "address", "card"] {
        let id = row.identifier(for: purpose)
        #expect(id == row.identifier(for: purpose))
        #expect(id.high == 5)
        made.insert(id)
      }
    }
    #expect(made.count == 300)
  }
}

@Suite("Steps that contradict their schema stop the program")
struct EvolutionPreconditionTests {
  private struct Thing: Record {
    let id: Identifier<Thing>

    struct Fields: Sendable {}
    static let fields = Fields()
    static let schema = made(with: [])

    static func made(with evolution: [EvolutionStep]) -> Schema<Thing> {
      Schema<Thing>("things", version: 2, fields, evolution: evolution) { Thing(id: $0) }
    }
  }

  @Test("A step to the first version, two to one, or one beyond the last")
  func steps() async {
    await #expect(processExitsWith: .failure) { _ = EvolutionStep(to: 1) { _ in } }
    await #expect(processExitsWith: .failure) {
      _ = Thing.made(with: [EvolutionStep(to: 2) { _ in }, EvolutionStep(to: 2) { _ in }])
    }
    await #expect(processExitsWith: .failure) {
      _ = Thing.made(with: [EvolutionStep(to: 3) { _ in }])
    }
  }
}
