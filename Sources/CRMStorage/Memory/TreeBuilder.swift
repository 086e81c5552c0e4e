/// Makes a ``Tree`` of entries that come in order: leaf after leaf, then the nodes above them.
///
/// - Complexity: O(*n*), where inserting one after the other looks for the place of each.
struct TreeBuilder<Payload> {
  private struct Level {
    var nodes: [TreeNode<Payload>] = []
    /// The separator before each node; that of the first is not used.
    var separators: [[UInt8]] = []
  }

  private let pageSize: Int
  private let limit: Int
  private var leaves = Level()
  private var leaf: TreeNode<Payload>
  private var count = 0

  /// - Parameters:
  ///   - pageSize: The size of leaves.
  ///   - isGrowing: Whether later entries come behind all others, so that leaves can be full.
  init(pageSize: Int, growing isGrowing: Bool) {
    self.pageSize = pageSize
    limit = isGrowing ? pageSize : pageSize * 7 / 8
    leaf = TreeNode(capacity: pageSize)
    leaves.nodes.append(leaf)
    leaves.separators.append([])
  }

  /// Adds an entry, whose key is above all before it.
  mutating func append(_ key: UnsafeRawBufferPointer, _ payload: consuming Payload) {
    count += 1
    // An empty page has room for any key.
    if !leaf.hasRoom(for: key.count, within: limit) {
      leaves.separators.append(shortestSeparator(leaf.key(leaf.count - 1), key))
      leaf = TreeNode(capacity: pageSize)
      leaves.nodes.append(leaf)
    }
    leaf.append(key, payload)
  }

  /// The tree of all that was added.
  consuming func tree() -> Tree<Payload> {
    var level = leaves
    while level.nodes.count > 1 { level = Self.above(level) }
    return Tree(root: level.nodes[0], count: count)
  }

  private static func above(_ below: Level) -> Level {
    var level = Level()
    for (child, separator) in zip(below.nodes, below.separators) {
      if let node = level.nodes.last, node.append(child, separator: separator) { continue }
      let node = TreeNode<Payload>(capacity: Tree<Payload>.innerPageSize)
      _ = node.append(child, separator: separator)
      level.nodes.append(node)
      level.separators.append(separator)
    }
    return level
  }
}
