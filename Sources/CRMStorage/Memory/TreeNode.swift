#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// One node of a ``Tree``: keys packed into a page, and payloads or children beside them.
///
/// A page has slots of offset and length growing from its start and key bytes growing from its
/// end, so that copying a node is copying memory and searching it touches few cache lines.
final class TreeNode<Payload> {
  // Nothing refers to these but trees, one call at a time, which the compiler cannot see.
  @exclusivity(unchecked) private(set) var count = 0
  @exclusivity(unchecked) private(set) var payloads: ContiguousArray<Payload> = []
  @exclusivity(unchecked) private(set) var children: ContiguousArray<TreeNode> = []

  @exclusivity(unchecked) private var page: UnsafeMutableRawPointer
  @exclusivity(unchecked) private var capacity: Int
  @exclusivity(unchecked) private var heapStart: Int
  @exclusivity(unchecked) private var liveBytes = 0

  /// Where the last entry was inserted.
  @exclusivity(unchecked) private var lastInsertion = -1

  private static var slotSize: Int { 4 }
  private static var largestPage: Int { 65_532 }

  init(capacity: Int) {
    self.capacity = capacity
    heapStart = capacity
    page = PagePool.shared.take(capacity)
  }

  /// A root above two nodes.
  convenience init(capacity: Int, left: TreeNode, separator: [UInt8], right: TreeNode) {
    self.init(capacity: capacity)
    children = [left, right]
    separator.withUnsafeBytes { insertKey($0, at: 0) }
  }

  deinit {
    PagePool.shared.give(page, capacity)
  }

  var isLeaf: Bool { children.isEmpty }

  /// A node of the same content that nothing else refers to.
  func copy() -> TreeNode {
    let node = TreeNode(capacity: capacity)
    node.payloads = payloads
    node.children = children
    node.lastInsertion = lastInsertion
    guard capacity - heapStart == liveBytes else {
      node.appendKeys(of: self, 0..<count)
      return node
    }
    node.page.copyMemory(from: page, byteCount: count * Self.slotSize)
    (node.page + heapStart).copyMemory(from: page + heapStart, byteCount: liveBytes)
    node.count = count
    node.heapStart = heapStart
    node.liveBytes = liveBytes
    return node
  }

  // MARK: Payloads

  /// Whether there is anything to keep beside the keys of a leaf.
  private static var hasPayloads: Bool { MemoryLayout<Payload>.size > 0 }

  @inline(__always)
  func payload(_ index: Int) -> Payload {
    // What takes no bytes has one value only.
    Self.hasPayloads ? payloads[index] : unsafeBitCast((), to: Payload.self)
  }

  /// The payloads that are objects, without counting references to them.
  @inline(__always)
  func withBoxes<Result>(
    _ body: (UnsafeBufferPointer<UnsafeRawPointer>) throws -> Result
  ) rethrows -> Result where Payload == AnyObject {
    try payloads.withUnsafeBytes { try body($0.assumingMemoryBound(to: UnsafeRawPointer.self)) }
  }

  private func insertPayload(_ payload: Payload, at index: Int) {
    if Self.hasPayloads { payloads.insert(payload, at: index) }
  }

  // MARK: Keys

