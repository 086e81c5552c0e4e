/// Reads what the files of a store have.
struct StoreLoader {
  let folder: StoreFolder
  let catalog: Catalog

  /// What was read.
  struct Loaded {
    /// The kinds of record, each of its own type where the catalog has that.
    var kept: [KeptKind] = []
    /// The same as the files describe them.
    var stored: [StoredKind] = []
    var version: MemoryVersion
    var chain: [Journal.Link] = []
    var snapshot: (number: Int, size: Int)?
    var sequence = 0
    /// How many bytes the rows take in files.
    var size = 0
    /// Whether the last file of the chain must not be written to any more.
    var isLastClosed = false
    /// Files that are not needed.
    var leftovers: [String] = []
    /// Snapshots that cannot be read, and are not needed.
    var unreadable: [StoreFile] = []
    var recovery = RecoveryReport()
  }

  /// Reads the newest snapshot that is whole, and the journal after it.
  ///
  /// - Throws: ``StorageError/Code/corrupt`` naming the file, the position and what is affected.
  func load() throws(StorageError) -> Loaded {
    let listing = try folder.files()
    var problems: [StorageError] = []
    var unreadable: [StoreFile] = []
    for number in listing.numbers(of: .snapshot).reversed() + [0] {
      do throws(StorageError) {
        var loaded = try load(from: number, listing)
        loaded.recovery.passedOver = problems
        loaded.unreadable = unreadable
        loaded.leftovers.removeAll { name in unreadable.contains { $0.name == name } }
        return loaded
      } catch  where error.code == .corrupt {
        // A disk that fails may have an older one that it can read; that is not for us to take.
        problems.append(error)
        unreadable.append(StoreFile(.snapshot, number))
      }
    }
    // The newest tells best what is wrong.
    throw problems.first ?? .filesLost(folder.path)
  }

  private func load(
    from number: Int, _ listing: StoreFolder.Listing
  ) throws(StorageError) -> Loaded {
    var files: [JournalFile] = []
    defer { for file in files { file.file.close() } }
    files = try JournalFile.chain(from: number, listing, folder)
    var snapshot: SnapshotFile?
    if number > 0 { snapshot = try SnapshotFile(number, folder) }
    defer { snapshot?.file.close() }
    let stored = try kinds(of: files.map(\.header) + (snapshot.map { [$0.header] } ?? []))
    if catalog.schemas.contains(where: { stored[$0.name]?.isTaken(by: $0) == true }) {
      let kept = kept(stored) { $0 == $1.storedKind || $0.isTaken(by: $1) }
      // What does not fit is left to a migration, which looks row by row and tells of each.
      if let loaded = try? load(kept, stored, files, snapshot, listing) { return loaded }
    }
    return try load(kept(stored), stored, files, snapshot, listing)
  }

  private func load(
    _ kept: [KeptKind], _ stored: [String: StoredKind], _ files: [JournalFile],
    _ snapshot: SnapshotFile?, _ listing: StoreFolder.Listing
  ) throws(StorageError) -> Loaded {
    var loaded = Loaded(
      kept: kept, stored: kept.map { stored[$0.name] ?? $0.stored },
      version: MemoryVersion(MemoryShape(try Catalog([]), kept: kept), tables: []))
    let coders = kept.map { RecordCoder($0) }
    var rows = RowCollector(kinds: kept.count)
    if let snapshot {
      try snapshot.read(decoder(of: snapshot.header, kept, coders), into: &rows)
      loaded.snapshot = (snapshot.number, snapshot.size)
      loaded.sequence = snapshot.header.sequence
      loaded.recovery.snapshot = snapshot.name.name
    }
    for (position, file) in files.enumerated() {
      let isLast = position == files.count - 1
      let end = isLast ? nil : files[position + 1].header.previous?.length
      let link = try file.read(
        decoder(of: file.header, kept, coders), upTo: end, after: &loaded.sequence, into: &rows,
        &loaded.recovery)
      loaded.chain.append(link)
    }
    loaded.isLastClosed = loaded.recovery.tornTail != nil
    let needed = Set(
      files.map(\.name) + (snapshot.map { [$0.name] } ?? []))
    loaded.leftovers =
      listing.files.filter { !needed.contains($0) }.map(\.name)
      + listing.unfinished.map { $0.name + StoreFile.unfinishedSuffix }
    let built = TableLoader(kept).tables(of: rows)
    if let unfit = built.unfit { throw unfit }
    loaded.size = built.size
    loaded.version = MemoryVersion(loaded.version.shape, tables: built.tables)
    return loaded
  }

