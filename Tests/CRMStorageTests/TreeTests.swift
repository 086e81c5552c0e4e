import Testing

@testable import CRMStorage

@Suite("Tree")
struct TreeTests {
  /// A random history against a sorted dictionary; snapshots taken on the way must not move.
  @Test(
    "Behaves as a sorted dictionary, and snapshots stay as they were", arguments: UInt64(1)...12)
  func randomHistory(seed: UInt64) {
    var generator = Xorshift(seed: seed)
    var tree = Tree<Int>(pageSize: [128, 512, 2_048][Int(seed % 3)])
    var model: [[UInt8]: Int] = [:]
    var snapshots: [(Tree<Int>, [[UInt8]: Int])] = []
    let longest = [4, 12, 300][Int(seed / 3 % 3)]
    for step in 0..<4_000 {
      let key = (0..<Int.random(in: 0...longest, using: &generator)).map { _ in
        UInt8.random(in: seed.isMultiple(of: 2) ? 0...2 : 0...255, using: &generator)
      }
      let isShrinking = step % 1_000 > 600
      if Int.random(in: 0..<10, using: &generator) < (isShrinking ? 8 : 2) {
        let victim = model.keys.randomElement(using: &generator) ?? key
        let removed = victim.withUnsafeBytes { tree.remove($0) }
        #expect(removed == model.removeValue(forKey: victim))
      } else {
        let replaced = key.withUnsafeBytes { tree.insert($0, step) }
        #expect(replaced == model.updateValue(step, forKey: key))
      }
      if step % 500 == 250 { snapshots.append((tree, model)) }
    }
    snapshots.append((tree, model))
    for (tree, model) in snapshots { expectSame(tree, model, using: &generator) }
  }

  @Test("Growing keys fill their pages")
  func ascendingKeys() {
    var tree = Tree<Void>(pageSize: 4_096)
    for number in 0..<20_000 {
      withUnsafeBytes(of: UInt64(number).bigEndian) { _ = tree.insert($0, ()) }
    }
    #expect(tree.count == 20_000)
    var leaves = 0
    func count(_ node: TreeNode<Void>) {
      if node.isLeaf { leaves += 1 } else { node.children.forEach(count) }
    }
    count(tree.root)
    // 341 keys of 8 + 4 bytes fit a page.
    #expect(leaves <= 20_000 / 341 + 1)
  }

  private func expectSame(
    _ tree: Tree<Int>, _ model: [[UInt8]: Int], using generator: inout Xorshift
  ) {
    let sorted = model.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    #expect(tree.count == sorted.count)
    for (key, value) in sorted { #expect(key.withUnsafeBytes { tree.find($0) } == value) }
    for isDescending in [false, true] {
      for _ in 0..<20 {
        let bounds = (0..<2).map { _ in sorted.randomElement(using: &generator)?.key }
        let range = KeyRange(lower: bounds[0], upper: bounds[1])
        var found: [Int] = []
        tree.scan(range, descending: isDescending) { _, value in
          found.append(value)
          return true
        }
        let expected = sorted.filter { entry in
          (bounds[0].map { !entry.key.lexicographicallyPrecedes($0) } ?? true)
            && (bounds[1].map { entry.key.lexicographicallyPrecedes($0) } ?? true)
        }.map(\.value)
        #expect(found == (isDescending ? expected.reversed() : expected))
      }
    }
  }
}

/// A small seeded generator; CRMTesting has the public one.
struct Xorshift: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
