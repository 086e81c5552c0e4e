import CRMStorage

/// What a file holds, what of it is safe, and the changes that lead from one to the other.
struct FileContent: Sendable {
  static let sectorSize = 512

  struct Change: Sendable {
    enum Kind: Sendable {
      case write([UInt8], at: Int)
      case resize
    }

    var kind: Kind
    /// How large the file is after it.
    var size: Int
    /// When it happened, counted over the whole disk.
    let moment: Int
    /// Whether a loss of power must leave it.
    var isSafe = false
    /// Whether a sync failed to make it safe; no later one will.
    var isForgotten = false

    /// Whether a sector may look otherwise after it.
    func touches(sector: Range<Int>) -> Bool {
      switch kind {
      case .write(let bytes, let offset):
        offset < sector.upperBound && offset + bytes.count > sector.lowerBound
      case .resize: size < sector.upperBound
      }
    }

    func apply(to bytes: inout [UInt8], of sector: Range<Int>) {
      switch kind {
      case .write(let new, let offset):
        let range = sector.clamped(to: offset..<(offset + new.count))
        for position in range { bytes[position - sector.lowerBound] = new[position - offset] }
      case .resize:
        for position in max(size, sector.lowerBound)..<max(size, sector.upperBound) {
          bytes[position - sector.lowerBound] = 0
        }
      }
    }
  }

  private(set) var bytes: [UInt8] = []
  private var safe: [UInt8] = []
  private var changes: [Change] = []

  /// A file whose content is safe.
  init(_ bytes: [UInt8] = []) {
    self.bytes = bytes
    safe = bytes
  }

  mutating func append(_ new: UnsafeRawBufferPointer, at moment: Int) {
    guard !new.isEmpty else { return }
    let offset = bytes.count
    bytes.append(contentsOf: new)
    changes.append(
      Change(kind: .write(Array(new), at: offset), size: bytes.count, moment: moment))
  }

  mutating func truncate(to size: Int, at moment: Int) {
    if size < bytes.count { bytes.removeLast(bytes.count - size) }
    bytes.append(contentsOf: repeatElement(0, count: size - bytes.count))
    changes.append(Change(kind: .resize, size: size, moment: moment))
  }

  mutating func sync() {
    guard changes.contains(where: \.isForgotten) else {
      safe = bytes
      changes = []
      return
    }
    for position in changes.indices where !changes[position].isForgotten {
      changes[position].isSafe = true
    }
  }

  mutating func failSync() {
    for position in changes.indices where !changes[position].isSafe {
      changes[position].isForgotten = true
    }
  }

  /// The moments at which something happened that is not safe.
  var moments: [Int] { changes.filter { !$0.isSafe }.map(\.moment) }

  /// The content after a loss of power.
  ///
  /// - Parameter end: The moment after which everything is lost, where ``PowerLoss/tail`` is.
  func after(
    _ loss: PowerLoss, end: Int, using numbers: inout SeededGenerator
  ) -> [UInt8] {
    let changes = loss == .tail ? shortened(at: end, using: &numbers) : changes
    let sizes = Array(changes.indices)
    let size =
      pick(loss, sizes, of: changes, end: end, using: &numbers)
      .map { changes[$0].size } ?? safe.count
    var found: [UInt8] = []
    while found.count < size {
      let sector = found.count..<(found.count + Self.sectorSize)
      let touching = changes.indices.filter { changes[$0].touches(sector: sector) }
      let last = pick(loss, touching, of: changes, end: end, using: &numbers)
      var content = version(of: sector, applying: changes[...(last ?? -1)])
      if loss == .torn, let last, !changes[last].isSafe, Bool.random(using: &numbers) {
        let old = version(of: sector, applying: changes[..<last])
        let tear = Int.random(in: 0...Self.sectorSize, using: &numbers)
        content.replaceSubrange(tear..., with: old[tear...])
      }
      found += content
    }
    return Array(found.prefix(size))
  }

  /// The last of some changes that the disk has got to.
  private func pick(
    _ loss: PowerLoss, _ candidates: [Int], of changes: [Change], end: Int,
    using numbers: inout SeededGenerator
  ) -> Int? {
    // A sector is written whole, so what is safe brings along what came to it before.
    let least = candidates.lastIndex { changes[$0].isSafe }.map { $0 + 1 } ?? 0
    let kept =
      switch loss {
      case .nothing: candidates.count
      case .everything: least
      case .tail: max(least, candidates.prefix { changes[$0].moment <= end }.count)
      case .scattered, .torn: Int.random(in: least...candidates.count, using: &numbers)
      }
    return kept > 0 ? candidates[kept - 1] : nil
  }

  /// The changes, of which a write at a moment is a part only.
  private func shortened(at end: Int, using numbers: inout SeededGenerator) -> [Change] {
    changes.map { change in
      guard case .write(let bytes, let offset) = change.kind, change.moment == end, !change.isSafe
      else { return change }
      let count = Int.random(in: 0...bytes.count, using: &numbers)
      var change = change
      change.kind = .write(Array(bytes.prefix(count)), at: offset)
      change.size -= bytes.count - count
      return change
    }
  }

  private func version(of sector: Range<Int>, applying changes: ArraySlice<Change>) -> [UInt8] {
    var content = [UInt8](repeating: 0, count: sector.count)
    for position in sector.clamped(to: safe.indices) {
      content[position - sector.lowerBound] = safe[position]
    }
    for change in changes { change.apply(to: &content, of: sector) }
    return content
  }
}
