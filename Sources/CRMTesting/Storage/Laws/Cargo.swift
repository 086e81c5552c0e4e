import CRMStorage

/// Adds rows of every kind of the laws, with values of every kind.
func addCargo(to storage: any Storage) async throws {
  try await addTeamwork(to: storage)
  try await storage.write { tx in
    try upset(tx)
    // One that comes before the one it names.
    try tx.change(Identifier<Crew>.nth(2)) { $0.parent = nil }
    try tx.change(Identifier<Crew>.nth(1)) { $0.parent = .nth(2) }
    try tx.add(Specimen(id: .nth(1)))
    var specimen = Specimen(id: .nth(2), wide: .min, ratio: -0.1, moment: .latest)
    specimen.text = "\"\u{1}\\\n김유나 e\u{301} 🙂"
    specimen.words = ["", "ß"]
    specimen.gaps = [nil, 1]
    specimen.nested = [[], [1.5]]
    specimen.named = ["b": "2", "a": "1"]
    specimen.blob = Blob([0, 255])
    try tx.add(specimen)
    try tx.add(Sparse.full(.nth(2)))
    try tx.add(Sparse(id: .nth(1)))
  }
}

/// How many rows of each kind ``addCargo(to:)`` leaves.
let cargoRows = [
  "crews": 2, "sailors": 2, "postcards": 2, "lockers": 1, "specimens": 2, "sparse": 2,
]

/// What every storage must export of the rows of ``addCargo(to:)``: what one in memory does.
let cargo = Task<[String], any Error> {
  let storage = MemoryStorage()
  try await storage.open(Catalog(LawTrial.kinds))
  try await addCargo(to: storage)
  return try await exported(storage)
}

/// The lines that a storage exports.
func exported(_ storage: any Storage) async throws -> [String] {
  var lines: [String] = []
  try await storage.read { try $0.export { lines.append(String(decoding: $0, as: UTF8.self)) } }
  return lines
}

/// Goes on if a storage exports these lines.
func expectExport(
  of storage: any Storage, is expected: [String], _ what: String = "",
  fileID: String = #fileID, line: Int = #line
) async throws {
  let found = try await exported(storage)
  guard found != expected else { return }
  let label = what.isEmpty ? "" : "\(what): "
  let first = zip(found, expected).enumerated().first { $1.0 != $1.1 }
  guard let (number, lines) = first else {
    throw Unmet(
      expected: "\(label)\(expected.count) lines", found: "\(found.count) lines", fileID: fileID,
      line: line)
  }
  throw Unmet(
    expected: "\(label)line \(number + 1): \(lines.1)", found: lines.0, fileID: fileID, line: line)
}

extension Storage {
  /// Takes the lines of an export.
  @discardableResult
  func `import`(lines: [String]) async throws -> ImportReport {
    var rest = lines[...]
    return try await `import` { rest.popFirst().map { Array($0.utf8) } }
  }
}
