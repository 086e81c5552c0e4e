import CRMStorage
import Foundation

extension StorageLaw {
  /// The laws of what is done with a whole store.
  static let wholeStore = exports + imports + loads + backups + upkeep

  private static let exports = [
    StorageLaw("whole.export", "An export has the bytes that one from memory has of equal rows") {
      try await addCargo(to: $0.storage)
      try await expectExport(of: $0.storage, is: try await cargo.value)
    },
    StorageLaw(
      "whole.left-out", "An export that would lack rows of kinds left out is refused, naming them"
    ) {
      let storage = $0.storage
      try await addTeamwork(to: storage)
      try await storage.open(Catalog([Crew.self, Sailor.self, Specimen.self]))
      let error = try await expectFailure(.incompatibleSchema) { _ = try await exported(storage) }
      for kind in ["lockers", "postcards"] {
        try expect(error.message.contains(kind), "\(kind) named", found: error.message)
      }
      try expect(!error.message.contains("sparse"), "no kind without rows", found: error.message)
    },
    StorageLaw("whole.copy", "Copied in from memory and out again, a store is the same") {
      let storage = $0.storage
      let (first, second) = (MemoryStorage(), MemoryStorage())
      try await first.open(Catalog(LawTrial.kinds))
      try await addCargo(to: first)
      let report = try await first.copy(to: storage)
      try expect(report.rows, is: cargoRows)
      try await storage.copy(to: second)
      try await expectExport(of: second, is: try await cargo.value)
      try await expectFailure(.alreadyExists, "where rows are") {
        try await second.copy(to: storage)
      }
      try await expectExport(of: storage, is: try await cargo.value, "after that")
    },
  ]

  private static let imports = [
    StorageLaw("whole.import", "What an export has is there after its import, indexes included") {
      let storage = $0.storage
      let lines = try await cargo.value
      let report = try await storage.import(lines: lines)
      try expect(report.rows.values.reduce(0, +), is: lines.count - 2, "rows")
      try await expectExport(of: storage, is: lines)
      let memory = MemoryStorage()
      try await memory.open(Catalog(LawTrial.kinds))
      try await addCargo(to: memory)
      let expected = try await memory.read { try Everything(in: $0) }
      try expect(try await storage.read { try Everything(in: $0) }, is: expected)
      try await storage.write { tx in
        try expect(.duplicate) { try tx.add(Sailor(id: .nth(9), code: "zoe")) }
        try expect(.stillReferenced) { try tx.remove(Identifier<Crew>.nth(2)) }
      }
      try await expectFailure(.alreadyExists, "where rows are") {
        try await storage.import(lines: lines)
      }
      try await expectExport(of: storage, is: lines, "after that")
    },
    StorageLaw("whole.import-refused", "An import that is not whole keeps nothing") {
      let storage = $0.storage
      let lines = try await cargo.value
      let nothing = try await exported(storage)
      var changed = lines
      changed[1].replace("Sales", with: "Sale")
      let exports = [
        ("without its end", Array(lines.dropLast())), ("a line short", Array(lines.dropFirst(1))),
        ("changed", changed), ("broken in a line", lines.map { $0 == lines[4] ? "{" : $0 }),
      ]
      for (what, lines) in exports {
        do {
          try await storage.import(lines: lines)
          throw Unmet(expected: "\(what): a refusal", found: "none")
        } catch let error as StorageError {
          let codes: [StorageError.Code] = [.invalidImport, .notAStore]
          try expect(codes.contains(error.code), "invalidImport", found: "\(what): \(error)")
        }
        try await expectExport(of: storage, is: nothing, what)
      }
      try await storage.import(lines: lines)
      try await expectExport(of: storage, is: lines, "the whole one")
    },
  ]

  private static let loads = [
    StorageLaw("whole.load", "Rows are loaded in any order") {
      let storage = $0.storage
      let count = try await storage.load { tx in
        try tx.add(Postcard(id: .nth(1), sailor: .nth(1), about: .nth(2), slug: "one"))
        try tx.add(Sailor(id: .nth(2), crew: .nth(1), handles: ["b"]))
        try tx.add(Crew(id: .nth(1), name: "Sales", parent: .nth(2)))
        try tx.add(Sailor(id: .nth(1), code: "ana", crew: .nth(1), number: 1))
        try tx.add(Crew(id: .nth(2), name: "All", parent: .nth(2)))
        return 5
      }
      try expect(count, is: 5, "what the closure returns")
      try await storage.write { tx in
        try expect(
          try tx.ids(Query<Sailor>(where: { $0.crew == .nth(1) })), is: [.nth(1), .nth(2)])
        try expect(try tx.get(Identifier<Crew>.nth(2))?.row.parent, is: .nth(2), "itself")
        try expect(.duplicate) { try tx.add(Sailor(id: .nth(9), handles: ["b"])) }
        try expect(.stillReferenced) { try tx.remove(Identifier<Sailor>.nth(2)) }
      }
      try expect(try await storage.verify().problems, is: [], "verification")
    },
    StorageLaw("whole.load-refused", "A load with a row that names none keeps nothing") {
      let storage = $0.storage
      try await storage.write { tx in try tx.add(Crew(id: .nth(1), name: "Sales")) }
      let before = try await exported(storage)
      let error = try await expectFailure(.unknownReference) {
        try await storage.load { tx in
          try tx.add(Postcard(id: .nth(1), sailor: .nth(7)))
          try tx.add(Sailor(id: .nth(1), crew: .nth(1)))
        }
      }
      try expect(error.record, is: "postcards")
      try expect(error.field, is: "sailor")
      try expect(error.identifier, is: Identifier<Postcard>.nth(1).description)
      try await expectExport(of: storage, is: before, "after a reference to nothing")
      try await expectFailure(.duplicate) {
        try await storage.load { tx in
          try tx.add(Sailor(id: .nth(1), crew: .nth(1)))
          try tx.add(Crew(id: .nth(2), name: "Sales"))
        }
      }
      try await expectExport(of: storage, is: before, "after a value that is taken")
      try await expectInterruption {
        try await storage.load { tx in
          try tx.add(Crew(id: .nth(2), name: "Service"))
          throw Interruption()
        }
      }
      try await expectExport(of: storage, is: before, "after the closure's own error")
    },
  ]

