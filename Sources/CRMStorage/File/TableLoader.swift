/// Makes tables of rows that were read from files, on all cores.
struct TableLoader {
  private let kept: [KeptKind]
  private let coders: [MemoryCoder]

  /// How many rows one piece of work has.
  private static let pieceSize = 1 << 14

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
    let size = final.reduce(0) { $0 + $1.reduce(0) { $0 + Int($1.size) } }
    let (keys, unfit) = indexKeys(of: final)
    let indexes = coders.indices.flatMap { kind in
      coders[kind].indexes.indices.map { (kind: kind, index: $0) }
    }
    let rowTrees = inParallel(final.count) { Self.tree(of: final[$0]) }
    let indexTrees = inParallel(indexes.count) { number in
      let (kind, index) = indexes[number]
      return KeyRun.tree(of: keys[kind].map { $0[index] })
    }
    var trees = indexTrees.makeIterator()
    let tables = coders.indices.map { kind in
      MemoryTable(
        rows: rowTrees[kind].tree,
        indexes: coders[kind].indexes.compactMap { _ in trees.next()?.tree })
    }
    return Built(tables: tables, size: size, unfit: unfit)
  }

  // MARK: Rows

  /// The last change of each row, by identifier, without those that went.
  private static func merge(_ snapshot: [RowChange], _ journal: [RowChange]) -> [RowChange] {
    if journal.isEmpty { return snapshot }
    let changes = lastChanges(of: journal)
    var rows: [RowChange] = []
    rows.reserveCapacity(snapshot.count + changes.count)
    var next = snapshot.startIndex
    for change in changes {
      while next < snapshot.endIndex, snapshot[next].id < change.id {
        rows.append(snapshot[next])
        next += 1
      }
      if next < snapshot.endIndex, snapshot[next].id == change.id { next += 1 }
      if change.row != nil { rows.append(change) }
    }
    rows += snapshot[next...]
    return rows
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

  private static func tree(of rows: [RowChange]) -> BuiltTree<AnyObject> {
    var builder = TreeBuilder<AnyObject>(pageSize: MemoryTable.rowPageSize, growing: true)
    for row in rows {
      guard let box = row.row else { continue }
      withKey(of: row.id) { builder.append($0, box) }
    }
    return BuiltTree(tree: builder.tree())
  }

  // MARK: Keys

  /// For each kind the pieces of its rows, and for each piece the keys of each index.
  private func indexKeys(
    of rows: [[RowChange]]
  ) -> (keys: [[[KeyRun]]], unfit: StorageError?) {
    let work = rows.indices.flatMap { kind in
      stride(from: 0, to: rows[kind].count, by: Self.pieceSize).map { start in
        (kind: kind, rows: start..<min(start + Self.pieceSize, rows[kind].count))
      }
    }
    let results = inParallel(work.count) { piece in
      let (kind, range) = work[piece]
      return indexKeys(of: rows[kind][range], kind)
    }
    var keys: [[[KeyRun]]] = Array(repeating: [], count: rows.count)
    for (piece, result) in zip(work, results) where !result.keys.isEmpty {
      keys[piece.kind].append(result.keys)
    }
    return (keys, results.lazy.compactMap(\.unfit).first)
  }

  /// For each index the keys of some rows of a kind.
  private func indexKeys(
    of rows: ArraySlice<RowChange>, _ kind: Int
  ) -> (keys: [KeyRun], unfit: StorageError?) {
    let coder = coders[kind]
    let runs = coder.indexes.map { _ in KeyRun() }
    guard !runs.isEmpty else { return ([], nil) }
    let writer = KeyWriter()
    var unfit: StorageError?
    for row in rows {
      guard let box = row.row else { continue }
      writer.writeEntries(of: box, row.id, coder)
      if writer.hasUnfit {
        unfit = .damaged(
          kept[kind].name, id: row.id.description, "a value is too long or has a NUL")
        continue
      }
      for (index, run) in runs.enumerated() { writer.forEachEntry(of: index, run.add) }
    }
    for run in runs { run.sort() }
    return (runs, unfit)
  }
}

/// A tree that was built on another thread.
struct BuiltTree<Payload>: @unchecked Sendable {
  // Proof: nothing else refers to it but who takes it over.
  let tree: Tree<Payload>
}
