/// Makes tables of rows that were read from files, on all cores.
struct TableLoader {
  private let kept: [KeptKind]
  private let coders: [MemoryCoder]

  /// How many rows one piece of work has.
  private static let pieceSize = 1 << 15

  init(_ kept: [KeptKind]) {
    self.kept = kept
    coders = MemoryShape.coders(of: kept)
  }

  /// What rows make.
  struct Built {
    let tables: [MemoryTable]
    /// How many bytes the rows take in files.
    let size: Int
    /// A row of which a value is in no form for an index, and which the indexes lack.
    let unfit: StorageError?
  }

  /// The tables of all rows.
  func tables(of rows: RowCollector) -> Built {
    let final = inParallel(kept.count) { kind in
      Self.merge(rows.snapshot[kind], rows.journal[kind])
    }
    let size = final.reduce(0) { $0 + $1.reduce(0) { $0 + $1.reduce(0) { $0 + Int($1.size) } } }
    let (keys, unfit) = indexKeys(of: final)
    let indexTrees = trees(of: keys)
    // No key is made any more, so the trees take the rows over.
    let rowTrees = inParallel(final.count) { Self.tree(of: final[$0]) }
    let tables = coders.indices.map { kind in
      MemoryTable(
        rows: rowTrees[kind].tree,
        indexes: coders[kind].indexes.indices.compactMap { indexTrees[IndexPlace(kind, $0)]?.tree })
    }
    return Built(tables: tables, size: size, unfit: unfit)
  }

  // MARK: Rows

  /// The last change of each row, by identifier, without those that went.
  private static func merge(_ snapshot: [[RowChange]], _ journal: [RowChange]) -> [[RowChange]] {
    if journal.isEmpty { return snapshot }
    let changes = lastChanges(of: journal)
    if snapshot.isEmpty { return [changes.filter { !$0.isRemoval }] }
    var rows: [RowChange] = []
    rows.reserveCapacity(snapshot.reduce(changes.count) { $0 + $1.count })
    var next = changes.startIndex
    for row in snapshot.joined() {
      while next < changes.endIndex, changes[next].id < row.id {
        if !changes[next].isRemoval { rows.append(changes[next]) }
        next += 1
      }
      // A row that was changed since, or went, comes with its change.
      if next < changes.endIndex, changes[next].id == row.id { continue }
      rows.append(row)
    }
    rows += changes[next...].lazy.filter { !$0.isRemoval }
    return [rows]
  }

  private static func lastChanges(of journal: [RowChange]) -> [RowChange] {
    // Most rows are added in the order of their identifiers and never changed.
    if zip(journal, journal.dropFirst()).allSatisfy({ $0.id < $1.id }) { return journal }
    let order = journal.indices.sorted { a, b in
      let (first, second) = (journal[a].id, journal[b].id)
      return first == second ? a < b : first < second
    }
    var changes: [RowChange] = []
    changes.reserveCapacity(journal.count)
    for place in order {
      if changes.last?.id == journal[place].id { changes.removeLast() }
      changes.append(journal[place])
    }
    return changes
  }

  private static func tree(of rows: [[RowChange]]) -> BuiltTree<AnyObject> {
    var builder = TreeBuilder<AnyObject>(pageSize: MemoryTable.rowPageSize, growing: true)
    for list in rows {
      for row in list {
        guard let box = row.take() else { continue }
        withKey(of: row.id) { builder.append($0, box) }
      }
    }
    return BuiltTree(tree: builder.tree())
  }

  // MARK: Keys

  /// Some rows of a kind: from one on, in one of its lists or over several whole ones.
  private struct Piece {
    let kind: Int
    let rows: [ArraySlice<RowChange>]
  }

  /// The rows of a kind in pieces of about the same size.
  private static func pieces(of kind: Int, _ lists: [[RowChange]]) -> [Piece] {
    var pieces: [Piece] = []
    var rows: [ArraySlice<RowChange>] = []
    var room = pieceSize
    for list in lists {
      var rest = list[...]
      while !rest.isEmpty {
        let taken = rest.prefix(room)
        rows.append(taken)
        rest = rest[taken.endIndex...]
        room -= taken.count
        guard room == 0 else { continue }
        pieces.append(Piece(kind: kind, rows: rows))
        (rows, room) = ([], pieceSize)
      }
    }
    if !rows.isEmpty { pieces.append(Piece(kind: kind, rows: rows)) }
    return pieces
  }

  /// For each kind the sorted keys of its rows, piece by piece.
  private func indexKeys(
    of rows: [[[RowChange]]]
  ) -> (keys: [[KeyRuns]], unfit: StorageError?) {
    let pieces = rows.indices.flatMap { kind in
      coders[kind].indexes.isEmpty ? [] : Self.pieces(of: kind, rows[kind])
    }
    let results = inParallel(pieces.count) { indexKeys(of: pieces[$0]) }
    var keys: [[KeyRuns]] = Array(repeating: [], count: rows.count)
    for (piece, result) in zip(pieces, results) { keys[piece.kind].append(result.keys) }
    return (keys, results.lazy.compactMap(\.unfit).first)
  }

  private func indexKeys(of piece: Piece) -> (keys: KeyRuns, unfit: StorageError?) {
    let keys = KeyRuns(coders[piece.kind])
    var unfit: StorageError?
    for rows in piece.rows {
      for row in rows {
        if row.withBox({ keys.add($0, row.id) }) { continue }
        unfit = .damaged(
          kept[piece.kind].name, id: row.id.description, "a value is too long or has a NUL")
      }
    }
    keys.sort()
    return (keys, unfit)
  }

  /// An index of a kind.
  private struct IndexPlace: Hashable {
    let kind: Int
    let index: Int

    init(_ kind: Int, _ index: Int) {
      (self.kind, self.index) = (kind, index)
    }
  }

  /// The trees of all indexes, those of most keys first so that no core is left with one at the
  /// end.
  private func trees(of keys: [[KeyRuns]]) -> [IndexPlace: BuiltTree<Void>] {
    let places = coders.indices.flatMap { kind in
      coders[kind].indexes.indices.map { index in
        (place: IndexPlace(kind, index), count: keys[kind].reduce(0) { $0 + $1.count(of: index) })
      }
    }.sorted { $0.count > $1.count }
    let trees = inParallel(places.count) { number in
      let place = places[number].place
      return Self.tree(of: place.index, keys[place.kind])
    }
    return Dictionary(zip(places.map(\.place), trees)) { first, _ in first }
  }

  private static func tree(of index: Int, _ keys: [KeyRuns]) -> BuiltTree<Void> {
    var builder = TreeBuilder<Void>(pageSize: MemoryTable.indexPageSize, growing: false)
    var last: UnsafeRawBufferPointer?
    KeyMerge(keys.compactMap { $0.run(of: index) }).forEach { key in
      // A row can compute one value several times, which the index has once.
      if last.map({ compareBytes($0, key) != 0 }) ?? true { builder.append(key, ()) }
      last = key
    }
    for runs in keys { runs.forget(index) }
    return BuiltTree(tree: builder.tree())
  }
}

/// A tree that was built on another thread.
struct BuiltTree<Payload>: @unchecked Sendable {
  // Proof: nothing else refers to it but who takes it over.
  let tree: Tree<Payload>
}
