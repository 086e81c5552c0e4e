import Foundation

/// How many times as long tests that have no natural end are to try.
public enum Soak {
  /// The environment variable `CRMKIT_SOAK`; 1 where it is not set.
  public static let factor =
    ProcessInfo.processInfo.environment["CRMKIT_SOAK"].flatMap(Int.init) ?? 1
}

/// Runs a test with a folder that is gone afterwards.
public func withFolder(_ body: (String) async throws -> Void) async throws {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("crmkit-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try await body(folder)
}
