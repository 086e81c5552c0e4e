import Testing

@testable import CRMStorage

@Suite("Verifying a store in memory")
struct MemoryVerificationTests {
  private struct Word: Record {
    let id: Identifier<Word>
    var text = ""
    var next: Identifier<Word>?

    struct Fields: Sendable {
      let text = Field<Word, String>("text", { $0.text }, { $0.text = $1 })
      let next = Field<Word, Identifier<Word>?>("next", { $0.next }, { $0.next = $1 })
        .references(Word.self)
      let letters = MultiField<Word, String>("letters") { $0.text.map { String($0) } }
    }
    static let fields = Fields()
    static let schema = Schema<Word>("words", fields, indexes: [.ordered(fields.text)]) {
      Word(id: $0)
    }
  }

  private func filled() throws -> MemoryVersion {
    let writer = MemoryWriter(MemoryVersion(try Catalog([Word.self]), keeping: nil))
    for (number, text) in ["abba", "cab", "dad"].enumerated() {
      var word = Word(id: Identifier(number: Int64(number) + 1), text: text)
      if number > 0 { word.next = Identifier(number: 1) }
      try writer.insert(Word.schema.hold(word))
    }
    return writer.version
  }

  private func report(_ version: MemoryVersion) throws -> VerificationReport {
    var report = VerificationReport()
    try report.look(at: MemoryReader(VersionBox(version)))
    version.verify(&report)
    return report
  }

  @Test("A sound store is sound, values that a row has twice included")
  func sound() throws {
    let report = try report(filled())
    #expect(report.problems == [])
    #expect(report.rows == ["words": 3])
  }

  @Test("An entry that an index lacks is found, and one that it has too much", arguments: 0..<3)
  func entries(index: Int) throws {
    var version = try filled()
    var keys: [[UInt8]] = []
    version.tables[0].indexes[index].scan(.all, descending: false) { key, _ in
      keys.append(Array(key))
      return true
    }
    let first = try #require(keys.first)
    first.withUnsafeBytes { _ = version.tables[0].indexes[index].remove($0) }
    let name = Word.schema.indexes[index].name
    let lacking = try report(version)
    #expect(lacking.problems.map(\.field) == [name])
    #expect(lacking.problems.first?.message.contains("lacks") == true)
    first.withUnsafeBytes { _ = version.tables[0].indexes[index].insert($0, ()) }
    (first + [7]).withUnsafeBytes { _ = version.tables[0].indexes[index].insert($0, ()) }
    let excess = try report(version)
    #expect(excess.problems.map(\.field) == [name])
    #expect(excess.problems.first?.message.contains("rows that are not") == true)
  }

  @Test("A reference to a row that is gone is found")
  func dangling() throws {
    var version = try filled()
    let id = Identifier<Word>(number: 1)
    withKey(of: id) { _ = version.tables[0].rows.remove($0) }
    let report = try report(version)
    #expect(
      report.problems.filter { $0.code == .unknownReference }.map(\.identifier)
        == [2, 3].map { Identifier<Word>(number: $0).description })
    #expect(report.problems.contains { $0.field == "letters" })
  }

  @Test("A value in another form than it is kept in is found")
  func form() throws {
    var version = try filled()
    let id = Identifier<Word>(number: 2)
    let loose = Word(id: id, text: "e\u{301}")
    withKey(of: id) { _ = version.tables[0].rows.insert($0, Held(loose)) }
    let report = try report(version)
    #expect(report.problems.contains { $0.identifier == id.description && $0.field == nil })
  }
}
