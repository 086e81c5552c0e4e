/// A frame whose checksum is right, and what it says.
struct DecodedFrame: Sendable {
  let offset: Int
  let kind: Frame.Kind
  var sequence = 0
  var synced = 0
  var changes: [RowChange] = []
  /// What has the rows of the changes, which must not outlive it.
  var boxes: RowBoxes?
  /// Rows that cannot be read as what they are said to be.
  var problems: [StorageError] = []
  /// How many rows of each kind a snapshot has, in its last frame.
  var counts: [Int] = []
}

/// Reads what frames of one file say.
struct FrameDecoder: Sendable {
  /// The kinds that are kept, by the numbers that the file gives them; negative for none.
  let positions: [Int]

  // One for each kind that is kept.
  let coders: [RecordCoder]

  /// How many bytes a piece of work has.
  private static let pieceSize = 1 << 17

  /// Decodes frames on all cores, up to the first that cannot be decoded.
  ///
  /// - Parameter meanwhile: What else there is to do.
  /// - Returns: What they say, and where the first is that says nothing.
  func decode(
    _ places: [FrameScanner.Place], in bytes: UnsafeRawBufferPointer,
    _ meanwhile: @Sendable () -> Void
  ) -> ([DecodedFrame], bad: Int?) {
    // Proof: the bytes stay as they are until all pieces of work have ended.
    nonisolated(unsafe) let bytes = bytes
    var pieces: [Range<Int>] = []
    var start = 0
    var size = 0
    for (number, place) in places.enumerated() {
      size += place.body.count
      guard size >= Self.pieceSize else { continue }
      pieces.append(start..<(number + 1))
      (start, size) = (number + 1, 0)
    }
    if start < places.count { pieces.append(start..<places.count) }
    let work = pieces
    let results = inParallel(work.count + 1) { piece -> ([DecodedFrame], Int?) in
      guard piece > 0 else {
        meanwhile()
        return ([], nil)
      }
      let reader = ByteReader()
      let rows = ByteReader()
      let boxes = RowBoxes()
      var frames: [DecodedFrame] = []
      for place in places[work[piece - 1]] {
        let body = UnsafeRawBufferPointer(rebasing: bytes[place.body])
        guard Checksum.of(body) == place.sum,
          let frame = try? decode(body, at: place.offset, reader, rows, into: boxes)
        else { return (frames, place.offset) }
        frames.append(frame)
      }
      return (frames, nil)
    }
    var all: [DecodedFrame] = []
    for (frames, bad) in results {
      all += frames
      if let bad { return (all, bad) }
    }
    return (all, nil)
  }

  /// Decodes the body of a frame.
  func decode(
    _ body: UnsafeRawBufferPointer, at offset: Int, _ reader: ByteReader, _ rows: ByteReader,
    into boxes: RowBoxes
  ) throws(StorageError) -> DecodedFrame {
    guard var frame = Self.decodeHead(body, at: offset, reader) else { throw .unknownFrame }
    frame.boxes = boxes
    switch frame.kind {
    case .header: break
    case .part, .commit, .rest, .rows: try readChanges(of: &frame, reader, rows, into: boxes)
    case .end:
      while !reader.isAtEnd { frame.counts.append(try reader.count()) }
    }
    return frame
  }

  /// Decodes what the body of a frame says besides changes; `nil` where that is nothing.
  static func decodeHead(
    _ body: UnsafeRawBufferPointer, at offset: Int, _ reader: ByteReader
  ) -> DecodedFrame? {
    reader.begin(body)
    guard let kind = (try? reader.byte()).flatMap(Frame.Kind.init) else { return nil }
    var frame = DecodedFrame(offset: offset, kind: kind)
    guard kind == .part || kind == .commit || kind == .rest else { return frame }
    guard let sequence = try? reader.count(), let synced = try? reader.count() else { return nil }
    (frame.sequence, frame.synced) = (sequence, synced)
    return frame
  }

  private func readChanges(
    of frame: inout DecodedFrame, _ reader: ByteReader, _ rows: ByteReader,
    into boxes: RowBoxes
  ) throws(StorageError) {
    while !reader.isAtEnd {
      let start = reader.position
      let tag = try ChangeTag(reader)
      guard positions.indices.contains(tag.kind) else { throw .unknownFrame }
      let position = positions[tag.kind]
      let id = try tag.identifier(reader)
      guard position >= 0 else {
        if !tag.isRemoval { _ = try reader.counted() }
        continue
      }
      var place: RowBoxes.Place?
      if !tag.isRemoval {
        let bytes = try reader.counted()
        do throws(StorageError) {
          place = boxes.add(try coders[position].read(id, bytes, rows))
        } catch {
          frame.problems.append(
            error.at(record: coders[position].kind.name, identifier: id.description))
          continue
        }
      }
      frame.changes.append(
        RowChange(
          kind: Int32(truncatingIfNeeded: position),
          size: Int32(truncatingIfNeeded: reader.position - start), id: id, place: place))
    }
  }
}

extension StorageError {
  static let unknownFrame = StorageError(
    .corrupt, "A part of a file has a right checksum and says nothing that can be understood.",
    recovery: "Restore a backup, or write what can be read into a new store.")
}
