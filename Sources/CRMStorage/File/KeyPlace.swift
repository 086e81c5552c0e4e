/// Where a key of an index is among the bytes of many.
struct KeyPlace {
  /// Eight bytes of the key as a number of the same order, by which most keys differ.
  private(set) var word: UInt64

  /// The position, and in the last two bytes how long the key is, as in a ``TreeNode``.
  private let place: UInt64

  init(_ range: Range<Int>, in bytes: UnsafeRawPointer) {
    place = UInt64(range.lowerBound) << 16 | UInt64(range.count)
    word = 0
    look(at: 0, in: bytes)
  }

  var count: Int { Int(place & 0xFFFF) }

  @inline(__always)
  func key(in bytes: UnsafeRawPointer) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: bytes + Int(place >> 16), count: count)
  }

  /// Goes on to the eight bytes from a position on.
  @inline(__always)
  mutating func look(at depth: Int, in bytes: UnsafeRawPointer) {
    word = key(in: bytes).word(at: depth)
  }

  /// Whether it comes before another, both of which look at the same position.
  @inline(__always)
  func isOrdered(before other: KeyPlace, in bytes: UnsafeRawPointer) -> Bool {
    if word != other.word { return word < other.word }
    return compareBytes(key(in: bytes), other.key(in: bytes)) < 0
  }
}

extension UnsafeRawBufferPointer {
  /// Eight bytes from a position on as a number of the same order; zeros where there are fewer.
  @inline(__always)
  func word(at position: Int) -> UInt64 {
    if position &+ 8 <= count {
      return UInt64(bigEndian: loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }
    var word: UInt64 = 0
    for offset in 0..<8 {
      word = word << 8 | (position &+ offset < count ? UInt64(self[position &+ offset]) : 0)
    }
    return word
  }
}

/// Puts keys in order by eight bytes at a time: those with the same are put in order by the next
/// eight.
///
/// Keys of an index have much in common, so most comparisons of whole keys would have to fetch
/// the bytes of both.
///
/// Source: Bentley & Sedgewick, “Fast Algorithms for Sorting and Searching Strings”, Proceedings
/// of the 8th ACM-SIAM Symposium on Discrete Algorithms, 1997.
struct KeySorter {
  typealias Keys = UnsafeMutableBufferPointer<KeyPlace>

  private let bytes: UnsafeRawPointer

  /// How many keys are put in order by inserting one after the other.
  private static var few: Int { 12 }

  /// How many bytes in common are passed over; further ones are compared key by key.
  private static var deepest: Int { 512 }

  /// - Parameter bytes: Those of all keys.
  init(_ bytes: UnsafeRawPointer) {
    self.bytes = bytes
  }

  /// Puts keys in order that look at their first bytes.
  func sort(_ keys: Keys) {
    sort(keys, from: 0, patience: Self.patience(for: keys.count))
  }

  /// How often keys may be parted before it is clear that they part badly.
  private static func patience(for count: Int) -> Int {
    2 * (Int.bitWidth - count.leadingZeroBitCount)
  }

  private func sort(_ all: Keys, from depth: Int, patience: Int) {
    var keys = all
    var patience = patience
    while keys.count > Self.few {
      guard patience > 0, depth < Self.deepest else { return compareAll(keys) }
      patience -= 1
      let equal = part(keys, around: Self.middle(keys))
      sort(Keys(rebasing: keys[..<equal.lowerBound]), from: depth, patience: patience)
      sortEqual(Keys(rebasing: keys[equal]), from: depth + 8)
      keys = Keys(rebasing: keys[equal.upperBound...])
    }
    for index in keys.indices.dropFirst() { insert(index, keys) }
  }

  private func insert(_ index: Int, _ keys: Keys) {
    let key = keys[index]
    var place = index
    while place > 0, key.isOrdered(before: keys[place &- 1], in: bytes) {
      keys[place] = keys[place &- 1]
      place &-= 1
    }
    keys[place] = key
  }

  /// The one in the middle of three of the words.
  private static func middle(_ keys: Keys) -> UInt64 {
    let (a, b, c) = (keys[0].word, keys[keys.count / 2].word, keys[keys.count - 1].word)
    return max(min(a, b), min(max(a, b), c))
  }

  /// Parts keys into those below a word, those that have it and those above.
  private func part(_ keys: Keys, around word: UInt64) -> Range<Int> {
    var below = 0
    var place = 0
    var above = keys.count
    while place < above {
      if keys[place].word < word {
        keys.swapAt(below, place)
        below &+= 1
        place &+= 1
      } else if keys[place].word > word {
        above &-= 1
        keys.swapAt(place, above)
      } else {
        place &+= 1
      }
    }
    return below..<above
  }

  /// Puts keys in order that are the same up to a position.
  private func sortEqual(_ keys: Keys, from depth: Int) {
    guard keys.count > 1 else { return }
    // Zeros behind the end of a key are none of it.
    guard keys.allSatisfy({ $0.count > depth }) else { return compareAll(keys) }
    for index in keys.indices { keys[index].look(at: depth, in: bytes) }
    sort(keys, from: depth, patience: Self.patience(for: keys.count))
  }

  private func compareAll(_ all: Keys) {
    var keys = all
    keys.sort { compareBytes($0.key(in: bytes), $1.key(in: bytes)) < 0 }
  }
}
