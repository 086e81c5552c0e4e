import CRMKit
import CRMStorage
import Foundation
import TestSupport
import Testing

@Suite("The page on the store in files")
struct FileStoragePageTests {
  @Test("The first program runs")
  func use() async throws {
    try await withFolder { folder in
      let path = folder + "/shop"
      func print(_ isSound: Bool) { #expect(isSound) }
      let storage = FileStorage(in: path, durability: .everyCommit)
      let crm = try await CRM(storage: storage)
      try await crm.write { tx in _ = try tx.customers.add(.person("Yuna Kim")) }
      try await storage.compact()
      print(try await storage.verify().isSound)
      await crm.close()
    }
  }

  @Test("Salvage saves rows")
  func salvage() async throws {
    try await withFolder { folder in
      let (damagedPath, newPath) = (folder + "/damaged", folder + "/new")
      let damaged = FileStorage(in: damagedPath)
      try await damaged.open(Catalog([Postcard.self]))
      try await damaged.write { tx in
        for number in 1...3 {
          try tx.insert(try Postcard.schema.hold(Postcard(id: Identifier(number: Int64(number)))))
        }
      }
      await damaged.close()
      func print(_ report: SalvageReport) { #expect(report.description == "3 rows saved") }
      let fresh = FileStorage(in: newPath)
      try await fresh.open(Catalog([Postcard.self]))
      let report = try await FileStorage.salvage(from: damagedPath, into: fresh)
      print(report)
      await fresh.close()
    }
  }
}

private struct Postcard: Record {
  let id: Identifier<Postcard>
  var text = ""

  struct Fields: Sendable {
    let text = Field<Postcard, String>("text", { $0.text }, { $0.text = $1 })
  }
  static let fields = Fields()
  static let schema = Schema<Postcard>(
    "postcards", fields, numbered: true, blank: { Postcard(id: $0) })
}
