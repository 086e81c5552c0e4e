import Testing

@testable import CRMKit

@Suite("Folding")
struct FoldingTests {
  @Test("The short way folds every letter as the thorough one does")
  func everyScalar() {
    for value in 0..<UInt32(0x11_0000) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = String(scalar)
      if SearchWords.folded(text) != SearchWords.thoroughlyFolded(text) {
        Issue.record("U+\(String(value, radix: 16))")
      }
    }
  }

  @Test(
    "Letters beside each other fold alike either way",
    arguments: [
      "Zoë", "Zoe\u{308}", "か\u{3099}", "가\u{11A8}", "\u{1100}\u{1161}", "Straße İ ĳ ǆ", "ﬁ", "ＡＢ",
      "山田Ä太郎", "ガキ", "ｶﾞｷ", "e\u{301}\u{323}", "ÅÅ", "x\u{20DD}",
    ])
  func pairs(text: String) {
    #expect(SearchWords.folded(text) == SearchWords.thoroughlyFolded(text))
  }
}
