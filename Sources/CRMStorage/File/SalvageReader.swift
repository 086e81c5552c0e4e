/// Reads all that can be read from the files of a store, damaged or not.
struct SalvageReader {
  let folder: StoreFolder
  let catalog: Catalog

  /// The rows there are, as they were written, and what cannot be read.
  func read() throws(StorageError) -> (MemoryVersion, damage: [StorageError]) {
    var damage: [StorageError] = []
    let files = try folder.files().files.sorted {
      // A snapshot has what was written before the journal of its number.
      $0.number == $1.number
        ? $0.kind == .snapshot && $1.kind == .journal : $0.number < $1.number
    }
    var opened: [Opened] = []
    defer { for file in opened { file.file.close() } }
    for name in files {
      do throws(StorageError) {
        opened.append(try open(name))
      } catch  where error.code != .newerStore {
        damage.append(error)
      }
    }
    let kept = StoreLoader(folder: folder, catalog: catalog).newestKinds(of: opened.map(\.header))
    let coders = kept.map { RecordCoder($0) }
    var rows = RowCollector(kinds: kept.count)
    for (position, file) in opened.enumerated() {
      let next = opened[(position + 1)...].first { $0.name.kind == .journal }
      let positions = file.header.kinds.map { kind in
        // Rows of another definition would be misread.
        kept.firstIndex { $0.name == kind.name && $0.stored == kind } ?? -1
      }
      let decoder = FrameDecoder(positions: positions, coders: coders)
      try read(file, before: next, decoder, into: &rows, &damage)
    }
    let tables = TableLoader(kept).tables(of: rows).tables
    return (
      MemoryVersion(MemoryShape(try Catalog([]), kept: kept), tables: tables), damage
    )
  }

  private struct Opened {
    let name: StoreFile
    let file: any OpenFile
    let size: Int
    let header: FileHeader
    let start: Int
  }

  private func open(_ name: StoreFile) throws(StorageError) -> Opened {
    let file = try folder.system.open(folder.path(of: name), .read)
    do throws(StorageError) {
      let size = try file.size()
      guard let (header, start) = try FileHeader.read(from: file, name, size: size) else {
        throw .corrupt(name, at: 0, "Its header cannot be read, and so none of its \(size) bytes.")
      }
      return Opened(name: name, file: file, size: size, header: header, start: start)
    } catch {
      file.close()
      throw error
    }
  }

  private func read(
    _ file: Opened, before next: Opened?, _ decoder: FrameDecoder,
    into rows: inout RowCollector, _ damage: inout [StorageError]
  ) throws(StorageError) {
    var end = file.size
    if file.name.kind == .journal, let previous = next?.header.previous,
      previous.number == file.name.number, previous.length >= file.start
    {
      end = min(end, previous.length)
    }
    let window = Window(capacity: end - file.start)
    let bytes = try window.fill(file.file, from: file.start, to: end)
    let (reader, columns) = (ByteReader(), ByteReader())
    let boxes = RowBoxes()
    var changes: [RowChange] = []
    var open: [RowChange] = []
    var counts: [Int]?
    var isWhole = true
    var search = FrameSearch(bytes, of: file.name, startingAt: file.start)
    var position = file.start
    while position < end {
      let place = search.next(from: position)
      if place?.offset != position {
        isWhole = false
        let stop = place?.offset ?? end
        // The end of the last journal may be what a crash has left of a write.
        damage.append(.corrupt(file.name, at: position, "\(stop - position) bytes are lost."))
      }
      guard let place else { break }
      position = place.end
      let body = UnsafeRawBufferPointer(rebasing: bytes[place.body])
      guard
        let frame = try? decoder.decode(body, at: place.offset, reader, columns, into: boxes)
      else {
        damage.append(.corrupt(file.name, at: place.offset, "It cannot be understood."))
        continue
      }
      damage += frame.problems
      open += frame.changes
      if frame.kind == .end { counts = frame.counts }
      if frame.kind == .part { continue }
      changes += open
      open = []
    }
    if file.name.kind == .snapshot, isWhole, counts != nil {
      // All before is in it, or went.
      rows = RowCollector(kinds: rows.journal.count)
    }
    rows.keep(boxes)
    rows.takeOver(journal: changes)
  }
}

extension StoreLoader {
  /// The kinds of all files, each as the last one defines it.
  func newestKinds(of headers: [FileHeader]) -> [KeptKind] {
    var stored: [String: StoredKind] = [:]
    for kind in headers.flatMap(\.kinds) { stored[kind.name] = kind }
    return kept(stored)
  }
}
