/// A file of a store, by its name: `journal-000000000007` or `snapshot-000000000007`.
///
/// A snapshot has all that was written before the journal of its number began.
struct StoreFile: Hashable {
  enum Kind: UInt8 {
    case journal = 1
    case snapshot = 2

    var word: String { self == .journal ? "journal" : "snapshot" }
  }

  /// What a file is named by until all that it begins with is on the disk.
  static let unfinishedSuffix = ".tmp"

  /// What a file is named by that could not be read, and was not needed.
  static let damagedSuffix = ".damaged"

  let kind: Kind
  let number: Int

  init(_ kind: Kind, _ number: Int) {
    self.kind = kind
    self.number = number
  }

  /// Reads a name; `nil` for those of other files.
  init?(name: String) {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].utf8.count == 12,
      parts[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let number = Int(parts[1]), number > 0
    else { return nil }
    switch parts[0] {
    case "journal": self.init(.journal, number)
    case "snapshot": self.init(.snapshot, number)
    default: return nil
    }
  }

  var name: String {
    let digits = String(number)
    return "\(kind.word)-\(String(repeating: "0", count: max(0, 12 - digits.count)))\(digits)"
  }
}

/// The folder of a store.
struct StoreFolder: Sendable {
  let path: String
  let system: any FileSystem

  /// Waits until the names of files are on the disk.
  func sync() throws(StorageError) { try system.syncFolder(path) }

  /// The folder that the folder is in.
  var parent: String {
    let parts = path.split(separator: "/")
    let folder = parts.dropLast().joined(separator: "/")
    return path.hasPrefix("/") ? "/\(folder)" : folder.isEmpty ? "." : folder
  }

  func path(of file: StoreFile) -> String { "\(path)/\(file.name)" }

  func unfinishedPath(of file: StoreFile) -> String { path(of: file) + StoreFile.unfinishedSuffix }

  /// The files of a store there are, by number.
  func files() throws(StorageError) -> Listing {
    var listing = Listing()
    for name in try system.list(path) {
      if let file = StoreFile(name: name) {
        listing.files.append(file)
      } else if name.hasSuffix(StoreFile.unfinishedSuffix),
        let file = StoreFile(name: String(name.dropLast(StoreFile.unfinishedSuffix.count)))
      {
        listing.unfinished.append(file)
      }
    }
    return listing
  }

  /// Removes what a snapshot has made needless; what cannot be removed goes another time.
  func removeFiles(before number: Int) {
    guard let listing = try? files() else { return }
    for file in listing.files where file.number < number { try? system.remove(path(of: file)) }
    for file in listing.unfinished where file.number < number {
      try? system.remove(unfinishedPath(of: file))
    }
  }

  struct Listing {
    /// Sorted, as their names are.
    var files: [StoreFile] = []
    var unfinished: [StoreFile] = []

    /// The numbers of the files of a kind, the lowest first.
    func numbers(of kind: StoreFile.Kind) -> [Int] {
      files.filter { $0.kind == kind }.map(\.number).sorted()
    }
  }
}
