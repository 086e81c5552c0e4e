/// A part of a file that can be checked by itself: how long it is, its checksum, one of these
/// two numbers, and a body.
///
/// The second checksum covers the file's number and the frame's position in it as well, so that
/// no bytes are taken for a frame at a place where they were not written.
enum Frame {
  /// How many bytes come before the body.
  static let headSize = 12

  /// What a body begins with.
  enum Kind: UInt8 {
    /// The first of each file: what it belongs to, and the kinds of record.
    case header = 1
    /// Changes of a write that goes on.
    case part = 2
    /// The last changes of a write.
    case commit = 3
    /// Rows of a snapshot.
    case rows = 4
    /// The end of a snapshot.
    case end = 5
    /// Nothing was written for now, and all before is on the disk.
    case rest = 6
  }

  struct Head {
    let length: Int
    let sum: UInt32
  }

  /// Writes a frame at the end of what was written.
  ///
  /// - Parameters:
  ///   - start: Where in the file the writer's first byte will be.
  ///   - body: Writes the body.
  static func write(
    _ kind: Kind, to writer: ByteWriter, of file: StoreFile, startingAt start: Int,
    _ body: () -> Void
  ) {
    let head = writer.count
    writer.fixed(UInt64(0))
    writer.fixed(UInt32(0))
    writer.byte(kind.rawValue)
    body()
    let bytes = writer.bytes((head + headSize)..<writer.count)
    let length = UInt32(bytes.count)
    let sum = Checksum.of(bytes)
    writer.replace(at: head, length)
    writer.replace(at: head + 4, sum)
    writer.replace(at: head + 8, seal(file, start + head, length, sum))
  }

  /// Reads the head of a frame; `nil` where there is none.
  ///
  /// - Parameters:
  ///   - offset: Where in the file `bytes` begin.
  static func head(_ bytes: UnsafeRawBufferPointer, of file: StoreFile, at offset: Int) -> Head? {
    guard bytes.count >= headSize else { return nil }
    let length = UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
    let sum = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    let found = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
    guard length > 0, found == seal(file, offset, length, sum) else { return nil }
    return Head(length: Int(length), sum: sum)
  }

  /// The checksum of a head and of where it is.
  static func seal(
    _ file: StoreFile, _ offset: Int, _ length: UInt32, _ sum: UInt32
  ) -> UInt32 {
    var seal = Checksum()
    seal.add(UInt64(file.number) << 8 | UInt64(file.kind.rawValue))
    seal.add(UInt64(offset))
    seal.add(UInt64(length) << 32 | UInt64(sum))
    return seal.value
  }
}

/// What every file begins with.
struct FileHeader {
  /// What tells files of stores, the last byte being the number of their format.
  static let signature: [UInt8] = Array("CRMFILE".utf8) + [format]

  /// The number of the format that this program writes.
  static let format: UInt8 = 1

  /// Which journal it goes on from, and up to where that one counts; `nil` for the first.
  var previous: Previous?

  /// The number of the last write before the file.
  var sequence: Int

  /// The kinds of record, in the order of their numbers.
  var kinds: [StoredKind]

  struct Previous: Equatable {
    let number: Int
    let length: Int
  }

  /// Writes the beginning of a file.
  func write(to writer: ByteWriter, of file: StoreFile) {
    Self.signature.withUnsafeBytes { writer.copy($0) }
    Frame.write(.header, to: writer, of: file, startingAt: 0) {
      writer.varint(previous?.number ?? 0)
      writer.varint(previous?.length ?? 0)
      writer.varint(sequence)
      writer.varint(kinds.count)
      for kind in kinds {
        writer.counted(kind.name)
        writer.varint(kind.version)
        writer.counted(kind.definition)
      }
    }
  }

  init(previous: Previous?, sequence: Int, kinds: [StoredKind]) {
    self.previous = previous
    self.sequence = sequence
    self.kinds = kinds
  }

  /// Reads the body of a header frame.
  init(_ reader: ByteReader) throws(StorageError) {
    let number = try reader.count()
    let length = try reader.count()
    previous = number == 0 ? nil : Previous(number: number, length: length)
    sequence = try reader.count()
    kinds = []
    for _ in 0..<(try reader.count()) {
      let name = try reader.countedText()
      let version = try reader.count()
      guard
        let kind = StoredKind(name, version: version, definition: try reader.countedText())
      else { throw .damaged(name, "its definition cannot be read") }
      kinds.append(kind)
    }
  }
}
