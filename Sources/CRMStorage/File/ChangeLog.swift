/// The changes of one write, as the journal is to have them.
///
/// Of a write that changes more than the store has, it keeps nothing: a snapshot of what the store
/// has then takes no more room than the changes would, and is written without a copy in memory.
final class ChangeLog {
  /// How long a piece of a write gets, in bytes, before the next is begun.
  static let pieceSize = 1 << 20

  /// The changes, one after the other.
  private(set) var changes = ByteWriter()

  /// Whether there were too many changes to keep, so that the store is to be written anew.
  private(set) var isCut = false

  /// Where pieces end, all of them whole changes.
  private(set) var ends: [Int] = []

  /// By how many bytes the rows of the store have grown.
  private(set) var growth = 0

  private let kinds: FileKinds
  private let mostBytes: Int
  private var scratch: ByteWriter?

  /// - Parameter mostBytes: How many bytes of changes are kept.
  init(_ kinds: FileKinds, mostBytes: Int) {
    self.kinds = kinds
    self.mostBytes = mostBytes
  }

  /// Whether nothing was changed.
  var isEmpty: Bool { changes.count == 0 && !isCut }

  /// Notes that a row came, or took the place of another.
  func note(_ row: AnyObject, _ id: RowID, at position: Int, replacing old: AnyObject?) {
    if isCut { return }
    let start = changes.count
    kinds.write(row, id, at: position, to: changes)
    growth += changes.count - start - (old.map { size(of: $0, id, at: position) } ?? 0)
    endPiece()
  }

  /// Notes that a row went.
  func note(removalOf old: AnyObject, _ id: RowID, at position: Int) {
    if isCut { return }
    kinds.writeRemoval(of: id, at: position, to: changes)
    growth -= size(of: old, id, at: position)
    endPiece()
  }

  private func size(of row: AnyObject, _ id: RowID, at position: Int) -> Int {
    let scratch = scratch ?? ByteWriter()
    self.scratch = scratch
    scratch.truncate(to: 0)
    kinds.write(row, id, at: position, to: scratch)
    return scratch.count
  }

  private func endPiece() {
    if changes.count - (ends.last ?? 0) >= Self.pieceSize { ends.append(changes.count) }
    if changes.count > mostBytes { cut() }
  }

  private func cut() {
    changes = ByteWriter()
    (ends, growth) = ([], 0)
    isCut = true
  }

  // MARK: Going back

  struct Place {
    fileprivate let count: Int
    fileprivate let ends: Int
    fileprivate let growth: Int
  }

  /// Where the next change will be noted.
  var place: Place { Place(count: changes.count, ends: ends.count, growth: growth) }

  /// Forgets what was noted since.
  func goBack(to place: Place) {
    if isCut { return }
    changes.truncate(to: place.count)
    ends.removeLast(ends.count - place.ends)
    growth = place.growth
  }

  /// The pieces, in order; one even where nothing was changed.
  var pieces: [Range<Int>] {
    let bounds = [0] + ends.filter { $0 < changes.count } + [changes.count]
    return zip(bounds, bounds.dropFirst()).map { $0..<$1 }
  }
}
