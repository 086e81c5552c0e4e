/// A file of the journal, as opening finds it.
struct JournalFile {
  let name: StoreFile
  let file: any OpenFile
  let size: Int
  let header: FileHeader
  /// Where the header ends.
  let start: Int

  // MARK: Chains

  /// The files that go on from a snapshot, or from the beginning where its number is zero.
  ///
  /// - Throws: ``StorageError/Code/corrupt`` where one is missing or its header is damaged;
  ///   ``StorageError/Code/newerStore``.
  static func chain(
    from number: Int, _ listing: StoreFolder.Listing, _ folder: StoreFolder
  ) throws(StorageError) -> [JournalFile] {
    var chain: [JournalFile] = []
    do throws(StorageError) {
      let numbers = listing.numbers(of: .journal).filter { $0 >= max(number, 1) }
      for (position, found) in numbers.enumerated() {
        let isLast = position == numbers.count - 1
        let file = try open(found, folder)
        let isNext = file.follows(chain.last, snapshot: number)
        if isNext && found == max(number, 1) + chain.count {
          chain.append(file)
          continue
        }
        file.file.close()
        // A snapshot was begun with it, which has not become one.
        if isLast && !chain.isEmpty && file.header.previous == nil && file.size == file.start {
          continue
        }
        throw .corrupt(file.name, at: 0, "The journal before it is missing.")
      }
      let isNew = number == 0 && listing.numbers(of: .snapshot).isEmpty
      guard isNew || !chain.isEmpty else {
        throw .corrupt(StoreFile(.journal, max(number, 1)), at: 0, "It is missing.")
      }
      return chain
    } catch {
      for file in chain { file.file.close() }
      throw error
    }
  }

  private func follows(_ last: JournalFile?, snapshot: Int) -> Bool {
    guard let last else { return snapshot > 0 || header.previous == nil }
    guard let previous = header.previous else { return false }
    return previous.number == last.name.number
      && (last.start...max(last.start, last.size)).contains(previous.length)
  }

  /// Opens a file, which has its name since its header was on the disk.
  private static func open(
    _ number: Int, _ folder: StoreFolder
  ) throws(StorageError) -> JournalFile {
    let name = StoreFile(.journal, number)
    let file = try folder.system.open(folder.path(of: name), .read)
    do throws(StorageError) {
      let size = try file.size()
      guard let (header, start) = try FileHeader.read(from: file, name, size: size) else {
        throw .corrupt(name, at: 0, "Its header cannot be read, and none of its writes.")
      }
      return JournalFile(name: name, file: file, size: size, header: header, start: start)
    } catch {
      file.close()
      throw error
    }
  }

  // MARK: Writes

  /// Reads the writes of a file.
  ///
  /// - Parameters:
  ///   - end: Up to where it counts; `nil` for the last file.
  ///   - sequence: The number of the last write before; that of the file's last afterwards.
  func read(
    _ decoder: FrameDecoder, upTo end: Int?, after sequence: inout Int,
    into rows: inout RowCollector, _ recovery: inout RecoveryReport
  ) throws(StorageError) -> Journal.Link {
    let scanner = FrameScanner(file: file, name: name, end: end ?? size)
    var link = Journal.Link(number: name.number, length: start, synced: 0)
    guard header.sequence == sequence else {
      throw .corrupt(
        name, at: 0,
        "It goes on from write \(header.sequence), where write \(sequence) was the last.")
    }
    var open: [RowChange] = []
    var bad: Int?
    let unread = try scanner.forEachWindow(from: start) {
      bytes, places, meanwhile throws(StorageError) in
      let (frames, badFrame) = decoder.decode(places, in: bytes, meanwhile)
      var ends = places.makeIterator()
      for frame in frames {
        let frameEnd = ends.next()?.end ?? frame.offset
        if let problem = frame.problems.first { throw problem }
        let isNext = frame.sequence == (frame.kind == .rest ? sequence : sequence + 1)
        guard isNext, frame.kind == .commit || frame.kind == .part || frame.kind == .rest else {
          bad = frame.offset
          return false
        }
        link.synced = max(link.synced, frame.synced)
        link.isResting = frame.kind == .rest
        rows.keep(frame.boxes)
        open += frame.changes
        guard frame.kind != .part else { continue }
        rows.takeOver(journal: open)
        open.removeAll(keepingCapacity: true)
        if frame.kind == .commit {
          sequence += 1
          recovery.writes += 1
        }
        link.length = frameEnd
      }
      bad = badFrame
      return badFrame == nil
    }
    let scanned = bad ?? unread ?? scanner.end
    guard link.length < scanner.end else { return link }
    // What was left is the part of a write, or what is no frame.
    guard end == nil else { throw damage(at: max(scanned, link.length), after: sequence) }
    try refuseUnlessTorn(scanned, link, after: sequence)
    recovery.tornTail = RecoveryReport.TornTail(
      file: name.name, position: link.length, bytes: size - link.length)
    return link
  }