  @inline(__always)
  func key(_ index: Int) -> UnsafeRawBufferPointer {
    let slot = page.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self)
    return UnsafeRawBufferPointer(
      start: page + Int(slot & 0xFFFF), count: Int(slot >> 16))
  }

  /// The first position whose key is not less than `key`.
  @inline(__always)
  func lowerBound(_ key: UnsafeRawBufferPointer) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low &+ high) >> 1
      if compareBytes(self.key(middle), key) < 0 { low = middle &+ 1 } else { high = middle }
    }
    return low
  }

  /// The child that holds `key`: separators are the least keys of the children after them.
  @inline(__always)
  func childPosition(_ key: UnsafeRawBufferPointer) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low &+ high) >> 1
      if compareBytes(self.key(middle), key) <= 0 { low = middle &+ 1 } else { high = middle }
    }
    return low
  }

  /// The child that holds `key`, without counting a reference to it; `nil` in a leaf.
  @inline(__always)
  func child(holding key: UnsafeRawBufferPointer) -> Unmanaged<TreeNode>? {
    if isLeaf { return nil }
    return children.withUnsafeBufferPointer { .passUnretained($0[childPosition(key)]) }
  }

  private var usedBytes: Int { count * Self.slotSize + liveBytes }

  private func hasRoom(for length: Int) -> Bool {
    usedBytes + Self.slotSize + length <= capacity
  }

  private func insertKey(_ key: UnsafeRawBufferPointer, at index: Int) {
    if (count + 1) * Self.slotSize + key.count > heapStart {
      let needed = usedBytes + Self.slotSize + key.count
      rebuild(capacity: max(capacity, min(Self.largestPage, needed > capacity ? needed * 2 : 0)))
    }
    heapStart -= key.count
    if let source = key.baseAddress {
      (page + heapStart).copyMemory(from: source, byteCount: key.count)
    }
    let slot = page + index * Self.slotSize
    memmove(slot + Self.slotSize, slot, (count - index) * Self.slotSize)
    slot.storeBytes(of: UInt32(heapStart) | UInt32(key.count) << 16, as: UInt32.self)
    count += 1
    liveBytes += key.count
  }

  /// Whether a page of so many bytes has room for another key; the first find it in any.
  func hasRoom(for length: Int, within limit: Int) -> Bool {
    usedBytes + Self.slotSize + length <= min(limit, capacity) || count < 8
  }

  /// Adds an entry behind all others.
  func append(_ key: UnsafeRawBufferPointer, _ payload: consuming Payload) {
    insertKey(key, at: count)
    if Self.hasPayloads { payloads.append(payload) }
  }

  /// Adds a child behind all others, if its separator finds room; the first child has none.
  func append(_ child: TreeNode, separator: [UInt8]) -> Bool {
    if !children.isEmpty {
      guard hasRoom(for: separator.count) || count < 8 else { return false }
      separator.withUnsafeBytes { insertKey($0, at: count) }
    }
    children.append(child)
    return true
  }

  private func removeKey(at index: Int) {
    liveBytes -= key(index).count
    let slot = page + index * Self.slotSize
    memmove(slot, slot + Self.slotSize, (count - index - 1) * Self.slotSize)
    count -= 1
  }

  private func appendKeys(of other: TreeNode, _ range: Range<Int>) {
    for index in range { insertKey(other.key(index), at: count) }
  }

  /// Moves the keys to a fresh page, without what removed keys left behind.
  private func rebuild(capacity: Int) {
    let (old, oldCapacity) = (page, self.capacity)
    let slots = (0..<count).map { key($0) }
    page = PagePool.shared.take(capacity)
    self.capacity = capacity
    heapStart = capacity
    liveBytes = 0
    count = 0
    for key in slots { insertKey(key, at: count) }
    PagePool.shared.give(old, oldCapacity)
  }

  // MARK: Changing

  struct Split {
    let separator: [UInt8]
    let right: TreeNode
  }

  /// Puts a payload under a key; the node must be uniquely referenced.
  ///
  /// - Parameter replaced: Set to the payload that was there.
  /// - Returns: The new right neighbour, where the node had to be split.
  func insert(_ key: UnsafeRawBufferPointer, _ payload: Payload, replaced: inout Payload?) -> Split?
  {
    if isLeaf {
      let index = lowerBound(key)
      if index < count, compareBytes(self.key(index), key) == 0 {
        replaced = self.payload(index)
        if Self.hasPayloads { payloads[index] = payload }
        return nil
      }
      return insertEntry(key, payload, at: index)
    }
    let index = childPosition(key)
    uniqueChild(index)
    // This node keeps the child while it is changed: no reference need be counted.
    let child = children.withUnsafeBufferPointer { Unmanaged.passUnretained($0[index]) }
    let split = child._withUnsafeGuaranteedRef { $0.insert(key, payload, replaced: &replaced) }
    return split.flatMap { insertChild($0, at: index) }
  }

  private func insertEntry(_ key: UnsafeRawBufferPointer, _ payload: Payload, at index: Int)
    -> Split?
  {
    let isRun = index > 0 && index == lastInsertion + 1
    lastInsertion = index
    guard !hasRoom(for: key.count), count >= 8 else {
      insertKey(key, at: index)
      insertPayload(payload, at: index)
      return nil
    }
    // Keys that keep growing, be it among others, fill their pages; others split in the middle.
    let middle = index == count || isRun ? index : count / 2
    let right = TreeNode(capacity: capacity)
    right.appendKeys(of: self, middle..<count)
    if Self.hasPayloads {
      right.payloads = ContiguousArray(payloads[middle...])
      payloads.removeSubrange(middle...)
    }
    truncate(to: middle)
    if index < middle || (index == middle && right.count > 0 && hasRoom(for: key.count)) {
      insertKey(key, at: index)
      insertPayload(payload, at: index)
    } else {
      right.insertKey(key, at: index - middle)
      right.lastInsertion = index - middle
      right.insertPayload(payload, at: index - middle)
    }
    return Split(separator: shortestSeparator(self.key(count - 1), right.key(0)), right: right)
  }

  private func insertChild(_ split: Split, at index: Int) -> Split? {
    if hasRoom(for: split.separator.count) || count < 8 {
      split.separator.withUnsafeBytes { insertKey($0, at: index) }
      children.insert(split.right, at: index + 1)
      return nil
    }
    let middle = index == count ? count - 1 : count / 2
    let right = TreeNode(capacity: capacity)
    let separator = Array(key(middle))
    right.appendKeys(of: self, (middle + 1)..<count)
    right.children = ContiguousArray(children[(middle + 1)...])
    children.removeSubrange((middle + 1)...)
    truncate(to: middle)
    if index <= middle {
      split.separator.withUnsafeBytes { insertKey($0, at: index) }
      children.insert(split.right, at: index + 1)
    } else {
      split.separator.withUnsafeBytes { right.insertKey($0, at: index - middle - 1) }
      right.children.insert(split.right, at: index - middle)
    }
    return Split(separator: separator, right: right)
  }

  private func truncate(to count: Int) {
    for index in count..<self.count { liveBytes -= key(index).count }
    self.count = count
  }

  /// Removes a key; the node must be uniquely referenced.
  func remove(_ key: UnsafeRawBufferPointer) -> Payload? {
    if isLeaf {
      let index = lowerBound(key)
      guard index < count, compareBytes(self.key(index), key) == 0 else { return nil }
      let removed = payload(index)
      removeKey(at: index)
      if Self.hasPayloads { payloads.remove(at: index) }
      return removed
    }
    let index = childPosition(key)
    uniqueChild(index)
    guard let removed = children[index].remove(key) else { return nil }
    if children.count > 1 { mend(index) }
    return removed
  }

  /// Drops a child that has become empty, or joins one that has become small with a neighbour.
  private func mend(_ index: Int) {
    if children[index].isLeaf && children[index].count == 0 {
      children.remove(at: index)
      removeKey(at: max(0, index - 1))
      return
    }
    guard children[index].usedBytes < children[index].capacity / 4 else { return }
    let left = max(0, index - 1)
    let joined =
      children[left].usedBytes + children[left + 1].usedBytes + key(left).count + Self.slotSize
    guard joined <= children[left].capacity * 3 / 4 else { return }
    uniqueChild(left)
    children[left].absorb(children[left + 1], separator: key(left))
    children.remove(at: left + 1)
    removeKey(at: left)
  }

  private func absorb(_ right: TreeNode, separator: UnsafeRawBufferPointer) {
    if !isLeaf { insertKey(separator, at: count) }
    appendKeys(of: right, 0..<right.count)
    payloads.append(contentsOf: right.payloads)
    children.append(contentsOf: right.children)
  }

  private func uniqueChild(_ index: Int) {
    if !isKnownUniquelyReferenced(&children[index]) { children[index] = children[index].copy() }
  }
}

/// The shortest key above `left` and not above `right`.
func shortestSeparator(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer)
  -> [UInt8]
{
  var shared = 0
  while shared < left.count, shared < right.count, left[shared] == right[shared] { shared += 1 }
  return Array(right.prefix(shared + 1))
}
