/// An ordered map from bytes to payloads: a copy-on-write B+tree.
///
/// Copying the tree is copying a reference. The copy that changes first copies the path to what
/// it changes and shares the rest, so a snapshot costs nothing and a rollback is forgetting.
struct Tree<Payload> {
  private(set) var root: TreeNode<Payload>
  private(set) var count = 0

  /// The size of the pages above the leaves.
  ///
  /// Copying a node counts a reference to each node below, most of which are not in the
  /// processor's cache: with smaller nodes small writes cost less, and look-ups hardly more.
  static var innerPageSize: Int { 512 }

  /// An empty tree of leaves of so many bytes.
  init(pageSize: Int) {
    root = TreeNode(capacity: pageSize)
  }

  /// A tree that was put together from its leaves.
  init(root: TreeNode<Payload>, count: Int) {
    self.root = root
    self.count = count
  }

  /// The payload under a key.
  ///
  /// - Complexity: O(log *n*).
  func find(_ key: UnsafeRawBufferPointer) -> Payload? {
    withLeaf(holding: key) { leaf, index in leaf.payload(index) }
  }

  /// Looks for a key and hands on the leaf and the position it has there.
  @inline(__always)
  private func withLeaf<Result>(
    holding key: UnsafeRawBufferPointer, _ body: (TreeNode<Payload>, Int) -> Result?
  ) -> Result? {
    // The root keeps the nodes below for as long as the look-up runs, so that counting
    // references to them, for which the processor would wait at each, is not needed.
    var node = Unmanaged.passUnretained(root)
    while let child = node._withUnsafeGuaranteedRef({ $0.child(holding: key) }) { node = child }
    return node._withUnsafeGuaranteedRef { leaf in
      let index = leaf.lowerBound(key)
      guard index < leaf.count, compareBytes(leaf.key(index), key) == 0 else { return nil }
      return body(leaf, index)
    }
  }

  /// Puts a payload under a key and returns the one that was there.
  @discardableResult
  mutating func insert(_ key: UnsafeRawBufferPointer, _ payload: Payload) -> Payload? {
    if !isKnownUniquelyReferenced(&root) { root = root.copy() }
    var replaced: Payload?
    if let split = root.insert(key, payload, replaced: &replaced) {
      root = TreeNode(
        capacity: Self.innerPageSize, left: root, separator: split.separator, right: split.right)
    }
    if replaced == nil { count += 1 }
    return replaced
  }

  /// Removes a key and returns the payload that was there.
  @discardableResult
  mutating func remove(_ key: UnsafeRawBufferPointer) -> Payload? {
    if !isKnownUniquelyReferenced(&root) { root = root.copy() }
    guard let removed = root.remove(key) else { return nil }
    count -= 1
    while root.children.count == 1 { root = root.children[0] }
    return removed
  }

  /// Hands on entries in order until `body` returns false.
  ///
  /// - Parameters:
  ///   - range: The keys from `lower` on and below `upper`.
  ///   - isDescending: Whether to start from the last of them.
  func scan(
    _ range: KeyRange, descending isDescending: Bool,
    _ body: (UnsafeRawBufferPointer, Payload) throws -> Bool
  ) rethrows {
    try visit(range, descending: isDescending) { node, entries in
      for place in entries {
        let index = isDescending ? entries.lowerBound &+ entries.upperBound &- 1 &- place : place
        guard try body(node.key(index), node.payload(index)) else { return false }
      }
      return true
    }
  }

