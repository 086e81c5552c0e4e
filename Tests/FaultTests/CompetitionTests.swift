import CRMKit
import CRMTesting
import Foundation
import TestSupport
import Testing

@Suite("Writers in competition", .timeLimit(.minutes(30)))
struct CompetitionTests {
  /// Each kind of storage, in memory too.
  private func withStorages(_ body: (any Storage) async throws -> Void) async throws {
    try await body(MemoryStorage())
    for kind in StoreKind.allCases {
      try await withFolder { try await body(kind.storage(in: $0)) }
    }
  }

  @Test("Of edits of one version one wins, and the others are told of the conflict")
  func conflict() async throws {
    try await withStorages { storage in
      let crm = try await CRM(storage: storage, clock: TestClock(), identifiers: .seeded(7))
      var current = try await crm.write { try $0.customers.add(.person("Ada")) }
      for round in 0..<10 {
        let errors = await withTaskGroup(of: (any Error)?.self) { [current] group in
          for editor in 0..<4 {
            group.addTask {
              var edited = current
              edited.name = "Ada \(round).\(editor)"
              do {
                try await crm.write { [edited] in try $0.customers.update(edited) }
                return nil
              } catch {
                return error
              }
            }
          }
          return await group.reduce(into: []) { $0.append($1) }
        }
        let now = try await crm.read { [current] in try $0.customers.find(current.id) }
        #expect(errors.count { $0 == nil } == 1)
        let conflicts = errors.compactMap { $0 as? CRMError }
        #expect(conflicts.count == 3 && conflicts.allSatisfy { $0.code == .conflict })
        #expect(conflicts.allSatisfy { $0.current as? Customer == now })
        current = try #require(now)
        #expect(current.name.hasPrefix("Ada \(round)."))
      }
      await crm.close()
    }
  }

  @Test("Writes that read before they change wait for each other, and none is lost")
  func waiting() async throws {
    try await withStorages { storage in
      try await storage.open(Catalog(Ledger.kinds))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<4 {
          group.addTask {
            for _ in 0..<15 {
              try await storage.write { store in
                try Ledger(writer: writer).write(store)
                try Ledger(writer: 99).write(store)
              }
            }
          }
        }
        try await group.waitForAll()
      }
      let done = try await storage.read { store in
        try [0, 1, 2, 3, 99].map { try Ledger(writer: $0).check(store) }
      }
      #expect(done == [15, 15, 15, 15, 60])
      await storage.close()
    }
  }

  @Test(
    "Two processes on one SQLite file lose no update of each other",
    .enabled(if: Program.mustBeThere || Program("StoreWorker") != nil))
  func processes() async throws {
    let program = try #require(Program("StoreWorker"), "The program is not beside the tests")
    try await withFolder { folder in
      let arguments = ["count", "sqlite", folder, "150"]
      async let one = program.run(arguments)
      async let other = program.run(arguments)
      let lines = try await [one.lines, other.lines].map { $0.compactMap { Int($0) } }
      #expect(lines.map(\.count) == [150, 150])
      #expect(lines.allSatisfy { $0 == $0.sorted() })
      #expect((lines[0] + lines[1]).sorted() == Array(1...300))
    }
  }

  @Test(
    "A second process is told who has a folder of files, until it is closed",
    .enabled(if: Program.mustBeThere || Program("StoreWorker") != nil))
  func secondProcess() async throws {
    let program = try #require(Program("StoreWorker"), "The program is not beside the tests")
    try await withFolder { folder in
      let storage = StoreKind.file.storage(in: folder)
      try await storage.open(Catalog(Ledger.kinds))
      let arguments = ["count", "file", folder, "1"]
      #expect(try await program.run(arguments).lines == ["process \(getpid())"])
      await storage.close()
      #expect(try await program.run(arguments).lines == ["1"])
    }
  }
}