  private static let backups = [
    StorageLaw("whole.backup", "A backup is of one moment, and restored elsewhere is the same") {
      let storage = $0.storage
      let path = $0.place.folder + "/backup"
      try await addCargo(to: storage)
      try await storage.backup(to: path, progress: nil)
      try await storage.write { tx in try tx.add(Crew(id: .nth(9), name: "Later")) }
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      let elsewhere = try await $0.place.makeElsewhere()
      try await elsewhere.restore(from: path, as: Catalog(LawTrial.kinds), progress: nil)
      try await expectExport(of: elsewhere, is: try await cargo.value, "what was restored")
      try expect(try await elsewhere.verify().problems, is: [], "verification")
      try await elsewhere.write { tx in
        _ = try expect(.duplicate) { try tx.add(Sailor(id: .nth(9), code: "zoe")) }
      }
      try await expectFailure(.alreadyExists, "a restore where rows are") {
        try await elsewhere.restore(from: path, as: Catalog(LawTrial.kinds), progress: nil)
      }
      await elsewhere.close()
      try await expectFailure(.alreadyExists, "a backup where one is") {
        try await storage.backup(to: path, progress: nil)
      }
      try expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes, "the same backup")
      try expect(try await storage.read { try $0.count(Query<Crew>()) }, is: 3, "crews")
    },
    StorageLaw("whole.restore-refused", "What is no whole backup is refused and leaves nothing") {
      let storage = $0.storage
      let path = $0.place.folder + "/backup"
      try await addCargo(to: storage)
      try await storage.backup(to: path, progress: nil)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      let elsewhere = try await $0.place.makeElsewhere()
      for (what, part) in [("half of one", bytes.prefix(bytes.count / 2)), ("nothing", Data())] {
        let cut = "\(path) \(what)"
        try part.write(to: URL(fileURLWithPath: cut))
        do {
          try await elsewhere.restore(from: cut, as: Catalog(LawTrial.kinds), progress: nil)
          throw Unmet(expected: "\(what): a refusal", found: "none")
        } catch let error as StorageError {
          let codes: [StorageError.Code] = [.notAStore, .corrupt]
          try expect(codes.contains(error.code), "corrupt", found: "\(what): \(error)")
        }
      }
      try await elsewhere.restore(from: path, as: Catalog(LawTrial.kinds), progress: nil)
      try await expectExport(of: elsewhere, is: try await cargo.value, "the whole one")
      await elsewhere.close()
    },
  ]

  private static let upkeep = [
    StorageLaw("whole.verify", "A sound store is found sound, and every row looked at") {
      try await addCargo(to: $0.storage)
      let report = try await $0.storage.verify()
      try expect(report.problems, is: [])
      try expect(report.rows, is: cargoRows)
    },
    StorageLaw("whole.compact", "Compacting keeps every row, and the store goes on") {
      let storage = $0.storage
      try await addCargo(to: storage)
      try await storage.compact()
      try await expectExport(of: storage, is: try await cargo.value)
      try await storage.write { tx in
        try expect(.duplicate) { try tx.add(Sailor(id: .nth(9), code: "zoe")) }
        try tx.add(Crew(id: .nth(9), name: "Later"))
      }
      try await storage.compact()
      try expect(try await storage.read { try $0.count(Query<Crew>()) }, is: 3, "crews")
      try expect(try await storage.verify().problems, is: [], "verification")
    },
    StorageLaw("whole.closed", "What is done with a whole store needs one that is open") {
      let (storage, folder) = ($0.storage, $0.place.folder)
      await storage.close()
      try await expectFailure(.closed, "export") { _ = try await exported(storage) }
      try await expectFailure(.closed, "load") { try await storage.load { _ in } }
      try await expectFailure(.closed, "verify") { _ = try await storage.verify() }
      try await expectFailure(.closed, "backup") {
        try await storage.backup(to: folder + "/backup", progress: nil)
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      try expect(!files.contains { $0.hasPrefix("backup") }, "no part of a backup")
    },
  ]
}