  /// Hands on entries in order, from a key on, until `body` returns false.
  func scan(
    from key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, Payload) throws -> Bool
  ) rethrows {
    _ = try Self.ascend(root, key, nil) { node, entries in
      for index in entries {
        guard try body(node.key(index), node.payload(index)) else { return false }
      }
      return true
    }
  }

  /// Hands on leaves with the positions of the entries that lie in a range.
  private func visit(
    _ range: KeyRange, descending isDescending: Bool,
    _ body: (TreeNode<Payload>, Range<Int>) throws -> Bool
  ) rethrows {
    try range.withBounds { lower, upper in
      _ =
        isDescending
        ? try Self.descend(root, lower, upper, body) : try Self.ascend(root, lower, upper, body)
    }
  }

  private static func ascend(
    _ node: TreeNode<Payload>, _ lower: UnsafeRawBufferPointer?, _ upper: UnsafeRawBufferPointer?,
    _ body: (TreeNode<Payload>, Range<Int>) throws -> Bool
  ) rethrows -> Bool {
    if node.isLeaf { return try body(node, entries(node, lower, upper)) }
    let start = lower.map { node.childPosition($0) } ?? 0
    let end = upper.map { node.childPosition($0) } ?? node.count
    guard start <= end else { return true }
    for index in start...end {
      let goesOn = try ascend(
        node.children[index], index == start ? lower : nil, index == end ? upper : nil, body)
      guard goesOn else { return false }
    }
    return true
  }

  private static func descend(
    _ node: TreeNode<Payload>, _ lower: UnsafeRawBufferPointer?, _ upper: UnsafeRawBufferPointer?,
    _ body: (TreeNode<Payload>, Range<Int>) throws -> Bool
  ) rethrows -> Bool {
    if node.isLeaf { return try body(node, entries(node, lower, upper)) }
    let start = lower.map { node.childPosition($0) } ?? 0
    let end = upper.map { node.childPosition($0) } ?? node.count
    guard start <= end else { return true }
    for index in (start...end).reversed() {
      let goesOn = try descend(
        node.children[index], index == start ? lower : nil, index == end ? upper : nil, body)
      guard goesOn else { return false }
    }
    return true
  }

  private static func entries(
    _ leaf: TreeNode<Payload>, _ lower: UnsafeRawBufferPointer?, _ upper: UnsafeRawBufferPointer?
  ) -> Range<Int> {
    let start = lower.map { leaf.lowerBound($0) } ?? 0
    return start..<max(start, upper.map { leaf.lowerBound($0) } ?? leaf.count)
  }

  /// About how many keys a range has, from the shape of the tree.
  ///
  /// - Complexity: O(log *n*).
  func estimatedCount(_ range: KeyRange) -> Int {
    range.withBounds { lower, upper in
      let start = lower.map { rank($0) } ?? 0
      let end = upper.map { rank($0) } ?? 1
      return Int((max(0, end - start) * Double(count)).rounded())
    }
  }

  private func rank(_ key: UnsafeRawBufferPointer) -> Double {
    var node = root
    var start = 0.0
    var width = 1.0
    while !node.isLeaf {
      let index = node.childPosition(key)
      width /= Double(node.count + 1)
      start += width * Double(index)
      node = node.children[index]
    }
    if node.count == 0 { return start }
    return start + width * Double(node.lowerBound(key)) / Double(node.count)
  }
}

extension Tree where Payload == AnyObject {
  /// The box under a key.
  ///
  /// - Complexity: O(log *n*).
  func findBox(_ key: UnsafeRawBufferPointer, _ lookahead: inout Lookahead) -> AnyObject? {
    withLeaf(holding: key) { leaf, index in
      leaf.withBoxes { lookahead.fetch($0[index]) }
      return leaf.payload(index)
    }
  }

