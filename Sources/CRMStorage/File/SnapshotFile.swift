/// A snapshot, as opening finds it.
struct SnapshotFile {
  let number: Int
  let name: StoreFile
  let file: any OpenFile
  let size: Int
  let header: FileHeader
  /// Where the header ends.
  let start: Int

  /// Opens a snapshot and reads its header.
  ///
  /// - Throws: ``StorageError/Code/corrupt``; ``StorageError/Code/newerStore``.
  init(_ number: Int, _ folder: StoreFolder) throws(StorageError) {
    self.number = number
    name = StoreFile(.snapshot, number)
    file = try folder.system.open(folder.path(of: name), .read)
    do throws(StorageError) {
      size = try file.size()
      guard let (header, start) = try FileHeader.read(from: file, name, size: size) else {
        throw .corrupt(name, at: 0, "Its header cannot be read.")
      }
      (self.header, self.start) = (header, start)
    } catch {
      file.close()
      throw error
    }
  }

  /// Reads all rows.
  func read(_ decoder: FrameDecoder, into rows: inout RowCollector) throws(StorageError) {
    let scanner = FrameScanner(file: file, name: name, end: size)
    var bad: Int?
    var counts: [Int]?
    let unread = try scanner.forEachWindow(from: start) {
      bytes, places, meanwhile throws(StorageError) in
      let (frames, badFrame) = decoder.decode(places, in: bytes, meanwhile)
      for frame in frames {
        if let problem = frame.problems.first { throw problem }
        guard counts == nil, frame.kind == .rows || frame.kind == .end else {
          bad = frame.offset
          return false
        }
        if frame.kind == .end { counts = frame.counts }
        guard rows.takeOver(frame) else {
          bad = frame.offset
          return false
        }
      }
      bad = badFrame
      return badFrame == nil
    }
    let found = decoder.positions.map { rows.count(of: $0) }
    guard bad == nil, unread == nil, counts == found else {
      throw .corrupt(name, at: bad ?? unread ?? size, affected(decoder, rows))
    }
  }

  /// Which rows come after those that were read.
  private func affected(_ decoder: FrameDecoder, _ rows: RowCollector) -> String {
    guard let last = decoder.positions.last(where: { rows.last(of: $0) != nil }),
      let row = rows.last(of: last)
    else { return "All rows are affected." }
    return "Rows after \(decoder.coders[last].kind.name) \(row.id) are affected."
  }
}
