/// What an import put into a store.
public struct ImportReport: Sendable, Hashable {
  /// How many rows were put in, by the stored name of their kind in the export.
  public internal(set) var rows: [String: Int] = [:]

  /// What brought rows of older kinds to the program's.
  public internal(set) var migration = MigrationReport()

  /// A report of nothing.
  public init() {}
}

extension StorageError {
  private static var mostCauses: Int { 100 }

  /// The failure of an import, with what is wrong line by line.
  static func invalidImport(_ causes: [StorageError]) -> StorageError {
    let lines = causes.count == 1 ? "One problem" : "\(causes.count) problems"
    let most = causes.count >= mostCauses ? " or more" : ""
    var error = StorageError(
      .invalidImport, "\(lines)\(most) in the export, of which nothing was imported.",
      recovery: "Correct every line named in causes, or export anew.")
    error.causes = causes
    return error
  }

  /// Whether an import failed as its lines are not those that an export wrote.
  var isOfACutImport: Bool {
    code == .invalidImport && !causes.contains { $0.code == .migrationFailed }
  }

  /// Whether so many problems were found that no more are looked for.
  static func isEnough(_ causes: [StorageError]) -> Bool { causes.count >= mostCauses }

  /// The same failure, naming the line it happened at.
  func at(line: Int) -> StorageError {
    var error = StorageError(
      code, "Line \(line): \(message)", recovery: recovery, record: record, field: field,
      identifier: identifier, holder: holder)
    error.line = line
    return error
  }
}
