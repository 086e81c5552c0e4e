import CRMKit
import CRMSQLite
import Foundation
import Testing

@Suite("The page on operations")
struct OperationsPageTests {
  private static let page = "Documentation/Operations.md"

  @Test("Documentation/Operations.md")
  func operations() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let folder = NSTemporaryDirectory() + "crmkit-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }

    let crm = try await CRM(storage: SQLiteStorage(at: "\(folder)/shop.crm"))
    try await crm.write { tx in try tx.customers.add(.person("Ada", emails: ["ada@example.com"])) }
    try await crm.backup(to: "\(folder)/shop-2026-11-28.crm")
    await crm.close()

    let storage = SQLiteStorage(at: "\(folder)/restored.crm")
    try await CRM.restore(storage, from: "\(folder)/shop-2026-11-28.crm")
    let restored = try await CRM(storage: storage)
    print(try await restored.read { tx in try tx.customers.count() })
    try output.isShown(on: Self.page)

    let report = try await restored.verify()
    print(report.isSound, report.rows["customers"] ?? 0)
    try output.isShown(on: Self.page)

    for trouble in restored.health.troubles { print(trouble) }

    try await restored.compact()

    try await restored.export(to: "\(folder)/shop.ndjson")
    let other = MemoryStorage()
    let imported = try await CRM.import(from: "\(folder)/shop.ndjson", into: other)
    print(imported.rows["customers"] ?? 0, imported.rows["events"] ?? 0)
    try output.isShown(on: Self.page)

    var lines = try String(contentsOfFile: "\(folder)/shop.ndjson", encoding: .utf8)
      .split(separator: "\n").map(String.init)
    lines[2].replace("\"kind\":\"person\"", with: "\"kind\":\"robot\"")
    try lines.joined(separator: "\n")
      .write(toFile: "\(folder)/broken.ndjson", atomically: true, encoding: .utf8)
    do {
      try await CRM.import(from: "\(folder)/broken.ndjson", into: MemoryStorage())
    } catch let error as StorageError {
      for cause in error.causes { print(cause.line ?? 0, cause.record ?? "", cause.field ?? "") }
    }
    try output.isShown(on: Self.page)

    let copied = try await restored.copy(to: SQLiteStorage(at: "\(folder)/copy.crm"))
    print(copied.rows == imported.rows)
    try output.isShown(on: Self.page)
    await restored.close()
  }
}
