import Foundation
import Testing

@testable import CRMStorage

@Suite("Text")
struct TextTests {
  /// Scalars that join others, and those that are joined.
  private static let marks: [Unicode.Scalar] = [
    "\u{300}", "\u{301}", "\u{308}", "\u{327}", "\u{345}", "\u{3099}", "\u{309A}", "\u{11A8}",
    "\u{1161}", "\u{5B0}", "\u{200D}", "\u{FE0F}", "a", "e", "\u{AC00}", "\u{304B}",
  ]

  @Test("What is settled is what Foundation leaves alone, for every scalar beside every mark")
  func settled() {
    for value in UInt32(1)...0x2FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let alone = String(Character(scalar))
      guard Text.isSettled(alone) else { continue }
      #expect(alone.precomposedStringWithCanonicalMapping.unicodeScalars.elementsEqual([scalar]))
      for mark in Self.marks {
        let pair = String(String.UnicodeScalarView([scalar, mark]))
        guard Text.isSettled(pair) else { continue }
        let composed = pair.precomposedStringWithCanonicalMapping
        if !composed.utf8.elementsEqual(pair.utf8) { Issue.record("\(value) \(mark.value)") }
      }
    }
  }

  @Test(
    "Text is kept in form C",
    arguments: [
      ("abc", "abc"), ("e\u{301}", "é"), ("Ko\u{308}ln am Rhein, 50667", "Köln am Rhein, 50667"),
      ("\u{1100}\u{1161}\u{11A8}", "각"), ("가\u{11A8}", "각"), ("か\u{3099}", "が"),
      ("\u{212B}", "Å"), ("\u{2126}", "Ω"), ("👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"), ("김유나 山田太郎 Ünïcödé", "김유나 山田太郎 Ünïcödé"),
    ])
  func kept(text: String, expected: String) throws {
    let prepared = try Text.prepared(text)
    #expect(Array(prepared.utf8) == Array(expected.utf8))
  }

  @Test("NUL is refused wherever it stands", arguments: 0..<20)
  func nul(position: Int) {
    for fill in ["a", "é", "유"] {
      let text =
        String(repeating: fill, count: position) + "\0" + String(repeating: fill, count: 9)
      #expect(throws: StorageError.self) { try Text.prepared(text) }
    }
  }
}
