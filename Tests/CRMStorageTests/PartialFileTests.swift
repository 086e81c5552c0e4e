import Foundation
import Testing

@testable import CRMStorage

@Suite("Files that come into being whole")
final class PartialFileTests {
  private let folder = NSTemporaryDirectory() + "crmkit-partial-\(UUID().uuidString)"
  private var target: String { folder + "/target" }

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test("A name is taken by a pipe, by a link that leads nowhere, by a file nobody may read")
  func taken() throws {
    for make in [
      { mkfifo($0, 0o600) }, { symlink("/nowhere/at/all", $0) }, { close(creat($0, 0)) },
    ] as [(String) -> Int32] {
      #expect(make(target) == 0)
      let error = #expect(throws: StorageError.self) { _ = try PartialFile(for: self.target) }
      #expect(error?.code == .alreadyExists)
      #expect(unlink(target) == 0)
    }
  }

  @Test("What came to the name while the file was written stays")
  func race() throws {
    let partial = try PartialFile(for: target)
    try partial.create().close()
    #expect(symlink("/nowhere/at/all", target) == 0)
    let error = #expect(throws: StorageError.self) { try partial.finish() }
    #expect(error?.code == .alreadyExists)
    partial.discard()
    #expect(try names() == ["target"])
  }

  @Test("A finished file has one name and what was written")
  func finished() throws {
    let partial = try PartialFile(for: target)
    let file = try partial.create()
    let lines = LineWriter(file)
    try lines.append(Array("all".utf8))
    try lines.flush()
    lines.close()
    try partial.finish()
    #expect(try names() == ["target"])
    #expect(try String(contentsOfFile: target, encoding: .utf8) == "all\n")
  }

  @Test("A pipe, and a folder, are no export")
  func imports() async throws {
    let storage = MemoryStorage()
    try await storage.open(Catalog([]))
    #expect(mkfifo(target, 0o600) == 0)
    for path in [target, folder] {
      let error = await #expect(throws: StorageError.self) { try await storage.import(from: path) }
      #expect(error?.code == .notAStore)
    }
  }
}
