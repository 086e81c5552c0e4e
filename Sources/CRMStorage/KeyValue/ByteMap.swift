/// Bytes under bytes in memory, in order: what an engine can hold its content in.
///
/// Copying it costs nothing, so a copy is a snapshot.
///
///     var map = ByteMap()
///     map[Array("tea".utf8)] = [1]
///     let before = map
///     map.apply(changes)
///
/// - Complexity: O(log *n*) for a look-up and a change.
public struct ByteMap: KeyValueSnapshot, @unchecked Sendable {
  // Proof: the tree is changed only where it is uniquely referenced, which what is shared between
  // threads is not; its payloads are values.
  private var tree = Tree<[UInt8]>(pageSize: 1_024)

  /// A map of nothing.
  public init() {}

  /// How many keys there are.
  public var count: Int { tree.count }

  /// The value under a key; `nil` where there is none.
  public subscript(key: [UInt8]) -> [UInt8]? {
    get { key.withUnsafeBytes { tree.find($0) } }
    set {
      key.withUnsafeBytes { key -> Void in
        if let newValue { tree.insert(key, newValue) } else { tree.remove(key) }
      }
    }
  }

  /// Makes some changes.
  public mutating func apply(_ changes: [KeyValueChange]) {
    for change in changes { self[change.key] = change.value }
  }

  public func value(of key: [UInt8]) -> [UInt8]? { self[key] }

  public func scan(
    from lower: [UInt8], to upper: [UInt8], descending isDescending: Bool,
    _ body: (_ key: [UInt8], _ value: [UInt8]) throws -> Bool
  ) rethrows {
    let range = KeyRange(lower: lower, upper: upper)
    if range.isEmpty { return }
    try tree.scan(range, descending: isDescending) { key, value in try body(Array(key), value) }
  }
}
