/// What an engine keeps as a transaction sees it: a snapshot, and over it what was changed since.
///
/// Copying it costs nothing, so a copy is what an attempt goes back to.
struct KeyValueView {
  private let snapshot: any KeyValueSnapshot
  private var changed = Tree<[UInt8]?>(pageSize: 1_024)

  init(_ snapshot: any KeyValueSnapshot) {
    self.snapshot = snapshot
  }

  /// What was changed, by key.
  var changes: [KeyValueChange] {
    var changes: [KeyValueChange] = []
    changes.reserveCapacity(changed.count)
    changed.scan(.all, descending: false) { key, value in
      changes.append(KeyValueChange(key: Array(key), value: value))
      return true
    }
    return changes
  }

  func value(of key: [UInt8]) throws -> [UInt8]? {
    if let change = key.withUnsafeBytes({ changed.find($0) }) { return change }
    return try snapshot.value(of: key)
  }

  mutating func set(_ key: [UInt8], to value: [UInt8]?) {
    key.withUnsafeBytes { _ = changed.insert($0, value) }
  }

  /// Hands on the keys of a range in order, changes among them, until `body` returns false.
  func scan(
    _ range: KeySpan, descending isDescending: Bool = false,
    _ body: ([UInt8], [UInt8]) throws -> Bool
  ) throws {
    var waiting = changes(in: range, descending: isDescending)[...]
    var goesOn = true
    /// Hands on the changes that come before a key, and says whether one is of the key itself.
    func handOn(before key: [UInt8]?) throws -> Bool {
      while goesOn, let next = waiting.first {
        if let key, next.key != key, next.key.lexicographicallyPrecedes(key) == isDescending {
          return false
        }
        waiting = waiting.dropFirst()
        if let value = next.value { goesOn = try body(next.key, value) }
        if next.key == key { return true }
      }
      return false
    }
    try snapshot.scan(from: range.lower, to: range.upper, descending: isDescending) { key, value in
      if try !handOn(before: key), goesOn { goesOn = try body(key, value) }
      return goesOn
    }
    _ = try handOn(before: nil)
  }

  private func changes(in range: KeySpan, descending isDescending: Bool) -> [KeyValueChange] {
    guard changed.count > 0 else { return [] }
    var found: [KeyValueChange] = []
    let bounds = KeyRange(lower: range.lower, upper: range.upper)
    if bounds.isEmpty { return [] }
    changed.scan(bounds, descending: isDescending) { key, value in
      found.append(KeyValueChange(key: Array(key), value: value))
      return true
    }
    return found
  }

  /// How many keys a range has, where they are few; `most` where they are not.
  func count(_ range: KeySpan, most: Int) throws -> Int {
    var count = 0
    try scan(range) { _, _ in
      count += 1
      return count < most
    }
    return count
  }
}

/// The keys from one on and below another.
struct KeySpan {
  let lower: [UInt8]
  let upper: [UInt8]

  /// The keys that begin with a prefix, which is not all of ones.
  init(_ prefix: [UInt8]) {
    self.init(prefix, .all)
  }

  /// The keys of a range behind a prefix, which is not all of ones.
  init(_ prefix: [UInt8], _ range: KeyRange) {
    lower = prefix + (range.lower ?? [])
    upper = range.upper.map { prefix + $0 } ?? KeyRange.successor(of: prefix) ?? []
  }
}
