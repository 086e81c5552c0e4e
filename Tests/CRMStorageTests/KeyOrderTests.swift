import Testing

@testable import CRMStorage

@Suite("The order of an index that is built at once")
struct KeyOrderTests {
  /// Keys with much or little in common, some of them twice and some the beginning of others.
  private func keys(_ count: Int, _ random: inout SplitMix64) -> [[UInt8]] {
    let shared: [[UInt8]] = [[], [1, 65, 66, 67, 68, 69, 70], Array(repeating: 7, count: 700)]
    let prefix: [UInt8] = shared[Int.random(in: 0..<3, using: &random)]
    let greatest: UInt8 = Bool.random(using: &random) ? 1 : 255
    let longest = Int.random(in: 1...24, using: &random)
    return (0..<count).map { _ in
      prefix
        + (0..<Int.random(in: 0...longest, using: &random)).map { _ in
          UInt8.random(in: 0...greatest, using: &random)
        }
    }
  }

  @Test("Keys are sorted as their bytes are, whatever they have in common", arguments: 1...24)
  func sorting(seed: Int) {
    var random = SplitMix64(state: UInt64(seed))
    let keys = keys(seed % 2 == 0 ? 1_500 : 20, &random)
    var places: [Range<Int>] = []
    var bytes: [UInt8] = []
    for key in keys {
      places.append(bytes.count..<(bytes.count + key.count))
      bytes += key
    }
    // One byte more, as no bytes at all have no address.
    bytes.append(0)
    let sorted = bytes.withUnsafeBytes { bytes -> [[UInt8]] in
      guard let start = bytes.baseAddress else { return [] }
      var sorted = places.map { KeyPlace($0, in: start) }
      sorted.withUnsafeMutableBufferPointer { KeySorter(start).sort($0) }
      return sorted.map { Array($0.key(in: start)) }
    }
    #expect(sorted == keys.sorted { $0.lexicographicallyPrecedes($1) })
  }

  private struct Note: Record {
    let id: Identifier<Note>
    var title = ""
    var words: [String] = []

    struct Fields: Sendable {
      let title = Field<Note, String>("title", { $0.title }, { $0.title = $1 })
      let words = Field<Note, [String]>("words", { $0.words }, { $0.words = $1 })
      let eachWord = MultiField<Note, String>("each_word") { $0.words }
    }
    static let fields = Fields()
    static let schema = Schema<Note>("notes", fields, indexes: [.ordered(fields.title)]) {
      Note(id: $0)
    }
  }

  /// Notes whose titles come in order or not.
  private func notes(_ count: Int, inOrder: Bool, _ random: inout SplitMix64) -> [Note] {
    (0..<count).map { number in
      var note = Note(id: Identifier(number: Int64(number)))
      let title = inOrder ? number : Int.random(in: 0..<count, using: &random)
      note.title = "The title of number \(10_000 + title)"
      note.words = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        "word \(Int.random(in: 0..<50, using: &random))"
      }
      return note
    }
  }

  @Test(
    "Sorted runs become one, in order, that lacks nothing",
    arguments: [1, 2, 3, 7, 16], [false, true])
  func merging(pieces: Int, inOrder: Bool) {
    var random = SplitMix64(state: UInt64(pieces))
    let coder = MemoryCoder(Note.self) { _ in nil }
    let notes = notes(40 * pieces, inOrder: inOrder, &random)
    let runs = (0..<pieces).map { piece in
      let runs = KeyRuns(coder)
      for note in notes[(40 * piece)..<(40 * piece + 40)] {
        #expect(runs.add(Held(note), note.id.anyKind))
      }
      runs.sort()
      return runs
    }
    let writer = KeyWriter()
    for index in coder.indexes.indices {
      var expected: [[UInt8]] = []
      for note in notes {
        writer.writeEntries(of: Held(note), note.id.anyKind, coder)
        writer.forEachEntry(of: index) { expected.append(Array($0)) }
      }
      var merged: [[UInt8]] = []
      KeyMerge(runs.compactMap { $0.run(of: index) }).forEach { merged.append(Array($0)) }
      withExtendedLifetime(runs) {}
      #expect(merged == expected.sorted { $0.lexicographicallyPrecedes($1) })
      #expect(runs.reduce(0) { $0 + $1.count(of: index) } == merged.count)
    }
  }

  @Test("A row that cannot be part of an index adds no key")
  func unfit() {
    let coder = MemoryCoder(Note.self) { _ in nil }
    let runs = KeyRuns(coder)
    let words = [String(repeating: "a", count: 1_001), "a\0b"]
    for (number, word) in words.enumerated() {
      let id = Identifier<Note>(number: Int64(number))
      #expect(!runs.add(Held(Note(id: id, title: "a", words: [word])), id.anyKind))
    }
    runs.sort()
    #expect(coder.indexes.indices.allSatisfy { runs.run(of: $0) == nil })
  }
}