  /// Hands on boxes in order until `body` returns false.
  ///
  /// Most boxes have to come from memory, which takes ten times as long as looking at one. So
  /// no reference to them is counted, for which the processor would wait at each, and they are
  /// sent for several at a time.
  ///
  /// - Parameter size: How many bytes of a box are looked at.
  func scanBoxes(
    _ range: KeyRange, descending isDescending: Bool, size: Int,
    _ body: (AnyObject) throws -> Bool
  ) rethrows {
    var lookahead = Lookahead(size: size)
    // Scans that end within the first leaf are many, and would read ahead in vain.
    var isFirst = true
    try visit(range, descending: isDescending) { node, entries in
      defer { isFirst = false }
      for place in entries {
        let offset = place &- entries.lowerBound
        let index = isDescending ? entries.upperBound &- 1 &- offset : place
        if offset % Lookahead.count == 0 && !isFirst {
          lookahead.fetch(node, entries, from: index, descending: isDescending)
        }
        // The node keeps the box for as long as the scan runs: trees are never changed in place
        // while somebody else refers to them.
        let box = node.withBoxes { Unmanaged<AnyObject>.fromOpaque($0[index]) }
        let goesOn = try box._withUnsafeGuaranteedRef(body)
        guard goesOn else { return false }
      }
      return true
    }
  }
}

/// Reads a byte of each cache line of the boxes that are looked at next, all at once.
struct Lookahead {
  /// How many boxes are read ahead in a scan.
  static var count: Int { 16 }

  /// How many bytes of a box are looked at.
  private let size: Int

  // What was read; without a use of it the compiler would leave out the reading.
  private var sum: UInt8 = 0

  init(size: Int) {
    self.size = size
  }

  @inline(__always)
  mutating func fetch(_ box: UnsafeRawPointer) {
    var offset = 0
    while offset < 16 &+ size {
      sum ^= box.load(fromByteOffset: offset, as: UInt8.self)
      offset &+= 64
    }
  }

  @inline(never)
  mutating func fetch(
    _ node: TreeNode<AnyObject>, _ entries: Range<Int>, from index: Int, descending: Bool
  ) {
    let next =
      descending
      ? max(entries.lowerBound, index &+ 1 &- Self.count)..<(index &+ 1)
      : index..<min(entries.upperBound, index &+ Self.count)
    node.withBoxes { boxes in
      for box in boxes[next] { fetch(box) }
    }
  }
}

/// Keys from one on and below another; `nil` for no bound.
struct KeyRange {
  var lower: [UInt8]?
  var upper: [UInt8]?

  static let all = KeyRange(lower: nil, upper: nil)

  /// The keys that begin with a prefix.
  static func prefix(_ prefix: [UInt8]) -> KeyRange {
    KeyRange(lower: prefix, upper: successor(of: prefix))
  }

  /// The least key above all that begin with a prefix; `nil` where there is none.
  static func successor(of prefix: [UInt8]) -> [UInt8]? {
    guard let last = prefix.lastIndex(where: { $0 < 0xFF }) else { return nil }
    var key = Array(prefix[...last])
    key[last] += 1
    return key
  }

  /// Leaves out the keys below one.
  mutating func raise(to key: [UInt8]?) {
    guard let key else { return }
    if let lower, !Self.precedes(lower, key) { return }
    lower = key
  }

  /// Leaves out a key and those above it.
  mutating func cut(at key: [UInt8]?) {
    guard let key else { return }
    if let upper, !Self.precedes(key, upper) { return }
    upper = key
  }

  /// Leaves out the keys that are not in another range.
  mutating func narrow(to other: KeyRange) {
    raise(to: other.lower)
    cut(at: other.upper)
  }

  /// Whether no key can be in the range.
  var isEmpty: Bool {
    guard let lower, let upper else { return false }
    return !Self.precedes(lower, upper)
  }

  /// Eight bytes at a time, as every query asks.
  private static func precedes(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    a.withUnsafeBytes { a in b.withUnsafeBytes { b in compareBytes(a, b) < 0 } }
  }

  func withBounds<Result>(
    _ body: (UnsafeRawBufferPointer?, UnsafeRawBufferPointer?) throws -> Result
  ) rethrows -> Result {
    try Self.withBytes(lower) { lower in
      try Self.withBytes(upper) { upper in try body(lower, upper) }
    }
  }

  private static func withBytes<Result>(
    _ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws -> Result
  ) rethrows -> Result {
    guard let bytes else { return try body(nil) }
    return try bytes.withUnsafeBytes { try body($0) }
  }
}
