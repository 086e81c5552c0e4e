import CSHA256
import Testing

@testable import CRMKit

@Suite("Hashes of entries")
struct SHA256Tests {
  // Source: NIST, examples for FIPS 180-4; the last one is a million times the letter a.
  @Test(
    "They are those that NIST publishes",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqr"
          + "lmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
      ),
      (
        String(repeating: "a", count: 1_000_000),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
      ),
    ])
  func vectors(text: String, hash: String) {
    #expect(hexadecimal(SHA256.hash(Array(text.utf8))) == hash)
    #expect(hexadecimal(hashedPlainly(Array(text.utf8))) == hash)
  }

  // What fills up a block, and what takes another one for its length, is among these.
  @Test("Of each length they are known ones, by the processor's instructions and without them")
  func lengths() {
    var all: [UInt8] = []
    for length in 0...200 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
      let hash = SHA256.hash(bytes)
      #expect(hash == hashedPlainly(bytes), "\(length) bytes")
      all += hash
    }
    // Computed with hashlib of Python 3.11.
    #expect(
      hexadecimal(SHA256.hash(all))
        == "64ef7c229fce2408b5336b6a542fea0e078c3a87d2da85cb3fc52e2008b65021")
  }

  // Of bytes that begin at any place in memory, none before or after them is looked at.
  @Test("They are of the bytes alone, wherever those lie", arguments: 0...16)
  func places(place: Int) {
    let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let part = Array(bytes[place..<(place + 250)])
    let hash = bytes.withUnsafeBytes { bytes in
      SHA256.hash(UnsafeRawBufferPointer(rebasing: bytes[place..<(place + 250)]))
    }
    #expect(hash == hashedPlainly(part))
  }

  private func hashedPlainly(_ bytes: [UInt8]) -> [UInt8] {
    var hash = [UInt8](repeating: 0, count: 32)
    crmkit_sha256_plain(bytes, bytes.count, &hash)
    return hash
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
