import Foundation

/// What every backend does to text before it keeps it.
package enum Text {
  /// Whether text is surely in normalisation form C and without NUL, and so kept as it is.
  ///
  /// Sure without a table is what is written in Latin, Greek without accents of old, Cyrillic,
  /// kana, Hangul, Han and emoji; the rest is looked at by ``prepared(_:)``.
  ///
  /// - Complexity: O(*n*) in the bytes; ASCII several bytes a nanosecond.
  static func isSettled(_ text: String) -> Bool {
    if let isSettled = text.utf8.withContiguousStorageIfAvailable(isSettled) { return isSettled }
    var copy = text
    return copy.withUTF8(isSettled)
  }

  private static func isSettled(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    var position = 0
    let raw = UnsafeRawBufferPointer(utf8)
    while position &+ 8 <= raw.count {
      let word = raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      if word & 0x8080_8080_8080_8080 != 0 { break }
      // The subtraction borrows into the high bits of zero bytes.
      if (word &- 0x0101_0101_0101_0101) & 0x8080_8080_8080_8080 != 0 { return false }
      position &+= 8
    }
    while position < raw.count {
      let byte = UInt32(raw[position])
      if byte < 0x80 {
        if byte == 0 { return false }
        position &+= 1
        continue
      }
      // What a string holds is valid UTF-8, so the bytes that must follow do.
      let length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
      var scalar = byte & (0x7F >> UInt32(length))
      for offset in 1..<length { scalar = scalar << 6 | UInt32(raw[position &+ offset] & 0x3F) }
      guard isSettled(scalar) else { return false }
      position &+= length
    }
    return true
  }

  /// Whether a scalar neither decomposes nor joins one before it (NFC_QC=Yes, ccc=0).
  ///
  /// Source: Unicode Standard Annex 15, section 9, “Detecting normalization forms”.
  private static func isSettled(_ scalar: UInt32) -> Bool {
    switch scalar {
    case ..<0x300, 0x388...0x482, 0x48A...0x52F, 0x1E00...0x1EFF, 0x2010...0x2027,
      0x20A0...0x20BF, 0x3000...0x3029, 0x3041...0x3096, 0x309B...0x30FF, 0x3400...0x4DBF,
      0x4E00...0x9FFF, 0xAC00...0xD7A3, 0xFF01...0xFFEF, 0x1F300...0x1FAFF, 0x20000...0x2EBEF:
      true
    default: false
    }
  }

  /// Text in normalisation form C.
  ///
  /// - Throws: ``StorageError/Code/invalidValue`` where the text contains NUL.
  static func prepared(_ text: String) throws(StorageError) -> String {
    if isSettled(text) { return text }
    if text.utf8.contains(0) {
      throw StorageError(
        .invalidValue, "Text must not contain the NUL character.",
        recovery: "Remove U+0000 from the text.")
    }
    // Composing alone leaves a Hangul syllable beside the final consonant that belongs to it.
    let composed = text.decomposedStringWithCanonicalMapping.precomposedStringWithCanonicalMapping
    // Bridged strings are not contiguous; a native copy keeps later reads fast.
    if composed.utf8.elementsEqual(text.utf8) { return text }
    return String(decoding: Array(composed.utf8), as: UTF8.self)
  }

  /// The text that bytes encode; `nil` unless they are valid UTF-8 without NUL.
  package static func decodedWithoutNUL(_ utf8: UnsafeBufferPointer<UInt8>) -> String? {
    if isPlain(utf8) { return String(decoding: utf8, as: UTF8.self) }
    return utf8.contains(0) ? nil : decoded(utf8)
  }

  /// The text that bytes encode; `nil` unless they are valid UTF-8.
  static func decoded(_ utf8: UnsafeBufferPointer<UInt8>) -> String? {
    if isPlain(utf8) { return String(decoding: utf8, as: UTF8.self) }
    var text = String(decoding: utf8, as: UTF8.self)
    // Decoding repairs what is invalid, so what was repaired differs.
    let isSame = text.withUTF8 {
      compareBytes(UnsafeRawBufferPointer($0), UnsafeRawBufferPointer(utf8)) == 0
    }
    return isSame ? text : nil
  }

  /// Whether the bytes of a text cannot be part of an index, be it for their number or for a NUL.
  static func isUnfit(_ utf8: UnsafeRawBufferPointer) -> Bool {
    if utf8.count > longestIndexedValue { return true }
    var position = 0
    while position &+ 8 <= utf8.count {
      let word = utf8.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      // The high bit stays only of bytes that were zero.
      let zeros = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
      if zeros != 0 { return true }
      position &+= 8
    }
    while position < utf8.count {
      if utf8[position] == 0 { return true }
      position &+= 1
    }
    return false
  }

  /// Whether bytes are ASCII without NUL.
  private static func isPlain(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    let raw = UnsafeRawBufferPointer(utf8)
    var position = 0
    while position &+ 8 <= raw.count {
      let word = raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      // High bits mark bytes above 127; the subtraction borrows into them for zero bytes.
      if (word | (word &- 0x0101_0101_0101_0101)) & 0x8080_8080_8080_8080 != 0 { return false }
      position &+= 8
    }
    while position < raw.count {
      if raw[position] &- 1 >= 0x7F { return false }
      position &+= 1
    }
    return true
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

/// Which of two byte strings comes first: negative, zero or positive.
@inline(__always)
func compareBytes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
  let shared = min(a.count, b.count)
  guard shared > 0, let first = a.baseAddress, let second = b.baseAddress else {
    return a.count - b.count
  }
  // Most strings differ early, which takes less time to see than to call a function.
  if shared >= 8 {
    let left = first.loadUnaligned(as: UInt64.self)
    let right = second.loadUnaligned(as: UInt64.self)
    if left != right { return left.bigEndian < right.bigEndian ? -1 : 1 }
  }
  if shared >= 16 {
    let left = first.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    let right = second.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    if left != right { return left.bigEndian < right.bigEndian ? -1 : 1 }
    if shared == 16 { return a.count - b.count }
  }
  let order = memcmp(first, second, shared)
  return order != 0 ? Int(order) : a.count - b.count
}
