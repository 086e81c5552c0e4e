/// How far a backup, an export, an import or a copy is.
public struct StorageProgress: Sendable, Hashable {
  /// How much has been done, in steps of the operation's own: rows, or pages of a file.
  public let done: Int

  /// How much there is to do.
  public let total: Int

  /// Tells how far something is.
  public init(done: Int, total: Int) {
    self.done = done
    self.total = total
  }
}

/// Told how far an operation is: at its beginning, now and then, and at its end.
///
/// The operation waits for it to return.
public typealias ProgressHandler = @Sendable (StorageProgress) -> Void

/// Counts rows, and tells of every thousandth.
struct RowProgress {
  private static let rowsPerReport = 1_000

  private let total: Int
  private let handler: ProgressHandler?
  private var done = 0

  init(total: Int, _ handler: ProgressHandler?) {
    self.total = total
    self.handler = handler
    handler?(StorageProgress(done: 0, total: total))
  }

  /// Counts a row.
  ///
  /// - Throws: `CancellationError` where the task was cancelled.
  mutating func step() throws {
    done += 1
    guard done.isMultiple(of: Self.rowsPerReport) else { return }
    try Task.checkCancellation()
    handler?(StorageProgress(done: done, total: total))
  }

  func finish() {
    guard !done.isMultiple(of: Self.rowsPerReport) else { return }
    handler?(StorageProgress(done: done, total: total))
  }
}