  /// Refuses a file whose damage no crash explains: the disk had been waited for since.
  private func refuseUnlessTorn(
    _ bad: Int, _ link: Journal.Link, after sequence: Int
  ) throws(StorageError) {
    let scanner = FrameScanner(file: file, name: name, end: size)
    let wasSafe = try scanner.evidence(from: bad) { $0.synced > bad }
    if wasSafe || link.synced > bad { throw damage(at: bad, after: sequence) }
  }

  private func damage(at offset: Int, after sequence: Int) -> StorageError {
    .corrupt(name, at: offset, "Writes after number \(sequence) are affected.")
  }
}

extension FrameScanner {
  /// Whether some frame from a position on, behind bytes that are none, is as asked for, or the
  /// file is forged.
  func evidence(
    from offset: Int, _ isAsProof: (DecodedFrame) -> Bool
  ) throws(StorageError) -> Bool {
    let window = Window(capacity: end - offset)
    let bytes = try window.fill(file, from: offset, to: end)
    let reader = ByteReader()
    var position = offset
    var search = FrameSearch(bytes, of: name, startingAt: offset)
    while let place = search.next(from: position) {
      let body = UnsafeRawBufferPointer(rebasing: bytes[place.body])
      if let frame = FrameDecoder.decodeHead(body, at: place.offset, reader), isAsProof(frame) {
        return true
      }
      position = place.end
    }
    return search.isExhausted
  }
}

extension FileHeader {
  /// Reads the header of a file; `nil` where it is damaged.
  ///
  /// - Throws: ``StorageError/Code/newerStore``.
  static func read(
    from file: any OpenFile, _ name: StoreFile, size: Int
  ) throws(StorageError) -> (FileHeader, end: Int)? {
    let start = signature.count
    let first = Window(capacity: start + Frame.headSize)
    let bytes = try first.fill(file, from: 0, to: size)
    guard bytes.count == start + Frame.headSize else { return nil }
    guard bytes.prefix(start - 1).elementsEqual(signature.dropLast()) else { return nil }
    guard bytes[start - 1] <= format else { throw .newerFormat(name, bytes[start - 1]) }
    let head = UnsafeRawBufferPointer(rebasing: bytes[start...])
    guard bytes[start - 1] == format, let head = Frame.head(head, of: name, at: start),
      head.length <= size - bytes.count
    else { return nil }
    let window = Window(capacity: head.length)
    let body = try window.fill(file, from: bytes.count, to: bytes.count + head.length)
    guard body.count == head.length, Checksum.of(body) == head.sum else { return nil }
    let reader = ByteReader()
    reader.begin(body)
    guard try reader.byte() == Frame.Kind.header.rawValue else { return nil }
    return (try FileHeader(reader), bytes.count + head.length)
  }
}

extension StorageError {
  /// A file that is damaged at a position.
  static func corrupt(_ file: StoreFile, at offset: Int, _ affected: String) -> StorageError {
    StorageError(
      .corrupt, "The file \(file.name) is damaged at byte \(offset). \(affected)",
      recovery: "Restore a backup, or salvage what can be read into a new store.")
  }

  static func newerFormat(_ file: StoreFile, _ format: UInt8) -> StorageError {
    StorageError(
      .newerStore,
      "The file \(file.name) has format \(format), where this program knows \(FileHeader.format).",
      recovery: "Open it with the newer program; it was left untouched.")
  }
}
