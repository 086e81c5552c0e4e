/// A row that came with a file, or went.
struct RowChange: @unchecked Sendable {
  // Proof: rows are boxes of Sendable values, which are never changed; one thread at a time
  // looks at them, and one takes each.

  /// The kind, by its position among those that are kept.
  let kind: Int32
  /// How many bytes it takes in files.
  let size: Int32
  let id: RowID
  /// Where the boxed row is; `nil` where it went.
  let place: RowBoxes.Place?

  /// Whether the row went.
  var isRemoval: Bool { place == nil }

  /// Lends the boxed row, which no tree has yet, without counting a reference to it.
  ///
  /// - Returns: What the closure says; true where there is no row.
  @inline(__always)
  func withBox(_ body: (AnyObject) -> Bool) -> Bool {
    place?.pointee?._withUnsafeGuaranteedRef(body) ?? true
  }

  /// The boxed row, which is taken over once; `nil` where it went or was taken.
  func take() -> AnyObject? {
    defer { place?.pointee = nil }
    return place?.pointee?.takeRetainedValue()
  }
}

/// Rows that were read from files, until trees take them over.
///
/// Millions of rows are not counted on the way from one list to the next: that would fetch each
/// of them into the processor again.
final class RowBoxes: @unchecked Sendable {
  // Proof: one thread fills it, after which each place is looked at by one thread at a time.

  typealias Place = UnsafeMutablePointer<Unmanaged<AnyObject>?>

  private static let chunkSize = 512
  private var chunks: [Place] = []
  private var countInLast = chunkSize

  deinit {
    for (number, chunk) in chunks.enumerated() {
      let count = number == chunks.count - 1 ? countInLast : Self.chunkSize
      for place in 0..<count { chunk[place]?.release() }
      chunk.deallocate()
    }
  }

  /// Keeps a row.
  func add(_ row: consuming AnyObject) -> Place {
    if countInLast == Self.chunkSize {
      chunks.append(.allocate(capacity: Self.chunkSize))
      countInLast = 0
    }
    let place = chunks[chunks.count - 1] + countInLast
    place.initialize(to: .passRetained(row))
    countInLast += 1
    return place
  }
}
