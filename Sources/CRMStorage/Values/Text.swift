import Foundation

/// What every backend does to text before it keeps it.
enum Text {
  /// Whether text is ASCII without NUL, and so is stored as it is.
  ///
  /// - Complexity: O(*n*) in the bytes, a few bytes a nanosecond.
  static func isPlain(_ text: String) -> Bool {
    if let plain = text.utf8.withContiguousStorageIfAvailable(isPlain) { return plain }
    var copy = text
    return copy.withUTF8(isPlain)
  }

  private static func isPlain(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    var position = 0
    let raw = UnsafeRawBufferPointer(utf8)
    while position &+ 8 <= raw.count {
      let word = raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      // High bits mark bytes above 127; the subtraction borrows into them for zero bytes.
      let zeros = (word &- 0x0101_0101_0101_0101) & ~word
      if (word | zeros) & 0x8080_8080_8080_8080 != 0 { return false }
      position &+= 8
    }
    while position < raw.count {
      if raw[position] == 0 || raw[position] > 127 { return false }
      position &+= 1
    }
    return true
  }

  /// Text in normalisation form C.
  ///
  /// - Throws: ``StorageError/Code/invalidValue`` where the text contains NUL.
  static func prepared(_ text: String) throws(StorageError) -> String {
    if isPlain(text) { return text }
    if text.utf8.contains(0) {
      throw StorageError(
        .invalidValue, "Text must not contain the NUL character.",
        recovery: "Remove U+0000 from the text.")
    }
    let composed = text.precomposedStringWithCanonicalMapping
    // Bridged strings are not contiguous; a native copy keeps later reads fast.
    if composed.utf8.elementsEqual(text.utf8) { return text }
    return String(decoding: Array(composed.utf8), as: UTF8.self)
  }

  /// The text that bytes encode; `nil` unless they are valid UTF-8.
  static func decoded(_ utf8: some Collection<UInt8>) -> String? {
    let text = String(decoding: utf8, as: UTF8.self)
    // Decoding repairs what is invalid, so what was repaired differs.
    return text.utf8.elementsEqual(utf8) ? text : nil
  }

  /// Compares by UTF-8 bytes: negative, zero or positive.
  static func compare(_ a: String, _ b: String) -> Int {
    var a = a
    var b = b
    return a.withUTF8 { a in
      b.withUTF8 { b in compareBytes(UnsafeRawBufferPointer(a), UnsafeRawBufferPointer(b)) }
    }
  }

  /// Whether the UTF-8 bytes of a text begin with those of another.
  static func hasPrefix(_ text: String, _ prefix: String) -> Bool {
    text.utf8.starts(with: prefix.utf8)
  }
}

@inline(__always)
func compareBytes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
  let shared = min(a.count, b.count)
  if shared > 0, let first = a.baseAddress, let second = b.baseAddress {
    let order = memcmp(first, second, shared)
    if order != 0 { return Int(order) }
  }
  return a.count - b.count
}
