import Testing

@testable import CRMStorage

@Suite("Rows as files have them")
struct FileRowTests {
  private struct Shelf: Record {
    let id: Identifier<Shelf>
    var books: [String] = []
    var counts: [String: Int] = [:]

    struct Fields: Sendable {
      let books = Field<Shelf, [String]>("books", { $0.books }, { $0.books = $1 })
      let counts = Field<Shelf, [String: Int]>("counts", { $0.counts }, { $0.counts = $1 })
    }
    static let fields = Fields()
    static let schema = Schema<Shelf>("shelves", fields) { Shelf(id: $0) }
  }

  private let coder = RecordCoder(.typed(Shelf.schema))
  private let id = RowID(number: 7)

  private func read(_ bytes: ByteWriter) throws(StorageError) -> Shelf {
    let box = try coder.read(id, bytes.bytes, ByteReader())
    return unsafeDowncast(box, to: Held<Shelf>.self).row
  }

  @Test(
    "Lists and maps are read as they were, empty or not",
    arguments: [[], ["a"], ["", "[]"]], [[:], ["{}": 1]])
  func lists(books: [String], counts: [String: Int]) throws {
    let shelf = Shelf(id: Identifier(number: 7), books: books, counts: counts)
    let bytes = ByteWriter()
    coder.write(Held(shelf), bytes)
    #expect(try read(bytes) == shelf)
  }

  @Test(
    "An empty map is no list and an empty list no map; nothing is neither",
    arguments: [("{}", "{}"), ("[]", "[]"), ("", "{}"), ("[]", ""), ("[]", "[}"), ("[ ", "{}")])
  func emptiness(books: String, counts: String) {
    let bytes = ByteWriter()
    bytes.beginRow(columns: 2)
    bytes.counted(books)
    bytes.counted(counts)
    #expect(throws: StorageError.self) { try read(bytes) }
  }

  @Test("A list that is missing, cut off or too much is refused")
  func cut() {
    let missing = ByteWriter()
    missing.beginRow(columns: 2)
    missing.missing()
    missing.counted("{}")
    #expect(throws: StorageError.self) { try read(missing) }
    let whole = ByteWriter()
    coder.write(Held(Shelf(id: Identifier(number: 7))), whole)
    #expect(throws: Never.self) { try read(whole) }
    whole.byte(0)
    #expect(throws: StorageError.self) { try read(whole) }
    for count in 0..<(whole.count - 1) {
      let part = ByteWriter()
      part.copy(whole.bytes(0..<count))
      #expect(throws: StorageError.self) { try read(part) }
    }
  }
}
