import Foundation

/// Runs a body with a folder of its own, which is gone afterwards.
func inFolder(_ body: (_ folder: String) async throws -> Void) async throws {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("crmkit-trial-\(UUID().uuidString)").path
  try makeFolder(folder)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try await body(folder)
}

/// Makes a folder, unless it is there.
func makeFolder(_ path: String) throws {
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
}

/// How many bytes the files in a folder take, those in folders within included.
func sizeOfFiles(in folder: String) throws -> Int {
  let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
  return try names.reduce(0) { sum, name in
    let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
    guard attributes[.type] as? FileAttributeType == .typeRegular else { return sum }
    return sum + ((attributes[.size] as? Int) ?? 0)
  }
}
