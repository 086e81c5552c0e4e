import Testing

@testable import CRMStorage

@Suite("Instants and dates")
struct InstantTests {
  @Test(
    "Read and write RFC 3339",
    arguments: [
      ("1970-01-01T00:00:00.000Z", 0), ("1998-06-30T00:00:00.000Z", 899_164_800_000),
      ("1969-12-31T23:59:59.999Z", -1), ("0001-01-01T00:00:00.000Z", -62_135_596_800_000),
      ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
      ("2000-02-29T12:34:56.789Z", 951_827_696_789),
    ] as [(String, Int64)])
  func text(text: String, milliseconds: Int64) {
    #expect(Instant(text)?.milliseconds == milliseconds)
    #expect(Instant(milliseconds: milliseconds).description == text)
  }

  @Test("Accept offsets and short fractions")
  func offsets() {
    #expect(Instant("1998-06-30T02:00:00+02:00") == Instant("1998-06-30T00:00:00Z"))
    #expect(Instant("1998-06-29T19:30:00.5-04:30") == Instant("1998-06-30T00:00:00.500Z"))
  }

  @Test(
    "Refuse what is no instant",
    arguments: [
      "", "1998-06-30", "1998-06-31T00:00:00Z", "1998-06-30T24:00:00Z", "1998-06-30T00:00:00",
      "1998-06-30 00:00:00Z", "1998-06-30T00:00:00.Z", "1998-06-30T00:00:00.1234Z",
      "0001-01-01T00:00:00+01:00", "1998-06-30T00:00:60Z", "é998-06-30T00:00:00Z",
    ])
  func refused(text: String) {
    #expect(Instant(text) == nil)
  }

  @Test("Arithmetic stays in range")
  func arithmetic() {
    #expect(Instant.latest + .seconds(1) == .latest)
    #expect(Instant.earliest - .seconds(Int64.max) == .earliest)
    let longest = Duration.seconds(9_223_372_036_854_775) + .milliseconds(999)
    #expect(Instant(milliseconds: 5) + longest == .latest)
    #expect(Instant(milliseconds: 5) - longest == .earliest)
    #expect(Instant(milliseconds: 5) - Instant(milliseconds: 2) == .milliseconds(3))
  }

  @Test("Every day of four centuries survives the way through its number")
  func calendar() {
    var expected = CalendarDate(year: 1_796, month: 1, day: 1)
    let first = expected?.daysSinceEpoch ?? 0
    for days in first..<(first + 146_097) {
      let date = CalendarDate(daysSinceEpoch: days)
      #expect(date == expected)
      #expect(date.daysSinceEpoch == days)
      expected =
        CalendarDate(year: date.year, month: date.month, day: date.day + 1)
        ?? CalendarDate(year: date.year, month: date.month + 1, day: 1)
        ?? CalendarDate(year: date.year + 1, month: 1, day: 1)
    }
  }
}

@Suite("Identifiers")
struct IdentifierTests {
  @Test("Read and write the text of RFC 9562")
  func text() {
    let text = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
    let identifier = Identifier<Never>(text)
    #expect(identifier?.high == 0x017F_22E2_79B0_7CC3)
    #expect(identifier?.low == 0x98C4_DC0C_0C07_398F)
    #expect(identifier?.description == text)
    #expect(Identifier<Never>("017f22e2-79b0-7cc3-98c4-dc0c0c07398") == nil)
    #expect(Identifier<Never>("017f22e2x79b0-7cc3-98c4-dc0c0c07398f") == nil)
  }
}

@Suite("JSON")
struct JSONTests {
  struct Point: Described {
    var x = 0
    var label: String?
    var tags: [String] = []
    var inner: [Point] = []
    struct Fields: Sendable {
      let x = Field<Point, Int>("x", { $0.x }, { $0.x = $1 })
      let label = Field<Point, String?>("label", { $0.label }, { $0.label = $1 })
      let tags = Field<Point, [String]>("tags", { $0.tags }, { $0.tags = $1 })
      let inner = Field<Point, [Point]>("inner", { $0.inner }, { $0.inner = $1 })
    }
    static let layout = Layout(Fields(), blank: Point())
  }

  private func decode(_ text: String) throws -> Point {
    try JSONReader.decode(Array(text.utf8)) { json throws(StorageError) in
      try Point.read(from: json)
    }
  }