  /// The kinds of all files, by name.
  private func kinds(of headers: [FileHeader]) throws(StorageError) -> [String: StoredKind] {
    var stored: [String: StoredKind] = [:]
    for kind in headers.flatMap(\.kinds) {
      guard stored[kind.name] == nil || stored[kind.name] == kind else {
        throw .damaged(kind.name, "two files of the store define it differently")
      }
      stored[kind.name] = kind
    }
    return stored
  }

  /// The kinds to keep, those of the catalog first.
  ///
  /// - Parameter isTyped: Whether a kind's rows are read as those of a schema.
  func kept(
    _ stored: [String: StoredKind],
    asTyped isTyped: (StoredKind, any AnySchema) -> Bool = { $0 == $1.storedKind }
  ) -> [KeptKind] {
    var stored = stored
    var kept: [KeptKind] = []
    for schema in catalog.schemas {
      guard let kind = stored[schema.name], isTyped(kind, schema) else { continue }
      stored[schema.name] = nil
      kept.append(.typed(schema))
    }
    return kept
      + stored.values.sorted { Text.compare($0.name, $1.name) < 0 }.map(KeptKind.untyped)
  }

  private func decoder(
    of header: FileHeader, _ kept: [KeptKind], _ coders: [RecordCoder]
  ) -> FrameDecoder {
    FrameDecoder(
      positions: header.kinds.map { kind in
        kept.firstIndex { $0.name == kind.name } ?? 0
      }, coders: coders)
  }
}

/// Rows as files bring them, by kind.
struct RowCollector {
  /// Rows of a snapshot by identifier, as its frames have them.
  private(set) var snapshot: [[[RowChange]]]
  /// Changes of the journal, in their order.
  private(set) var journal: [[RowChange]]

  /// Where the rows are until trees have them.
  private var boxes: [RowBoxes] = []

  init(kinds: Int) {
    snapshot = Array(repeating: [], count: kinds)
    journal = Array(repeating: [], count: kinds)
  }

  /// Keeps what has the rows of changes that are taken over now or later.
  mutating func keep(_ boxes: RowBoxes?) {
    if let boxes, self.boxes.last !== boxes { self.boxes.append(boxes) }
  }

  /// Takes changes of the journal over, in their order.
  mutating func takeOver(journal changes: some Sequence<RowChange>) {
    for change in changes { journal[Int(change.kind)].append(change) }
  }

  /// Takes the rows of a frame of a snapshot; false where they are not those that come next.
  mutating func takeOver(_ frame: DecodedFrame) -> Bool {
    let rows = frame.changes
    guard let kind = rows.first.map({ Int($0.kind) }) else { return true }
    guard rows.allSatisfy({ !$0.isRemoval && $0.kind == rows[0].kind }),
      zip(rows, rows.dropFirst()).allSatisfy({ $0.id < $1.id }),
      snapshot[kind].last?.last.map({ $0.id < rows[0].id }) ?? true
    else { return false }
    keep(frame.boxes)
    snapshot[kind].append(rows)
    return true
  }

  /// How many rows of a kind the snapshot has.
  func count(of kind: Int) -> Int { snapshot[kind].reduce(0) { $0 + $1.count } }

  /// The last row of a kind that the snapshot has.
  func last(of kind: Int) -> RowChange? { snapshot[kind].last?.last }
}
