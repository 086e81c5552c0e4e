import CRMStorage

/// The names on a disk, which of them are safe, and the changes that lead from one to the other.
struct FolderContent: Sendable {
  enum Entry: Hashable, Sendable {
    case folder
    case file(Int)
  }

  private struct Change: Sendable {
    let moment: Int
    let folder: String
    let entry: Entry
    var removed: String?
    var added: String?

    func apply(to names: inout [String: Entry]) {
      if let removed, names[removed] == entry { names[removed] = nil }
      if let added { names[added] = entry }
    }
  }

  private(set) var names: [String: Entry]
  private var safe: [String: Entry]
  private var changes: [Change] = []

  /// Names that are all safe.
  init(_ names: [String: Entry] = [:]) {
    self.names = names
    safe = names
  }

  /// The folder a name is in; the root is empty.
  static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  /// A path without what does not matter.
  static func normal(_ path: String) -> String {
    path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  /// Whether there is such a folder; the root always is there.
  func hasFolder(_ path: String) -> Bool { path.isEmpty || names[path] == .folder }

  /// The names in a folder, in order.
  func list(_ folder: String) -> [String] {
    names.keys.filter { !$0.isEmpty && Self.folder(of: $0) == folder }
      .map { String($0.suffix(from: $0.lastIndex(of: "/").map($0.index(after:)) ?? $0.startIndex)) }
      .sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
  }

  mutating func add(_ path: String, _ entry: Entry, at moment: Int) {
    perform(
      Change(moment: moment, folder: Self.folder(of: path), entry: entry, added: path))
  }

  mutating func remove(_ path: String, at moment: Int) {
    guard let entry = names[path] else { return }
    perform(
      Change(moment: moment, folder: Self.folder(of: path), entry: entry, removed: path))
  }

  mutating func rename(_ path: String, to new: String, at moment: Int) {
    guard let entry = names[path], path != new else { return }
    perform(
      Change(
        moment: moment, folder: Self.folder(of: path), entry: entry, removed: path, added: new))
  }

  private mutating func perform(_ change: Change) {
    change.apply(to: &names)
    changes.append(change)
  }

  /// Makes the names in a folder safe.
  mutating func sync(_ folder: String) {
    for change in changes where change.folder == folder { change.apply(to: &safe) }
    changes.removeAll { $0.folder == folder }
  }

  /// The moments at which something happened that is not safe.
  var moments: [Int] { changes.map(\.moment) }

  /// The names after a loss of power.
  func after(
    _ loss: PowerLoss, end: Int, using numbers: inout SeededGenerator
  ) -> [String: Entry] {
    var found = safe
    for change in changes {
      let isKept =
        switch loss {
        case .nothing: true
        case .everything: false
        case .tail: change.moment <= end
        case .scattered, .torn: Bool.random(using: &numbers)
        }
      if isKept { change.apply(to: &found) }
    }
    // What a folder held is lost with the folder.
    return found.filter { path, _ in
      var folder = Self.folder(of: path)
      while !folder.isEmpty {
        guard found[folder] == .folder else { return false }
        folder = Self.folder(of: folder)
      }
      return true
    }
  }
}