  @Test("Writes members in order and reads them back")
  func roundTrip() throws {
    let point = Point(
      x: -7, label: "a\"\\\n\u{1}é👋", tags: ["", "z"], inner: [Point(x: 1), Point(x: 2)])
    let writer = JSONWriter()
    Point.write(point, to: writer)
    #expect(
      writer.text
        == #"{"x":-7,"label":"a\"\\\n\u0001é👋","tags":["","z"],"inner":[{"x":1,"tags":[],"inner":[]},{"x":2,"tags":[],"inner":[]}]}"#
    )
    #expect(try decode(writer.text) == point)
  }

  @Test("Reads members in any order, with space, nulls and unknown ones")
  func foreign() throws {
    let text = """
      { "tags" : [ "a" , "\\u00e9\\ud83d\\udc4b" ], "more": {"x": [1, {"y": "]}"}]},
        "inner": [], "label": null, "x": 5 }
      """
    #expect(try decode(text) == Point(x: 5, tags: ["a", "é👋"]))
  }

  @Test(
    "Refuses malformed text with an error",
    arguments: [
      "", "{", "[]", "{}", #"{"x":1,"tags":[],"inner":[]"#, #"{"x":1.5,"tags":[],"inner":[]}"#,
      #"{"x":"1","tags":[],"inner":[]}"#, #"{"x":1,"tags":[1],"inner":[]}"#,
      #"{"x":1,"tags":[],"inner":[]} x"#, #"{"x":1,"tags":["\ud83d"],"inner":[]}"#,
      #"{"x":99999999999999999999,"tags":[],"inner":[]}"#, #"{"x":1,"tags":["\q"],"inner":[]}"#,
      #"{"x":1 "tags":[],"inner":[]}"#,
    ])
  func malformed(text: String) {
    #expect(throws: StorageError.self) { try decode(text) }
  }

  @Test(
    "Reads whole numbers as far as they go, as the standard library does",
    arguments: [
      "0", "-0", "+7", "007", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
      "-9223372036854775809", "92233720368547758070", "-", "+", "1.0", "1e3", "--1",
    ])
  func wholeNumbers(text: String) {
    let number = try? JSONReader.decode(Array(text.utf8)) { json throws(StorageError) in
      try json.integer()
    }
    #expect(number == Int64(text))
  }

  @Test("Reads instants and identifiers with escapes or without, and no others")
  func escaped() {
    func instant(_ text: String) -> Instant? {
      try? JSONReader.decode(Array(text.utf8)) { json throws(StorageError) in try json.instant() }
    }
    let noon = Instant("2024-02-29T12:00:00.000Z")
    #expect(noon != nil && instant(#""2024-02-29T12:00:00.000Z""#) == noon)
    #expect(instant(#""\u0032024-02-29T12:00:00.000Z""#) == noon)
    #expect(instant(#""2024-02-29T13:00:00+01:00""#) == noon)
    for text in [#""2024-02-30T12:00:00Z""#, #""2024-02-29T12:00:00Z"#, "2024", #""""#, "null"] {
      #expect(instant(text) == nil)
    }
    func identifier(_ text: String) -> RowID? {
      let halves = try? JSONReader.decode(Array(text.utf8)) { json throws(StorageError) in
        try json.identifier()
      }
      return halves.map { RowID(high: $0.high, low: $0.low) }
    }
    let id = RowID(high: 0x0123_4567_89AB_7DEF, low: 0x8000_0000_0000_0001)
    let text = id.description
    #expect(identifier("\"\(text)\"") == id)
    #expect(identifier("\"\\u0030\(text.dropFirst())\"") == id)
    #expect(identifier("\"\(text.dropLast())\"") == nil)
    #expect(identifier("\"\(text)") == nil)
  }

  @Test("Refuses nesting without end")
  func depth() {
    let deep =
      String(repeating: #"{"x":1,"tags":[],"inner":["#, count: 5_000)
      + String(repeating: "]}", count: 5_000)
    #expect(throws: StorageError.self) { try decode(deep) }
  }

  @Test("Mutated text never crashes", arguments: UInt64(1)...20)
  func mutated(seed: UInt64) throws {
    var generator = Xorshift(seed: seed)
    let writer = JSONWriter()
    Point.write(Point(x: 12, label: "né", tags: ["a", "b"], inner: [Point(x: 3)]), to: writer)
    for _ in 0..<500 {
      var bytes = writer.bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let index = Int.random(in: bytes.indices, using: &generator)
        bytes[index] = UInt8.random(in: 0...255, using: &generator)
      }
      _ = try? JSONReader.decode(bytes) { json throws(StorageError) in try Point.read(from: json) }
    }
  }
}
