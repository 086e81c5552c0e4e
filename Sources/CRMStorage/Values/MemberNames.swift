/// The names of an object's members as JSON has them, with quotation marks and colon.
///
/// They lie in memory of their own: a reader or writer that looks at them counts no references,
/// which several threads at once would do at each other's cost.
@usableFromInline
final class MemberNames: @unchecked Sendable {
  // Proof: what is written here is written before anything else can refer to it.
  private let bytes: UnsafeMutablePointer<UInt8>
  private let ends: UnsafeMutablePointer<Int>

  /// How many there are.
  let count: Int

  init(_ columns: [Column]) {
    count = columns.count
    let all = columns.flatMap(\.jsonKey)
    bytes = .allocate(capacity: max(all.count, 1))
    ends = .allocate(capacity: columns.count + 1)
    for (index, byte) in all.enumerated() { (bytes + index).initialize(to: byte) }
    ends.initialize(to: 0)
    for (index, column) in columns.enumerated() {
      (ends + index + 1).initialize(to: ends[index] + column.jsonKey.count)
    }
  }

  deinit {
    bytes.deallocate()
    ends.deallocate()
  }

  subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: bytes + ends[index], count: ends[index + 1] - ends[index])
  }
}
